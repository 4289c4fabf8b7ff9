"""The list of invitations with what was answered."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import ago, badge
from sla.feedback_enums import FeedbackKind
from sla.filters import FeedbackFilters
from sla.models import FeedbackInvitation

ORDERINGS = {"created_at": ("pk",)}


def score_badge(row: FeedbackInvitation) -> Any:
    """Green what pleases, red what does not; nothing where nobody has answered."""
    answer = getattr(row, "answer", None)
    if answer is None:
        return None
    best, fair = (4, 3) if row.kind == FeedbackKind.CSAT else (9, 7)
    tone = "green" if answer.score >= best else "yellow" if answer.score >= fair else "red"
    return badge(answer.score, tone)


class FeedbackList(RecordList):
    filterset = FeedbackFilters
    main_filters = ("kind", "client", "service")
    orderings = ORDERINGS
    ordering = "-created_at"
    tabs = (
        Tab("answered", _("Answered"), lambda rows, user: rows.filter(answer__isnull=False)),
        Tab("asked", pgettext_lazy("feedback", "All that were asked"), lambda rows, user: rows),
    )
    columns = (
        Column("reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("kind", phone="meta"),
        Column(
            "score",
            _("score"),
            show=score_badge,
            export=lambda row: getattr(getattr(row, "answer", None), "score", None),
            phone="meta",
        ),
        Column(
            "comment",
            _("comment"),
            show=lambda row: getattr(getattr(row, "answer", None), "comment", ""),
        ),
        Column("client"),
        Column("service"),
        Column("state"),
        Column(
            "created_at",
            _("asked"),
            show=lambda row: ago(row.created_at),
            export=lambda row: row.created_at,
            ordering="created_at",
        ),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("client", "service", "answer")
