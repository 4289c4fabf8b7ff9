"""What the auditors of an engagement have opened and taken away, newest first, by the page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.models import LedgerEntry, Operation
from core.querysets import visible_rows
from core.showing import link
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.models import Engagement, EngagementAuditor

READ = "event:auditor.read"
TAKEN = ("event:list.export", "event:evidence.export")
PAGE = 25


@dataclass(frozen=True)
class Opened:
    """One reading: when, who, what (linked where the onlooker may see it), and from where."""

    at: datetime
    who: str
    what: Any
    channel: str


def opened_in(
    engagement: Engagement, user: Any, *, before: int | None = None
) -> tuple[list[Opened], int | None]:
    """A page, and from where the next one goes on. Reading counts from when somebody was let in to
    when they were taken out, or the engagement ended."""
    seats = list(EngagementAuditor.objects.filter(engagement=engagement).select_related("user"))
    if not seats:
        return [], None
    ends = [seat.removed_at or engagement.ended_at or engagement.expires_at for seat in seats]
    rows = LedgerEntry.objects.filter(
        operation=Operation.EVENT,
        relation__in=[READ, *TAKEN],
        actor_id__in=[seat.user_id for seat in seats],
        at__gte=min(seat.added_at for seat in seats),
        at__lte=max(ends),
    )
    if before is not None:
        rows = rows.filter(index__lt=before)
    wanted = rows.only("index", "at", "actor", "relation", "key", "after", "context")
    page = list(wanted.order_by("-index")[: PAGE + 1])
    following = page[PAGE - 1].index if len(page) > PAGE else None
    page = page[:PAGE]
    named = _named(page, user)
    return [
        Opened(row.at, row.actor, named[row.pk], (row.context or {}).get("channel", ""))
        for row in page
    ], following


def _named(rows: list[LedgerEntry], user: Any) -> dict[int, Any]:
    """What each is about; one query for each kind of record on the page."""
    wanted: dict[Any, set[str]] = defaultdict(set)
    about: dict[int, tuple[Any, str]] = {}
    told: dict[int, Any] = {}
    for row in rows:
        kind, _colon, key = row.key.partition(":")
        model = _model(kind)
        told[row.pk] = _plainly(row, model, key)
        if row.relation == READ and model is not None:
            about[row.pk] = (model, key.partition("/")[0])
            wanted[model].add(about[row.pk][1])
    found = {model: _seen(model, keys, user) for model, keys in wanted.items()}
    for pk, (model, key) in about.items():
        if record := found[model].get(key):
            told[pk] = link(record, str(record))
    return told


def _seen(model: Any, keys: set[str], user: Any) -> dict[str, Any]:
    """The rows that the onlooker sees, by the key that the address held: an id or a reference."""
    numbers = [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]
    rows = visible_rows(model, user)
    found = {str(row.pk): row for row in rows.filter(pk__in=numbers)} if numbers else {}
    names = {field.name for field in model._meta.concrete_fields}
    if "reference" in names and (codes := keys - {str(number) for number in numbers}):
        found |= {row.reference: row for row in rows.filter(reference__in=codes)}
    return found


def _plainly(row: LedgerEntry, model: Any, key: str) -> str:
    """Without a link: the onlooker may not see it, or it is no record."""
    if row.relation == READ:
        if row.key.startswith("evidence.exception:") and key in EXCEPTION_REPORTS:
            return capfirst(str(EXCEPTION_REPORTS[key].title))
        return f"{capfirst(model._meta.verbose_name)} {key}" if model else row.key
    if row.relation == "event:evidence.export" and row.key in EXCEPTION_REPORTS:
        return _("Taken away: %(what)s") % {"what": EXCEPTION_REPORTS[row.key].title}
    listed = _model(row.key)
    name = capfirst(listed._meta.verbose_name_plural) if listed else row.key
    return _("Taken away: %(what)s") % {"what": name}


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
