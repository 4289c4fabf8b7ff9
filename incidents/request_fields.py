"""What the form of a request asks, by its kind."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from incidents.models.adjustments import DIGITS, PLACES
from incidents.request_enums import AdjustmentEffect
from sla.enums import RequestKind


@dataclass(frozen=True)
class KindOffered:
    """A kind as the first step of the form offers it."""

    code: str
    label: Reason
    told: Reason


KINDS = (
    KindOffered(
        RequestKind.REQUEST,
        RequestKind.REQUEST.label,
        _("Something is to be done: an access, a terminal, a report."),
    ),
    KindOffered(
        RequestKind.ENQUIRY,
        RequestKind.ENQUIRY.label,
        _("Somebody wants to know something."),
    ),
    KindOffered(
        RequestKind.CONCERN,
        RequestKind.CONCERN.label,
        _("Somebody is not content with us, and nothing is broken."),
    ),
    KindOffered(
        RequestKind.ENHANCEMENT,
        RequestKind.ENHANCEMENT.label,
        _("An idea for something better."),
    ),
    KindOffered(
        RequestKind.ADJUSTMENT,
        RequestKind.ADJUSTMENT.label,
        _("Money on an account is to be corrected; another person checks it."),
    ),
)

_WHO = ("client", "contact", "asked_by")
_HOW = ("channel", "language", "priority")
_BY_KIND: dict[str, tuple[Any, ...]] = {
    RequestKind.REQUEST: ("title", "service", "request_type", "description", *_WHO, *_HOW),
    RequestKind.ENQUIRY: ("title", "service", "description", *_WHO, *_HOW),
    RequestKind.CONCERN: ("title", "service", "description", *_WHO, *_HOW),
    RequestKind.ENHANCEMENT: ("title", "service", "description", *_WHO, "channel", "language"),
    RequestKind.ADJUSTMENT: ("title", "service", "description", *_WHO, *_HOW),
}
_MONEY = ("effect", ("amount", "currency"), "account", "reason")


def fields_of_kind(kind: str) -> list[tuple[Any, dict[str, Any]]]:
    """The form's parts; without a kind those of a request that exists."""
    if not kind:
        every = ("kind", "title", "service", "request_type", "description", *_WHO, *_HOW)
        return [(None, {"fields": every})]
    parts: list[tuple[Any, dict[str, Any]]] = [
        (None, {"fields": ("kind", *_BY_KIND[kind], "team")})
    ]
    if kind == RequestKind.ADJUSTMENT:
        parts.insert(1, (_("The account adjustment"), {"fields": _MONEY}))
    return parts


class RequestForm(forms.ModelForm):
    """What opening and editing ask. Everything else about a request changes by actions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "team" in self.fields:
            self.fields["team"].required = False
            self.fields["team"].help_text = _("Empty: the service's support team.")
        if "language" in self.fields and not self.instance.pk:
            self.fields["language"].required = False
            self.fields["language"].initial = ""
            self.fields["language"].help_text = _("Empty: the client's.")
            self.fields["language"].choices = [("", "---------"), *_languages(self)]

    def _get_validation_exclusions(self) -> set[str]:
        """The service says who works on it and whether it can be opened at all."""
        exclusions = super()._get_validation_exclusions()  # type: ignore[misc]  # -- Django's own
        return exclusions | ({"team", "language"} if not self.instance.pk else set())


def _languages(form: RequestForm) -> list[Any]:
    field: Any = form._meta.model._meta.get_field("language")
    return list(field.choices)


class AdjustmentRequestForm(RequestForm):
    """With the adjustment that is proposed at once, for somebody else to check."""

    effect = forms.ChoiceField(label=_("Effect"), choices=AdjustmentEffect.choices)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=DIGITS, decimal_places=PLACES, min_value=0
    )
    currency = forms.CharField(
        label=_("Currency"),
        min_length=3,
        max_length=3,
        help_text=_("The code of three letters, such as MXN."),
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=60,
        help_text=_("The client's account or wallet. Card numbers are masked."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()
