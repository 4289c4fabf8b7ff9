"""What the dialogs about boards, absences and standard changes ask."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.electorate import who_may_be_asked
from changes.forms.people import offer_accounts
from changes.models import Absence, Board, BoardSeat, ChangeTemplate
from changes.services import configuring
from core.actions import ActionForm
from core.admin_forms import DayInput
from core.errors import Reason
from people.models import User


class EndAbsenceForm(ActionForm):
    action = "end"
    title = _("End the absence")

    def effect(self) -> Reason:
        return _("You are back: from now on you vote yourself, and nobody votes for you.")

    def perform(self) -> Absence:
        return configuring.end_absence(self.record, actor=self.actor)


class SeatMemberForm(ActionForm):
    action = "seat_member"
    title = _("Give a seat")
    user = forms.ModelChoiceField(
        label=pgettext_lazy("seat", "Member"),
        queryset=User.objects.none(),
        help_text=_("People whose role includes approving and who have no seat yet."),
    )
    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    is_chair = forms.BooleanField(label=_("Chairs the board"), required=False)

    def prepare(self) -> None:
        seated = self.record.seats.filter(ends_on__isnull=True).values("user")
        seen = User.objects.visible_to(self.actor).exclude(pk__in=seated)
        asked = who_may_be_asked(timezone.now()).filter(pk__in=seen.values("pk"))
        offer_accounts(self.fields["user"], asked)
        self.fields["starts_on"].initial = timezone.localdate()

    def perform(self) -> Board:
        given = dict(self.cleaned_data)
        configuring.seat_member(self.record, given.pop("user"), actor=self.actor, **given)
        board: Board = self.record
        return board


class EndSeatForm(ActionForm):
    action = "end_seat"
    title = _("End a seat")
    prefilled = ("seat",)
    seat = forms.ModelChoiceField(
        label=pgettext_lazy("seat", "Member"), queryset=BoardSeat.objects.none()
    )
    ends_on = forms.DateField(label=_("Until"), widget=DayInput())

    def prepare(self) -> None:
        field: Any = self.fields["seat"]
        seats = self.record.seats.filter(ends_on__isnull=True).select_related("user__person")
        field.queryset = seats.order_by("user__person__full_name")
        field.label_from_instance = lambda seat: seat.user.get_full_name()
        self.fields["ends_on"].initial = timezone.localdate()

    def effect(self) -> Reason:
        return _("From that day on they are no longer asked. Votes that they cast still count.")

    def perform(self) -> Board:
        given = self.cleaned_data
        configuring.end_seat(given["seat"], actor=self.actor, ends_on=given["ends_on"])
        board: Board = self.record
        return board


class ApproveTemplateForm(ActionForm):
    action = "approve"
    title = _("Approve the standard change")
    wants_confirmation = True
    expires_on = forms.DateField(
        label=_("In force until"), widget=DayInput(), help_text=_("Within a year.")
    )

    def prepare(self) -> None:
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=365)

    def effect(self) -> Reason:
        return _(
            "Every change that follows it is approved at once until that day, or until too many "
            "of them fail. Its count of failures begins anew."
        )

    def perform(self) -> ChangeTemplate:
        return configuring.approve_standard_change(
            self.record, actor=self.actor, **self.cleaned_data
        )
