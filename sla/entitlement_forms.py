"""What the portal asks about a client's portfolio and entitlements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from people.models import WorkCalendar
from sla import entitlement_services as services
from sla.enums import ContactChannel, RequestKind, WithoutEntitlement
from sla.models import Client, Entitlement


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _OfService(ActionForm):
    service = ReferenceChoiceField(
        label=_("Service"),
        queryset=Service.objects.none(),
        widget=forms.TextInput({"placeholder": "SVC-000042"}),
    )

    def prepare(self) -> None:
        field: Any = self.fields["service"]
        field.queryset = Service.objects.visible_to(self.actor)


class AddToPortfolioForm(_OfService):
    action = "add_to_portfolio"
    title = _("Add a service to the portfolio")
    starts_on = forms.DateField(label=_("From"), widget=_Day())
    ends_on = forms.DateField(label=_("Until before"), widget=_Day(), required=False)

    def perform(self) -> Client:
        services.add_to_portfolio(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class EndInPortfolioForm(_OfService):
    action = "end_in_portfolio"
    title = _("End the use of a service")
    prefilled = ("service",)
    ends_on = forms.DateField(label=_("Until before"), widget=_Day())

    def perform(self) -> Client:
        services.end_in_portfolio(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class EntitleForm(_OfService):
    action = "entitle"
    title = _("Add an entitlement")
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"), choices=RequestKind.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=ContactChannel.choices, widget=forms.CheckboxSelectMultiple
    )
    hours = forms.ModelChoiceField(
        label=_("Hours"),
        queryset=WorkCalendar.objects.none(),
        required=False,
        help_text=_("Empty: at any time."),
    )
    beyond = forms.ChoiceField(
        label=_("Beyond it"), choices=WithoutEntitlement.choices, initial=WithoutEntitlement.WARN
    )
    starts_on = forms.DateField(label=_("From"), widget=_Day())
    ends_on = forms.DateField(label=_("Until before"), widget=_Day(), required=False)

    def prepare(self) -> None:
        super().prepare()
        self.fields["service"].required = False
        self.fields["service"].help_text = _("Empty: for every service.")
        hours: Any = self.fields["hours"]
        hours.queryset = WorkCalendar.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _(
            "From the first one on, whatever a client's entitlements leave out is beyond them."
        )

    def perform(self) -> Client:
        services.entitle(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class EndEntitlementForm(ActionForm):
    action = "end_entitlement"
    title = _("End an entitlement")
    entitlement = forms.ModelChoiceField(
        label=_("Entitlement"), queryset=Entitlement.objects.none()
    )
    ends_on = forms.DateField(label=_("Until before"), widget=_Day())

    def prepare(self) -> None:
        field: Any = self.fields["entitlement"]
        field.queryset = self.record.entitlements.filter(ends_on__isnull=True)
        field.label_from_instance = _named

    def perform(self) -> Client:
        services.end_entitlement(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


def _named(row: Entitlement) -> str:
    kinds = ", ".join(str(RequestKind(kind).label) for kind in row.kinds)
    return f"{kinds} · {row.starts_on:%Y-%m-%d}"


_FORMS: tuple[type[ActionForm], ...] = (
    AddToPortfolioForm,
    EndInPortfolioForm,
    EntitleForm,
    EndEntitlementForm,
)
ENTITLEMENT_ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}
