"""Cards about card numbers that were found, and about the portal's own jobs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Figure, Figures, Line, Lines
from core.dashboard import Content, card, list_url, record_url
from core.showing import badge, moment
from records.enums import JobState
from records.lists import place_in_words
from records.models import CardNumberFinding, Job

SHOWN = 5
COUNTED = 999
LATEST = 500  # rows that are looked at


@card("findings", _("Card numbers found"), permission="records.view_cardnumberfinding")
def findings(user: Any, now: datetime) -> Content:
    """Where card numbers were masked this month."""
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    newest = CardNumberFinding.objects.visible_to(user).order_by("-pk")[: LATEST + 1]
    rows = [finding for finding in newest if finding.found_at >= month]
    count = f"{LATEST}+" if len(rows) > LATEST else len(rows)
    url = list_url(CardNumberFinding, found_at__gte=month)
    return Content(
        (
            Figures((Figure(_("masked this month"), count, url, tone="orange" if rows else ""),)),
            Lines(
                tuple(
                    Line(
                        place_in_words(row.where),
                        record_url(row),
                        reference=row.reference,
                        facts=(moment(row.found_at),),
                    )
                    for row in rows[:SHOWN]
                ),
                _("No card number was typed or uploaded this month."),
            ),
        ),
        url,
    )


@card("jobs", _("Jobs"), permission="records.view_job")
def jobs(user: Any, now: datetime) -> Content:
    """What failed and what waits, of the latest jobs."""
    seen = Job.objects.visible_to(user)
    states = list(seen.order_by("-pk").values_list("pk", "state")[:LATEST])
    failed = [pk for pk, state in states if state == JobState.FAILED]
    rows = seen.filter(pk__in=failed[:SHOWN]).order_by("-pk")
    waiting = seen.due(now)[: COUNTED + 1].count()
    url = list_url(Job, state=JobState.FAILED.value)
    return Content(
        (
            Figures(
                (
                    Figure(
                        pgettext_lazy("jobs", "failed"),
                        len(failed),
                        url,
                        tone="red" if failed else "green",
                    ),
                    Figure(
                        pgettext_lazy("jobs", "due now"),
                        waiting,
                        list_url(Job),
                        tone="orange" if waiting else "",
                    ),
                )
            ),
            Lines(tuple(_job_line(job) for job in rows), _("No job failed.")),
        ),
        url,
        _("Latest jobs looked at: %(n)s.") % {"n": len(states)},
    )


def _job_line(job: Job) -> Line:
    facts = (job.error.strip().rpartition("\n")[2][:120],)
    if job.finished_at:
        facts = (*facts, moment(job.finished_at))
    return Line(job.kind, record_url(job), badges=(badge(_("Failed"), "red"),), facts=facts)
