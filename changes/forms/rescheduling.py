"""Moving a change to another window: what that means is said before the reason is asked for."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes import services
from changes.foresight import notes_on_conflicts
from changes.models import Change
from changes.moving import (
    check_moving,
    notes_on_moving,
    notes_on_window,
    reasons_against_window,
)
from core.actions import ReasonedForm
from core.admin_forms import MomentInput
from core.errors import Reason, Refused
from core.showing import zone_of


class RescheduleForm(ReasonedForm):
    """A link may bring the new start, or both ends; with the start alone it lasts as long as it
    did, also across a clock change."""

    action = "reschedule"
    title = gettext_lazy("Reschedule the change")
    prefilled = ("planned_start_at", "planned_end_at")
    planned_start_at = forms.DateTimeField(
        label=gettext_lazy("Planned start"), widget=MomentInput()
    )
    planned_end_at = forms.DateTimeField(label=gettext_lazy("Planned end"), widget=MomentInput())
    field_order = ("planned_start_at", "planned_end_at", "note")

    def prepare(self) -> None:
        self._unreadable: list[Reason] = []
        start, end = self._asked("planned_start_at"), self._asked("planned_end_at")
        window = self.record.window
        if window and start and end is None:
            end = start.astimezone(UTC) + (window[1] - window[0])
        if window and start is None:
            start, end = window
        self.wanted = (start, end) if start and end and start < end else None
        self.initial |= {"planned_start_at": start, "planned_end_at": end}
        zone = zone_of(timezone.localtime(start or timezone.now()))
        told = {"zone": timezone.get_current_timezone_name(), "short": zone}
        self.fields["planned_start_at"].help_text = (
            _("In your time zone: %(zone)s (%(short)s).") % told
        )

    def _asked(self, name: str) -> datetime | None:
        text = self.initial.pop(name, None)
        if not text:
            return None
        try:
            moment: datetime | None = self.fields[name].clean(text)
        except forms.ValidationError as error:  # such as an hour that the clocks leave out
            self._unreadable.extend(error.messages)
            return None
        return moment

    def reasons_against(self) -> list[Reason]:
        try:
            check_moving(self.record, self.actor)
        except Refused as refusal:
            return list(refusal.reasons)
        if self._unreadable or self.wanted is None or self.wanted == self.record.window:
            return self._unreadable
        return reasons_against_window(self.record, *self.wanted)

    def effect(self) -> Reason:
        notes = notes_on_moving(self.record)
        if self.wanted and self.wanted != self.record.window:
            notes += notes_on_window(self.record, *self.wanted)
            notes += notes_on_conflicts(self.record, self.wanted, self.actor)
        return " ".join(notes)

    def perform(self) -> Change:
        given: dict[str, Any] = self.cleaned_data
        return services.reschedule_change(self.record, actor=self.actor, **given)
