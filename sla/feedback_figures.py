"""What contacts answer and how records are handled, as figures; each with the n it is of.

The definitions stand in docs/reference/feedback.md. Records come from the apps above: each
registers rows of (life, client, service, opened, resolved) that a person sees.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Avg, Count, Q

from core.registry import Registry
from sla.attainment import Span
from sla.feedback_enums import FeedbackKind, InvitationState
from sla.models import FeedbackAnswer, FeedbackInvitation

FIRST_RESPONSE_WITHIN = timedelta(hours=1)
RATE_DAYS = 30

# Upper apps register `(user) -> rows` of (life_id, client_id, service_id, opened_at, resolved_at).
CONTACTS: Registry[Callable[[Any], Any]] = Registry("contacts of clients")


@dataclass(frozen=True)
class Scores:
    """What was answered to one question in one span. `asked` are the invitations sent in it."""

    kind: FeedbackKind
    asked: int = 0
    n: int = 0
    mean: float | None = None
    figure: float | None = None  # CSAT: percent of 4 and 5; NPS: promoters less detractors

    @property
    def response_rate(self) -> float | None:
        return 100 * self.n / self.asked if self.asked else None


@dataclass(frozen=True)
class Handling:
    """How the records of one span were handled. Lengths and rates are None where n is zero."""

    opened: int = 0
    answered_in_time: int = 0
    resolved: int = 0
    handle_time: timedelta | None = None
    resolution_time: timedelta | None = None
    median_resolution_time: timedelta | None = None
    per_hour: float | None = None
    contact_rate: float | None = None

    @property
    def first_response_rate(self) -> float | None:
        return 100 * self.answered_in_time / self.opened if self.opened else None


def scores_of(invitations: Any, span: Span) -> list[Scores]:
    """CSAT and NPS of the invitations that a person sees; two queries."""
    sent = invitations.filter(state=InvitationState.SENT, sent_at__gte=span[0], sent_at__lt=span[1])
    asked = dict(sent.order_by().values_list("kind").annotate(n=Count("pk")))
    answers = FeedbackAnswer.objects.filter(
        invitation__in=invitations.order_by().values("pk"),
        answered_at__gte=span[0],
        answered_at__lt=span[1],
    )
    rows = (
        answers.order_by()
        .values("invitation__kind")
        .annotate(
            n=Count("pk"),
            mean=Avg("score"),
            happy=Count("pk", filter=Q(score__gte=4)),
            promoters=Count("pk", filter=Q(score__gte=9)),
            detractors=Count("pk", filter=Q(score__lte=6)),
        )
    )
    found = {row["invitation__kind"]: row for row in rows}
    return [_scores(kind, asked.get(kind, 0), found.get(kind)) for kind in FeedbackKind]


def _scores(kind: FeedbackKind, asked: int, row: Mapping[str, Any] | None) -> Scores:
    if row is None:
        return Scores(kind, asked)
    good = row["happy"] if kind == FeedbackKind.CSAT else row["promoters"] - row["detractors"]
    return Scores(kind, asked, row["n"], row["mean"], 100 * good / row["n"])


def handling_of(
    user: Any, span: Span, *, client_id: int | None = None
) -> dict[tuple[int | None, int | None], Handling]:
    """By client and service; (None, None) is all of them together, also those that name neither.
    One query over every kind of record: medians do not add up."""
    sources = [rows(user) for _name, rows in CONTACTS]
    if client_id is not None:
        sources = [rows.filter(client=client_id) for rows in sources]
    return {
        (client, service): _handling(figures, span)
        for client, service, is_all, *figures in _read(sources, span)
        if is_all or (client, service) != (None, None)
    }


def _handling(figures: Iterable[Any], span: Span) -> Handling:
    opened, in_time, resolved, handle, resolution, median = figures
    length = span[1] - span[0]
    hours, days = length / timedelta(hours=1), length / timedelta(days=1)
    return Handling(
        opened,
        in_time,
        resolved,
        handle,
        resolution,
        median,
        per_hour=opened / hours if hours else None,
        contact_rate=opened * RATE_DAYS / days if days else None,
    )


def _read(sources: Iterable[Any], span: Span) -> list[tuple[Any, ...]]:
    either = Q(opened_at__gte=span[0], opened_at__lt=span[1])
    either |= Q(resolved_at__gte=span[0], resolved_at__lt=span[1])
    selects: list[str] = []
    told_params: list[Any] = [*span, *span]
    for rows in sources:
        told = rows.filter(either).order_by()
        told = told.values_list("life_id", "client_id", "service_id", "opened_at", "resolved_at")
        try:
            inner, params = told.query.sql_with_params()
        except EmptyResultSet:  # they see none of this kind
            continue
        selects.append(f"({inner})")
        told_params += params
    if not selects:
        return []
    told_params.append(FIRST_RESPONSE_WITHIN)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.replace("{rows}", " UNION ALL ".join(selects)), told_params)
        return cursor.fetchall()


# Handled is what lies in our teams' hands between opening and resolution; segments have no end of
# their own, the next one's start is it.
_STATEMENT = """
    WITH told AS (
        SELECT r.*, (r.opened_at >= %s AND r.opened_at < %s) AS is_opened,
               coalesce(r.resolved_at >= %s AND r.resolved_at < %s, false) AS is_resolved
          FROM ({rows}) AS r (life_id, client_id, service_id, opened_at, resolved_at)
    ), measured AS (
        SELECT t.*, t.resolved_at - t.opened_at AS took, first.at AS first_at, held.handled
          FROM told t
          LEFT JOIN LATERAL (
                SELECT min(x.at) AS at FROM (
                    SELECT at FROM sla_lifeevent WHERE life_id = t.life_id
                       AND superseded_at IS NULL AND kind = 'updated'
                    UNION ALL
                    SELECT at FROM sla_mark WHERE life_id = t.life_id
                       AND superseded_at IS NULL AND kind = 'acknowledged'
                ) x
          ) AS first ON t.is_opened
          LEFT JOIN LATERAL (
                SELECT sum(greatest(least(s.ends, t.resolved_at) - s.started_at, '0')) AS handled
                  FROM (SELECT holder, started_at,
                               lead(started_at, 1, t.resolved_at) OVER (ORDER BY started_at) AS ends
                          FROM sla_segment WHERE life_id = t.life_id) s
                 WHERE s.holder = 'team' AND s.started_at < t.resolved_at
          ) AS held ON t.is_resolved
    )
    SELECT client_id, service_id, grouping(client_id, service_id) = 3,
           count(*) FILTER (WHERE is_opened),
           count(*) FILTER (WHERE is_opened AND first_at - opened_at <= %s),
           count(*) FILTER (WHERE is_resolved),
           avg(handled) FILTER (WHERE is_resolved),
           avg(took) FILTER (WHERE is_resolved),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE is_resolved)
      FROM measured
     GROUP BY GROUPING SETS ((client_id, service_id), ())
"""


def answers_lately(client_id: int, user: Any, size: int = 20) -> list[FeedbackInvitation]:
    """The latest answers of a client, with their comments."""
    seen = FeedbackInvitation.objects.visible_to(user).filter(client=client_id)
    answered = seen.filter(answer__isnull=False).select_related("answer", "service")
    return list(answered.order_by("-answer__answered_at")[:size])
