"""The dialogs about what belongs to a vendor: places, subcontractors, people to call."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm
from core.references import ReferenceChoiceField
from people.enums import Country
from vendors import services
from vendors.assurance.enums import LocationUse
from vendors.attestations.enums import AttestationKind
from vendors.models import Vendor


class LocationForm(ActionForm):
    action = "add_location"
    title = _("Add a place")
    use = forms.ChoiceField(label=pgettext_lazy("location", "Use"), choices=LocationUse.choices)
    place = forms.CharField(label=_("Place"), max_length=150)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    jurisdiction = forms.CharField(
        label=_("Jurisdiction"),
        required=False,
        max_length=100,
        help_text=_("Where it is another than the country's, such as a state."),
    )
    holds_data = forms.BooleanField(label=_("Holds our data"), required=False)

    def perform(self) -> Vendor:
        services.add_location(self.record, actor=self.actor, **self.cleaned_data)
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class SubcontractorForm(ActionForm):
    action = "add_subcontractor"
    title = _("Add a subcontractor")
    subcontractor = ReferenceChoiceField(
        label=_("One of our vendors"),
        queryset=Vendor.objects.none(),
        required=False,
        help_text=_("By reference, or its name below where we do not deal with it ourselves."),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    service = forms.CharField(label=_("Does"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    holds_data = forms.BooleanField(label=_("Holds our data"), required=False)

    def prepare(self) -> None:
        self.fields["subcontractor"].queryset = Vendor.objects.visible_to(self.actor)  # type: ignore[attr-defined]  # -- a choice of rows

    def perform(self) -> Vendor:
        services.add_subcontractor(self.record, actor=self.actor, **self.cleaned_data)
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class ContactForm(ActionForm):
    action = "add_contact"
    title = _("Add a contact")
    name = forms.CharField(label=_("Name"), max_length=150)
    role = forms.CharField(label=pgettext_lazy("contact", "Role"), required=False, max_length=120)
    level = forms.IntegerField(
        label=_("Escalation level"),
        min_value=1,
        max_value=5,
        initial=1,
        help_text=_("1 is called first, 5 last."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    hours = forms.CharField(
        label=_("Hours"),
        required=False,
        max_length=120,
        help_text=_("Such as Mon-Fri 9-18, or 24/7."),
    )

    def perform(self) -> Vendor:
        services.add_contact(self.record, actor=self.actor, **self.cleaned_data)
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class RequireForm(ActionForm):
    action = "add_required_attestation"
    title = _("Require a kind of attestation")
    kind = forms.ChoiceField(
        label=pgettext_lazy("attestation", "Kind"), choices=AttestationKind.choices
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def perform(self) -> Vendor:
        services.add_required_attestation(self.record, actor=self.actor, **self.cleaned_data)
        return self.record  # type: ignore[no-any-return]  # -- dialogs are of one kind of record


class _Removing(ActionForm):
    parts = ""
    part = forms.ModelChoiceField(label=_("Which"), queryset=Vendor.objects.none())
    prefilled = ("part",)

    def prepare(self) -> None:
        self.fields["part"].queryset = getattr(self.record, self.parts).all()  # type: ignore[attr-defined]  # -- a choice of rows

    @property
    def chosen(self) -> Any:
        return self.cleaned_data["part"]


class RemoveLocationForm(_Removing):
    action = "remove_location"
    title = _("Remove a place")
    parts = "locations"

    def perform(self) -> Vendor:
        return services.remove_location(self.record, actor=self.actor, location=self.chosen)


class RemoveSubcontractorForm(_Removing):
    action = "remove_subcontractor"
    title = _("Remove a subcontractor")
    parts = "subcontractors"

    def prepare(self) -> None:
        """Of our vendors only those that the person sees: the choice tells names."""
        seen = Vendor.objects.visible_to(self.actor).order_by().values("pk")
        known = Q(subcontractor__isnull=True) | Q(subcontractor__in=seen)
        rows = self.record.subcontractors.filter(known).select_related("subcontractor")
        self.fields["part"].queryset = rows  # type: ignore[attr-defined]  # -- a choice of rows

    def perform(self) -> Vendor:
        return services.remove_subcontractor(
            self.record, actor=self.actor, subcontractor=self.chosen
        )


class RemoveContactForm(_Removing):
    action = "remove_contact"
    title = _("Remove a contact")
    parts = "contacts"

    def perform(self) -> Vendor:
        return services.remove_contact(self.record, actor=self.actor, contact=self.chosen)


class RemoveRequiredForm(_Removing):
    action = "remove_required_attestation"
    title = _("Require a kind no longer")
    parts = "required_attestations"

    def perform(self) -> Vendor:
        return services.remove_required_attestation(
            self.record, actor=self.actor, required=self.chosen
        )


PARTS: tuple[type[ActionForm], ...] = (
    LocationForm,
    SubcontractorForm,
    ContactForm,
    RequireForm,
    RemoveLocationForm,
    RemoveSubcontractorForm,
    RemoveContactForm,
    RemoveRequiredForm,
)
