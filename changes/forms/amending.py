"""Amending what people were asked to approve, field by field."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.difference import difference_of
from changes.foresight import conflicts_if, effect_on_conflicts
from changes.forms.commits import CommitsField, lines_of
from changes.forms.editing import PARTS
from changes.forms.references import ReferencesField
from changes.models import Change
from changes.services.content import TEXTS
from core.actions import ReasonedForm
from core.admin_forms import MomentInput
from core.errors import Reason


def _text(name: str) -> forms.CharField:
    """A text of the change, with the label and the limit of its column."""
    column: Any = Change._meta.get_field(name)
    widget = forms.TextInput() if name == "title" else forms.Textarea({"rows": 3})
    return forms.CharField(
        label=capfirst(column.verbose_name),
        required=False,
        max_length=column.max_length,
        widget=widget,
    )


def _part(name: str, key: str = "reference") -> ReferencesField:
    column: Any = Change._meta.get_field(name)
    return ReferencesField(key=key, label=capfirst(column.verbose_name), required=False)


class AmendForm(ReasonedForm):
    """Texts and moments left empty stay as they are. The portal shows the difference before it is
    done."""

    action = "amend"
    title = _("Amend the change")
    planned_start_at = forms.DateTimeField(
        label=_("Planned start"), required=False, widget=MomentInput()
    )
    planned_end_at = forms.DateTimeField(
        label=_("Planned end"), required=False, widget=MomentInput()
    )
    reason = _text("reason")
    description = _text("description")
    security_impact = _text("security_impact")
    test_plan = _text("test_plan")
    test_result = _text("test_result")
    backout_plan = _text("backout_plan")
    communication_plan = _text("communication_plan")
    services = _part("services")
    assets = _part("assets")
    clients = _part("clients", key="slug")
    commits = CommitsField()
    field_order = ("planned_start_at", "planned_end_at", *PARTS, *TEXTS, "commits", "note")
    foretells = True

    def prepare(self) -> None:
        for name in self.fields.keys() - {"note", "commits", *PARTS}:
            self.fields[name].initial = getattr(self.record, name)
        for name, model in PARTS.items():
            field: Any = self.fields[name]
            field.queryset = model.objects.visible_to(self.actor)
            field.offer(field.queryset.filter(pk__in=getattr(self.record, name).all()))
        self.fields["commits"].initial = lines_of(self.record.commits.all())

    def effect(self) -> Reason:
        return _(
            "This becomes a new version. The votes on the one before are void, those who cast them "
            "are told what differs, and approval begins anew."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kept = {name: value for name, value in given.items() if self._alters(name, value)}
        if set(kept) <= {"note"} and not self.errors:
            raise forms.ValidationError(_("Nothing was altered."), code="required")
        return kept

    def _alters(self, name: str, value: Any) -> bool:
        """Rows that are not mentioned stay; mentioned and empty, there are none any more."""
        if name in PARTS:
            field: Any = self.fields[name]
            return name in self.data and set(value) != set(field.offered)
        if name == "commits":
            now = [(row.repository, row.commit) for row in self.record.commits.all()]
            return name in self.data and value != sorted(now)
        if name == "note":
            return True
        return value not in (None, "") and value != getattr(self.record, name)

    def foretell(self) -> dict[str, Any]:
        """The difference, the effect on the risk among it, and how many votes it costs."""
        told = services.foretell_amendment(self.record, actor=self.actor, **self.cleaned_data)
        said = ngettext(
            "%(count)s vote on the version before becomes void.",
            "%(count)s votes on the version before become void.",
            told.votes,
        ) % {"count": told.votes}
        if "risk" not in told.altered:
            said = f"{said} {gettext('The risk stays as it is.')}"
        return difference_of(told.altered) | {"note": f"{said} {self._effect_on_conflicts()}"}

    def _effect_on_conflicts(self) -> str:
        given = self.cleaned_data
        start = given.get("planned_start_at") or self.record.planned_start_at
        end = given.get("planned_end_at") or self.record.planned_end_at
        window = (start, end) if start and end and start < end else None
        found = conflicts_if(
            self.record, window=window, services=given.get("services"), assets=given.get("assets")
        )
        return effect_on_conflicts(self.record, found, self.actor)

    def perform(self) -> Change:
        return services.amend_change(self.record, actor=self.actor, **self.cleaned_data)


# `title` is the dialog's heading on the class, so the field of that name joins afterwards.
AmendForm.base_fields["title"] = _text("title")
