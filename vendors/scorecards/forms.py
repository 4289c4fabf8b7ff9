"""The dialogs about models of scorecards and scorecards: each asks what one service needs."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm
from core.errors import Reason
from vendors import services
from vendors.scorecards.enums import KpiSource, Unit
from vendors.scorecards.sources import KPIS
from vendors.scorecards.words import title_of

_FIGURE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}


class SetKpiForm(ActionForm):
    action = "set_kpi"
    title = _("Set a figure")
    prefilled = ("key", "source", "named", "unit", "weight", "floor", "target")
    source = forms.ChoiceField(label=_("Source"), choices=KpiSource.choices)
    key = forms.CharField(
        label=_("Worked out"),
        required=False,
        max_length=40,
        help_text=_("What is worked out from records; else leave it empty."),
    )
    named = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=120,
        help_text=_("What people mark or enter; what is worked out has a name of its own."),
    )
    unit = forms.ChoiceField(
        label=_("Counted in"),
        choices=Unit.choices,
        initial=Unit.PERCENT,
        required=False,
        help_text=_("For what is entered."),
    )
    weight = forms.DecimalField(label=_("Weight"), min_value=0, max_digits=5, decimal_places=2)
    floor = forms.DecimalField(label=_("Worth 0 at"), **_FIGURE)
    target = forms.DecimalField(label=_("Worth 100 at"), **_FIGURE)

    def prepare(self) -> None:
        choices = [("", "–"), *((key, one.title) for key, one in KPIS)]
        choices += [
            (kpi.key, title_of(kpi))
            for kpi in self.record.kpis.order_by("pk")
            if kpi.source != KpiSource.COMPUTED
        ]
        self.fields["key"].widget = forms.Select(choices=choices)

    def clean_unit(self) -> str:
        return self.cleaned_data["unit"] or Unit.PERCENT

    def perform(self) -> Any:
        answers = dict(self.cleaned_data)
        answers["title"] = answers.pop("named")
        return services.set_kpi(self.record, actor=self.actor, **answers)


class RemoveKpiForm(ActionForm):
    action = "remove_kpi"
    title = _("Take a figure out")
    prefilled = ("key",)
    key = forms.ChoiceField(label=_("Figure"))

    def prepare(self) -> None:
        self.fields["key"].choices = [
            (kpi.key, title_of(kpi)) for kpi in self.record.kpis.order_by("pk")
        ]  # type: ignore[attr-defined]  # -- of a choice field

    def perform(self) -> Any:
        return services.remove_kpi(self.record, actor=self.actor, **self.cleaned_data)


class ActivateModelForm(NoteForm):
    action = "activate"
    title = _("Put in force")

    def effect(self) -> Reason:
        return _("New scorecards go by it; those that are there keep theirs.")

    def perform(self) -> Any:
        return services.activate_score_model(self.record, actor=self.actor, **self.cleaned_data)


class MeasureForm(ActionForm):
    action = "measure"
    title = _("Measure anew")

    def effect(self) -> Reason:
        return _("What is worked out from records is read again; that happens every night, too.")

    def perform(self) -> Any:
        return services.measure_scorecard(self.record, actor=self.actor)


class _OfAKpi(ActionForm):
    """About one of the figures of the card's model that come from `source`."""

    asks: ClassVar[KpiSource]
    prefilled = ("kpi",)
    kpi = forms.ChoiceField(label=_("Figure"))

    def prepare(self) -> None:
        kpis = self.record.model.kpis.filter(source=self.asks).order_by("pk")
        self.fields["kpi"].choices = [(kpi.key, title_of(kpi)) for kpi in kpis]  # type: ignore[attr-defined]  # -- of a choice field


class MarkForm(_OfAKpi):
    action = "mark"
    asks = KpiSource.SURVEY
    title = _("Give a mark")
    mark = forms.TypedChoiceField(
        label=_("Mark"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        help_text=_("1 is the worst, 5 the best."),
    )
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )

    def perform(self) -> Any:
        return services.give_mark(self.record, actor=self.actor, **self.cleaned_data)


class FigureForm(_OfAKpi):
    action = "figure"
    asks = KpiSource.MANUAL
    title = _("Enter a figure")
    value = forms.DecimalField(label=pgettext_lazy("figure", "Value"), **_FIGURE)
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("How it is known: a report, a page, a count."),
    )

    def perform(self) -> Any:
        return services.give_figure(self.record, actor=self.actor, **self.cleaned_data)


class QuoteForm(ActionForm):
    action = "quote"
    title = _("Write what the vendor says")
    checks_version = True
    comment = forms.CharField(
        label=_("What the vendor says"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )

    def prepare(self) -> None:
        self.fields["comment"].initial = self.record.comment

    def perform(self) -> Any:
        return services.quote_vendor(self.record, actor=self.actor, **self.cleaned_data)


class LockForm(NoteForm):
    action = "lock"
    title = pgettext_lazy("scorecard", "Lock")

    def effect(self) -> Reason:
        return _("From now on it says the same for good.")

    def perform(self) -> Any:
        return services.lock_scorecard(self.record, actor=self.actor, **self.cleaned_data)


def _by_name(*found: type[ActionForm]) -> dict[str, type[ActionForm]]:
    return {form.action: form for form in found}


SCORE_MODEL_ACTIONS = _by_name(SetKpiForm, RemoveKpiForm, ActivateModelForm)
SCORECARD_ACTIONS = _by_name(MeasureForm, MarkForm, FigureForm, QuoteForm, LockForm)
