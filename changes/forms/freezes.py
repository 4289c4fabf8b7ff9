"""The form of a freeze, its dialogs, and those by which a change is let into one."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelect2MultipleWidget

from assets.enums import AssetClass, ServiceTier
from assets.models import Service
from changes import services
from changes.enums import BEFORE_WORK, FreezeMode
from changes.models import Change, FreezeException, FreezeWindow
from changes.permissions import may_approve_changes
from core.actions import ActionForm, ReasonedForm
from core.errors import Reason
from core.showing import exact
from people.enums import Country


def _several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text=_("None chosen: all."),
    )


class _ClockInput(forms.TimeInput):
    """The browser's own time of day."""

    input_type = "time"


def clock_field() -> forms.TimeField:
    """From when on a day a window is."""
    return forms.TimeField(
        label=_("From this time of day"),
        required=False,
        widget=_ClockInput({"class": " ".join(INPUT_CLASSES)}, "%H:%M"),
    )


class FreezeForm(forms.ModelForm):
    """A freeze; what it is narrowed to is chosen, not typed."""

    countries = _several(_("Countries"), Country.choices)
    tiers = _several(_("Service tiers"), ServiceTier.choices)
    asset_classes = _several(_("Asset classes"), AssetClass.choices)
    services = forms.ModelMultipleChoiceField(
        label=_("Services"),
        queryset=Service.objects.none(),
        required=False,
        show_hidden_initial=True,  # changed is what differs from the page that was read
        help_text=_("None chosen: all."),
    )

    begins_clock = clock_field()


class EndFreezeForm(ReasonedForm):
    action = "end"
    title = _("End the freeze")

    def effect(self) -> Reason:
        return _("It holds no longer, from now on. What it was until now stays on record.")

    def perform(self) -> FreezeWindow:
        return services.end_freeze(self.record, actor=self.actor, **self.cleaned_data)


class SelfTestForm(ActionForm):
    """Which freezes hold at a moment for a service: to see that they are written as meant."""

    action = "self_test"
    title = _("Which freezes hold?")
    at = forms.DateTimeField(
        label=_("Moment"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    service = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), to_field_name="reference"
    )

    def prepare(self) -> None:
        self.fields["at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["service"].queryset = Service.objects.visible_to(self.actor).order_by("name")

    def effect(self) -> Reason:
        return _("Nothing is changed. All freezes in force are asked, not this one alone.")

    def perform(self) -> FreezeWindow:
        at, service = self.cleaned_data["at"], self.cleaned_data["service"]
        found = FreezeWindow.objects.visible_to(self.actor).holding_for(service, at)
        names = [f"{f.name} ({f.get_mode_display()})" for f in found.order_by("name")]
        told = {"at": exact(at), "service": service.name, "names": ", ".join(names)}
        if names:
            self.done = _("%(at)s, %(service)s: these freezes hold: %(names)s.") % told
        else:
            self.done = _("%(at)s, %(service)s: no freeze holds.") % told
        return self.record


class AskForFreezeExceptionForm(ActionForm):
    action = "ask_for_freeze_exception"
    title = _("Ask for an exception from a freeze")
    checks_version = True
    window = forms.ModelChoiceField(
        label=_("Freeze"), queryset=FreezeWindow.objects.none(), to_field_name="reference"
    )
    justification = forms.CharField(
        label=_("Justification"), max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    compensating_controls = forms.CharField(
        label=_("Compensating controls"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What guards against the harm that the freeze is meant to prevent."),
    )

    def prepare(self) -> None:
        asked = self.record.freeze_exceptions.values("window")
        seen = FreezeWindow.objects.visible_to(self.actor).filter(is_active=True)
        self.fields["window"].queryset = seen.exclude(pk__in=asked).order_by("name")

    def effect(self) -> Reason:
        return _("Two people who have no part in the change must agree.")

    def perform(self) -> Change:
        services.ask_for_freeze_exception(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class ApproveFreezeExceptionForm(ActionForm):
    action = "approve_freeze_exception"
    title = _("Agree to an exception from a freeze")
    window = forms.ModelChoiceField(
        label=_("Freeze"), queryset=FreezeWindow.objects.none(), to_field_name="reference"
    )

    def prepare(self) -> None:
        waiting = self._waiting()
        windows = FreezeWindow.objects.filter(pk__in=waiting.values("window"))
        self.fields["window"].queryset = windows.order_by("name")

    def _waiting(self) -> Any:
        return FreezeException.objects.filter(
            change=self.record, second_approved_at__isnull=True
        ).select_related("window")

    def effect(self) -> Reason:
        said = [
            f"{held.window}: {held.justification} — {held.compensating_controls}"
            for held in self._waiting()
        ]
        return " · ".join(said)

    def perform(self) -> Change:
        held = self._waiting().get(window=self.cleaned_data["window"])
        services.approve_freeze_exception(held, actor=self.actor)
        return self.record


def freeze_forms(change: Change, user: Any) -> dict[str, type[ActionForm]]:
    """The dialogs about exceptions that fit a change now: to ask where a freeze keeps it out, to
    agree where somebody asked."""
    found: dict[str, type[ActionForm]] = {}
    if change.status not in BEFORE_WORK:
        return found
    now = timezone.now()
    start, end = change.window or (now, now + timedelta(seconds=1))
    hits = FreezeWindow.objects.hitting(change, start, end).exclude(mode=FreezeMode.WARN)
    held = {e.window_id: e for e in change.freeze_exceptions.all()}
    if any(window.pk not in held for window in hits):
        found[AskForFreezeExceptionForm.action] = AskForFreezeExceptionForm
    is_waiting = any(e.second_approved_at is None for e in held.values())
    if is_waiting and may_approve_changes(user):
        found[ApproveFreezeExceptionForm.action] = ApproveFreezeExceptionForm
    return found
