"""The dialogs about service reviews: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from people.models import User
from vendors import services
from vendors.models import ReviewAttendee, ServiceReview, VendorContact
from vendors.reviews.enums import Side
from vendors.reviews.outcome_forms import OUTCOME_ACTIONS
from vendors.reviews.people import offer_ours

_LINES = forms.Textarea({"rows": 5})


class RefreshForm(ActionForm):
    action = "refresh"
    title = _("Draft the agenda anew")

    def effect(self) -> Reason:
        return _("Items are drafted from what is known now. Your own items stay.")

    def perform(self) -> ServiceReview:
        return services.refresh_review(self.record, actor=self.actor)


class HoldForm(ActionForm):
    action = "hold"
    title = pgettext_lazy("service review", "Hold")

    def effect(self) -> Reason:
        return _("The meeting takes place: minutes, attendance and actions can be written.")

    def perform(self) -> ServiceReview:
        return services.hold_review(self.record, actor=self.actor)


class CloseForm(NoteForm):
    action = "close"
    title = pgettext_lazy("service review", "Close")

    def effect(self) -> Reason:
        return _(
            "The scorecard is locked; agenda, minutes and attendees stay as they are. Actions and "
            "improvement plans go on."
        )

    def perform(self) -> ServiceReview:
        return services.close_review(self.record, actor=self.actor, **self.cleaned_data)


class CancelForm(ReasonedForm):
    action = "cancel"
    title = pgettext_lazy("service review", "Cancel")

    def perform(self) -> ServiceReview:
        return services.cancel_review(self.record, actor=self.actor, **self.cleaned_data)


class AddItemForm(ActionForm):
    action = "add_item"
    title = _("Add an item")
    title_of_item = forms.CharField(label=_("About"), max_length=200)
    takes = forms.IntegerField(
        label=_("Minutes planned"), min_value=1, max_value=240, initial=10, required=False
    )

    def perform(self) -> ServiceReview:
        told = self.cleaned_data
        return services.add_item(
            self.record,
            actor=self.actor,
            title=told["title_of_item"],
            takes=told["takes"] or 10,
        )


class RemoveItemForm(ActionForm):
    action = "remove_item"
    title = _("Remove an item")
    number = forms.IntegerField(label=_("Number"), min_value=1)
    prefilled = ("number",)

    def perform(self) -> ServiceReview:
        return services.remove_item(self.record, actor=self.actor, **self.cleaned_data)


class MinuteForm(ActionForm):
    action = "minute"
    title = _("Write minutes")
    number = forms.IntegerField(label=_("Number"), min_value=1)
    minutes = forms.CharField(label=_("What was agreed"), max_length=4000, widget=_LINES)
    prefilled = ("number",)

    def prepare(self) -> None:
        """What stands there already, for who writes it anew."""
        number = str(self.initial.get("number", ""))
        if number.isdecimal() and len(number) < 5:
            item = self.record.items.filter(number=int(number)).first()
            self.initial.setdefault("minutes", item.minutes if item else "")

    def perform(self) -> ServiceReview:
        return services.write_minutes(self.record, actor=self.actor, **self.cleaned_data)


class AddAttendeeForm(ActionForm):
    action = "add_attendee"
    title = _("Add an attendee")
    user = forms.ModelChoiceField(
        label=_("One of us"),
        queryset=User.objects.none(),
        to_field_name="username",
        required=False,
    )
    contact = forms.ModelChoiceField(
        label=_("Contact of the vendor"), queryset=VendorContact.objects.none(), required=False
    )
    name = forms.CharField(label=_("Or a name"), required=False, max_length=150)
    role = forms.CharField(label=pgettext_lazy("contact", "Role"), required=False, max_length=120)
    side = forms.ChoiceField(
        label=pgettext_lazy("side", "Side"),
        choices=Side.choices,
        initial=Side.VENDOR,
        required=False,
    )

    def prepare(self) -> None:
        offer_ours(self.fields["user"])
        contacts = VendorContact.objects.visible_to(self.actor).filter(vendor=self.record.vendor_id)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]  # -- a choice of rows

    def perform(self) -> ServiceReview:
        told: dict[str, Any] = dict(self.cleaned_data)
        told["side"] = told["side"] or Side.VENDOR
        return services.add_attendee(self.record, actor=self.actor, **told)


class RemoveAttendeeForm(ActionForm):
    action = "remove_attendee"
    title = _("Remove an attendee")
    attendee = forms.ModelChoiceField(label=_("Who"), queryset=ReviewAttendee.objects.none())
    prefilled = ("attendee",)

    def prepare(self) -> None:
        people = self.record.attendees.select_related("user__person")
        self.fields["attendee"].queryset = people  # type: ignore[attr-defined]  # -- a choice of rows

    def perform(self) -> Any:
        return services.remove_attendee(self.record, actor=self.actor, **self.cleaned_data)


class AttendanceForm(ActionForm):
    action = "attendance"
    title = _("Say who was there")
    there = forms.ModelMultipleChoiceField(
        label=_("Were there"),
        queryset=ReviewAttendee.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        people = self.record.attendees.select_related("user__person")
        self.fields["there"].queryset = people  # type: ignore[attr-defined]  # -- a choice of rows
        told = [one.pk for one in people if one.was_there]
        self.initial.setdefault("there", told)

    def perform(self) -> ServiceReview:
        return services.tell_attendance(self.record, actor=self.actor, **self.cleaned_data)


REVIEW_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (
        *(RefreshForm, HoldForm, CloseForm, CancelForm, AddItemForm, RemoveItemForm, MinuteForm),
        *(AddAttendeeForm, RemoveAttendeeForm, AttendanceForm),
    )
} | OUTCOME_ACTIONS
