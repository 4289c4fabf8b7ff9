"""What accepting a conflict asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.enums import ConflictStatus
from changes.models import Change, Conflict
from core.actions import ActionForm
from core.errors import Reason


class AcceptConflictForm(ActionForm):
    action = "accept_conflict"
    title = _("Accept a conflict")
    prefilled = ("conflict",)
    lands_on = "#conflicts"
    conflict = forms.ModelChoiceField(label=_("Conflict"), queryset=Conflict.objects.none())
    acceptance = forms.CharField(
        label=_("Why it is accepted"),
        max_length=5_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Who was asked, and what is done so that nothing breaks."),
    )

    def prepare(self) -> None:
        field = self.fields["conflict"]
        rows = Conflict.objects.of(self.record).filter(status=ConflictStatus.OPEN)
        field.queryset = rows.select_related("change", "other").order_by("pk")
        seen = set(
            Change.objects.visible_to(self.actor)
            .filter(pk__in=[pk for row in field.queryset for pk in (row.change_id, row.other_id)])
            .values_list("pk", flat=True)
        )
        field.label_from_instance = lambda one: self._label(one, seen)

    def _label(self, one: Conflict, seen: set[int]) -> str:
        other = one.other if one.change_id == self.record.pk else one.change
        label = str(one.get_kind_display())
        return f"{label} ({other})" if other is not None and other.pk in seen else label

    def effect(self) -> Reason:
        return _(
            "You answer for it: it holds up neither change any more. With another overlap it is "
            "open again."
        )

    def perform(self) -> Change:
        given = self.cleaned_data
        services.accept_conflict(
            self.record,
            actor=self.actor,
            conflict=given["conflict"].pk,
            acceptance=given["acceptance"],
        )
        return self.record
