"""The pages of calibrations."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel, ScopedModelAdmin
from core.showing import link, shown
from people.calibration.enums import CalibrationStatus as S
from people.calibration.figures import agreement_of, leanings
from people.calibration.forms import CALIBRATION_ACTIONS
from people.calibration.lists import CalibrationList, status_badge
from people.calibration.workflow import CALIBRATION_WORKFLOW, has_to_rate, leads_it
from people.models import Calibration, CalibrationRating
from people.quality.sources import SOURCES

_TABLE = "portal/table.html"


def _table(name: str, title: Any, columns: list[Any], rows: list[Any], **more: Any) -> Panel:
    return Panel(name, title, _TABLE, {"columns": columns, "rows": rows, **more}, len(rows))


def figure(value: float | None) -> str:
    """Agreement to two decimals; a dash where chance explains it all."""
    return "–" if value is None else f"{value:.2f}"


@admin.register(Calibration)
class CalibrationAdmin(ScopedModelAdmin):
    workflow = CALIBRATION_WORKFLOW
    action_forms = CALIBRATION_ACTIONS
    list_class = CalibrationList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "plan__title")
    ordering = ("-pk",)
    fields = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("plan__team", "rubric", "started_by__person", "closed_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.plan.title,
            "badges": [status_badge(record)],
            "facts": [(_("due on"), shown(record.due_on))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        return [
            (_("quality plan"), link(record.plan)),
            (_("rubric"), link(record.rubric, record.rubric.title)),
            (_("what good is"), record.rubric.good),
            (_("started by"), record.started_by.get_full_name()),
            (_("revealed at"), record.revealed_at),
            (_("what was agreed on"), record.summary),
            (_("closed by"), record.closed_by and record.closed_by.get_full_name()),
            (_("closed at"), record.closed_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        ratings = list(
            CalibrationRating.objects.visible_to(request.user)
            .filter(piece__calibration=record)
            .select_related("criterion", "rater__user__person", "piece")
            .order_by("piece", "criterion", "rater")
        )
        tables = [self._raters(record)]
        if record.revealed_at is not None:
            tables += [self._agreement(ratings), self._leanings(ratings)]
        tables.append(self._pieces(request, record, ratings))
        return super().page_context(request, record) | {"lead_tables": tables}

    def _raters(self, record: Any) -> Panel:
        """Who is done, never with what."""
        rows = record.raters.select_related("user__person").order_by("user__person__full_name")
        told = [(one.user.get_full_name(), _how_far(one)) for one in rows]
        return _table("raters", _("Who rates"), [_("reviewer"), _("status")], told)

    def _agreement(self, ratings: list[CalibrationRating]) -> Panel:
        rows = [
            (one.criterion.title, figure(one.kappa), figure(one.alpha), one.pieces)
            for one in agreement_of(ratings)
        ]
        raters = {one.rater_id for one in ratings}
        kappa = _("Cohen's kappa") if len(raters) == 2 else _("Fleiss' kappa")
        columns = [_("criterion"), kappa, _("Krippendorff's alpha"), _("pieces")]
        note = _("1 is full agreement, 0 what chance brings. A dash: all gave one rating.")
        return _table("agreement", _("How far they agree"), columns, rows, note=note)

    def _leanings(self, ratings: list[CalibrationRating]) -> Panel:
        rows = [
            (one.rater.user.get_full_name(), f"{one.difference * 100:+.0f} %", one.n)
            for one in leanings(ratings)
        ]
        columns = [_("reviewer"), _("higher than the others by"), _("ratings")]
        return _table("leanings", pgettext_lazy("calibration", "Drift"), columns, rows)

    def _pieces(self, request: HttpRequest, record: Any, ratings: list[Any]) -> Panel:
        """Each piece, with what of its ratings the reader sees: the own ones until it is told."""
        by_piece: dict[int, list[Any]] = defaultdict(list)
        for one in ratings:
            by_piece[one.piece_id].append(one)
        rows: list[tuple[Any, ...]] = []
        pieces = list(record.pieces.order_by("pk"))
        seen = _records(request.user, record.plan.source, pieces)
        for piece in pieces:
            found = seen.get(piece.reference)
            reference = link(found, piece.reference) if found else piece.reference
            told = _by_criterion(by_piece[piece.pk])
            rows += [(reference, *line) for line in told] or [(reference, "", "", "")]
        columns = [_("reference"), _("criterion"), _("ratings"), pgettext_lazy("quality", "why")]
        return _table("pieces", _("Pieces of work"), columns, rows)

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        offered: set[str] = set()
        if record.status == S.RATING and has_to_rate(record, request.user) is None:
            offered.add("rate")
        if leads_it(record, request.user) is None:
            offered |= {S.RATING: {"leave_out", "cancel"}, S.REVEALED: {"close"}}.get(
                record.status, set()
            )
        return {name: form for name, form in self.action_forms.items() if name in offered}


def _records(user: Any, source: str, pieces: list[Any]) -> dict[str, Any]:
    if source not in SOURCES:
        return {}
    return SOURCES[source].seen(user, [one.reference for one in pieces])


def _by_criterion(ratings: list[Any]) -> list[tuple[Any, str, str]]:
    """A line a criterion: who gave what, and why."""
    lines: dict[int, tuple[Any, list[str], list[str]]] = {}
    for one in ratings:
        name = one.rater.user.get_full_name()
        _title, marks, notes = lines.setdefault(one.criterion_id, (one.criterion.title, [], []))
        mark = _("does not apply") if one.rating is None else one.rating
        marks.append(f"{name}: {mark}")
        if one.note:
            notes.append(f"{name}: {one.note}")
    return [(title, "; ".join(marks), "; ".join(notes)) for title, marks, notes in lines.values()]


def _how_far(rater: Any) -> Any:
    if rater.left_out_at is not None:
        return pgettext_lazy("calibration", "Left out")
    if rater.done_at is not None:
        return pgettext_lazy("calibration", "Has rated everything")
    return pgettext_lazy("calibration", "Rates")
