"""The dialog that names the change which caused an incident, and offers the likely ones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.models import Change
from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from core.showing import span
from incidents import services
from incidents.causes import likely_causes
from incidents.models import Incident


class NameCauseForm(ActionForm):
    action = "name_cause"
    title = _("Name the change that caused it")
    checks_version = True
    prefilled = ("change",)
    likely = forms.ChoiceField(
        label=_("Changes of the service shortly before"),
        required=False,
        widget=forms.RadioSelect,
    )
    change = ReferenceChoiceField(
        label=_("Another change"),
        queryset=Change.objects.none(),
        required=False,
        widget=forms.TextInput({"placeholder": "CHG-000042"}),
    )

    def prepare(self) -> None:
        self.fields["change"].queryset = Change.objects.visible_to(self.actor)
        self.offered = {c.reference: c for c in likely_causes(self.record, self.actor)}
        if not self.offered:
            del self.fields["likely"]
            self.fields["change"].label = _("Change")
            return
        self.fields["likely"].choices = [
            *((reference, _told(change)) for reference, change in self.offered.items()),
            ("", _("Another one, below")),
        ]
        self.fields["likely"].initial = ""

    def effect(self) -> Reason:
        return _("Both pages show it, and the change counts as failed in the measures of changes.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        likely = self.offered.get(given.get("likely") or "")
        if likely and given.get("change") and given["change"] != likely:
            self.add_error("change", _("Choose one change, above or here."))
        elif not (likely or given.get("change")) and not self.errors:
            self.add_error("change", _("Name a change."))
        given["cause"] = likely or given.get("change")
        return given

    def perform(self) -> Incident:
        cause = self.cleaned_data["cause"]
        return services.edit_incident(self.record, actor=self.actor, caused_by_change=cause)


def _told(change: Change) -> str:
    when = span(*change.window) if change.window else ""
    return f"{change.reference} {change.title} · {when}".removesuffix(" · ")
