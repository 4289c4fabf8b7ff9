"""The dialogs about requests of data subjects."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm
from core.errors import Reason
from people import services
from people.privacy_page import hit_name
from records.personal_data import find_subject, read_code


class _Text(forms.CharField):
    def __init__(self, label: Any, **options: Any) -> None:
        rows = forms.Textarea({"rows": 4})
        super().__init__(label=label, max_length=5_000, widget=rows, **options)


class AcceptForm(ActionForm):
    action = "accept"
    title = pgettext_lazy("privacy request", "Accept")
    checks_version = True
    ground = forms.CharField(label=_("Legal ground"), max_length=300)
    answer = _Text(_("Answer to the data subject"))
    blocked_until = forms.DateField(
        label=_("Blocked until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("When liabilities out of the data are barred by time."),
    )

    def perform(self) -> Any:
        return services.accept_request(self.record, actor=self.actor, **self.cleaned_data)


class RefuseForm(ActionForm):
    action = "refuse"
    title = pgettext_lazy("privacy request", "Refuse")
    checks_version = True
    ground = forms.CharField(label=_("Legal ground"), max_length=300)
    answer = _Text(_("Answer to the data subject"))

    def perform(self) -> Any:
        return services.refuse_request(self.record, actor=self.actor, **self.cleaned_data)


class CarryOutForm(ActionForm):
    action = "carry_out"
    title = _("Carried out")
    checks_version = True
    answer = _Text(_("What was done"))

    def perform(self) -> Any:
        return services.carry_out_request(self.record, actor=self.actor, **self.cleaned_data)


class _Approving(ActionForm):
    checks_version = True
    wants_confirmation = True

    def perform(self) -> Any:
        return services.approve_erasure(self.record, actor=self.actor)


class ApproveBlockForm(_Approving):
    action = "approve_block"
    title = _("Approve blocking")

    def effect(self) -> Reason:
        return _(
            "With the second approval the values of the chosen records are moved to where nobody "
            "reads them: no page, list, search, export or history shows them any more."
        )


class ApproveSuppressionForm(_Approving):
    action = "approve_suppression"
    title = _("Approve suppression")

    def effect(self) -> Reason:
        return _(
            "With the second approval the values are destroyed for good, in history and audit "
            "trail too. Nobody can bring them back."
        )


class ExtendForm(ActionForm):
    action = "extend"
    title = _("Extend the term")
    checks_version = True
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def perform(self) -> Any:
        return services.extend_term(self.record, actor=self.actor, **self.cleaned_data)


class ChooseForm(ActionForm):
    """Everything in which the subject's name or address stands; of people, only some are meant."""

    action = "choose"
    title = _("Choose the records")
    checks_version = True
    records = forms.MultipleChoiceField(
        label=_("Records that are meant"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        words = [self.record.subject, self.record.address]
        own = f"people.PrivacyRequest:{self.record.pk}"
        found = {hit.code: hit_name(hit) for hit in find_subject(words) if hit.code != own}
        for code in self.record.targets:
            if code not in found:
                found[code] = _named(code)
        self.fields["records"].choices = list(found.items())
        self.fields["records"].initial = self.record.targets

    def effect(self) -> Reason:
        if not self.fields["records"].choices:
            return _("Nothing was found under this name and this address.")
        return _("Choose only what is about this person: names are shared.")

    def perform(self) -> Any:
        chosen = self.cleaned_data["records"]
        return services.choose_records(self.record, actor=self.actor, codes=chosen)


def _named(code: str) -> str:
    try:
        data, row = read_code(code)
    except ValueError:
        return code
    return f"{data.model_class._meta.verbose_name}: {row}"


PRIVACY_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (
        AcceptForm,
        RefuseForm,
        CarryOutForm,
        ApproveBlockForm,
        ApproveSuppressionForm,
        ChooseForm,
        ExtendForm,
    )
}
