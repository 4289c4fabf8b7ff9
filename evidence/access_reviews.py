"""Reviews of access as evidence: the population of reviewed accounts, and what a reviewer of the
reviews would find (PCI DSS 7.2.4)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dashboard import record_url
from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.period import Period
from evidence.populations import (
    POPULATIONS,
    Attribute,
    Population,
    SegregationRule,
)
from people.enums import ReviewStatus
from people.models import AccessRemoval, AccessReview, AccessReviewItem
from people.review_schedule import next_start
from people.services.authority import is_same_person

_ITEM, _REMOVAL, _REVIEW = (
    model._meta.db_table for model in (AccessReviewItem, AccessRemoval, AccessReview)
)


def _everything() -> Any:
    related = ("review", "account__person", "person", "reviewer__person", "decided_by__person")
    rows = AccessReviewItem.objects.select_related(*related)
    return rows.prefetch_related("removals").with_staleness().order_by("pk")


def _members(period: Period) -> Any:
    return _everything().filter(
        review__extracted_at__gte=period.start, review__extracted_at__lt=period.end
    )


def _rows_of(items: list[Any]) -> dict[int, list[tuple[str, str]]]:
    return {
        item.pk: [
            (_ITEM, str(item.pk)),
            (_REVIEW, str(item.review_id)),
            *((_REMOVAL, str(removal.pk)) for removal in item.removals.all()),
        ]
        for item in items
    }


def _removals_in_words(item: Any) -> list[str]:
    return [
        f"{each.grant_id or 'account'}: asked {_day(each.asked_at)}, done {_day(each.done_at)}"
        for each in item.removals.all()
    ]


def _day(at: datetime | None) -> str:
    return at.astimezone(UTC).date().isoformat() if at else "-"


def _own(item: Any) -> Iterable[str]:
    """Who reviewed or decided about their own person."""
    for one in {item.reviewer, item.decided_by} - {None}:
        if is_same_person(one, item.account):
            yield one.username


def _name(account: Any) -> str:
    return account.username if account else ""


REVIEWED_ACCOUNTS = Population(
    name="access_review_items",
    title=_("Reviewed accounts"),
    definition=_("Every account on the lists that reviews of access were made over."),
    membership=_("Accounts of the lists that were taken in the period."),
    model=AccessReviewItem,
    everything=_everything,
    members=_members,
    identity=lambda item: f"{item.review.reference}-{item.number}",
    moment_of=lambda item: item.review.extracted_at,
    attributes=(
        Attribute("review", _("The review's reference"), lambda i: i.review.reference),
        Attribute("extracted_at", _("When the list was taken"), lambda i: i.review.extracted_at),
        Attribute("extract_sha256", _("Hash of the whole list"), lambda i: i.review.extract_sha256),
        Attribute("account", _("The reviewed account"), lambda i: i.account.username),
        Attribute("was_active", _("Active when the list was taken"), lambda i: i.was_active),
        Attribute(
            "line", _("The account's line of the list"), lambda i: i.line, f"{_ITEM}.line", True
        ),
        Attribute("reviewer", _("Who had to decide"), lambda i: _name(i.reviewer)),
        Attribute("decision", _("Keep, change or remove"), lambda i: i.decision),
        Attribute("comment", _("Why"), lambda i: i.comment, f"{_ITEM}.comment", True),
        Attribute("decided_at", _("When it was decided"), lambda i: i.decided_at),
        Attribute(
            "is_stale", _("Access changed between list and decision"), lambda i: bool(i.is_stale)
        ),
        Attribute("removals", _("What was taken away, when"), _removals_in_words),
        Attribute("signed_by", _("Who signed off"), lambda i: _name(i.review.signed_by)),
        Attribute("signed_at", _("When it was signed off"), lambda i: i.review.signed_at),
    ),
    rows_of=_rows_of,
    segregation=(SegregationRule("own_access", _("Nobody reviews their own access"), _own),),
    strata=lambda item: item.decision or "undecided",
)


def find_flaws(period: Period, user: Any) -> Iterable[Found]:
    """What is wrong with the reviews of a period, for what somebody sees; oldest first."""
    found = [
        *_stale(period, user),
        *_undone(period, user),
        *_late(period, user),
        *_own_reviews(period, user),
        *_missing(period, user),
    ]
    return sorted(found, key=lambda each: each.at or period.start)


def _items(period: Period, user: Any) -> Any:
    ids = AccessReviewItem.objects.visible_to(user).values("pk")
    return _members(period).filter(pk__in=ids)


def _found(item: Any, at: Any, text: Any) -> Found:
    return Found(
        f"{item.review.reference}-{item.number}", at, f"{item.account}: {text}", record_url(item)
    )


def _stale(period: Period, user: Any) -> Iterator[Found]:
    """Decided over a list that was no longer true."""
    for item in _items(period, user).filter(is_stale=True).exclude(decision=""):
        yield _found(item, item.decided_at, _("decided over a list that had become stale"))


def _undone(period: Period, user: Any) -> Iterator[Found]:
    """Removals that took, or take, longer than they may."""
    rows = AccessRemoval.objects.visible_to(user).filter(
        item__review__extracted_at__gte=period.start, item__review__extracted_at__lt=period.end
    )
    today = timezone.localdate()
    late = Q(done_at__isnull=True, due_on__lt=today) | Q(done_at__date__gt=F("due_on"))
    for row in rows.filter(late).select_related("item__review", "item__account"):
        text = _("access was taken away late") if row.done_at else _("access is still there")
        yield _found(row.item, row.asked_at, text)


def _late(period: Period, user: Any) -> Iterator[Found]:
    """Decided, or still waiting, after the day it was due."""
    late = Q(decided_at__date__gt=F("review__due_on")) | Q(
        decision="", review__due_on__lt=timezone.localdate()
    )
    for item in _items(period, user).filter(late):
        due = datetime.combine(item.review.due_on, time(), UTC) + timedelta(days=1)
        yield _found(item, due, _("the review of this account is late"))


def _own_reviews(period: Period, user: Any) -> Iterator[Found]:
    """The database keeps it from happening; where accounts were joined since, it shows here."""
    for item in _items(period, user).reviewed_by_themselves():
        yield _found(item, item.decided_at, _("reviewed by the account's own person"))


def _missing(period: Period, user: Any) -> Iterator[Found]:
    """Six calendar months and more without a list of all accounts."""
    seen = AccessReview.objects.visible_to(user).of_everything()
    taken = seen.filter(extracted_at__isnull=False).order_by("extracted_at")
    lists = [*taken.exclude(status=ReviewStatus.CANCELLED)]
    now = timezone.now()
    for one, following in zip_longest(lists, lists[1:]):
        at = one.extracted_at
        if at is None:
            continue
        due_on = next_start(timezone.localdate(at))
        due = datetime.combine(due_on, time(), UTC) + timedelta(days=1)
        after = following.extracted_at if following and following.extracted_at else now
        if due < after and period.start <= due < period.end:
            text = _("no list of all accounts was taken within six calendar months")
            yield Found(one.reference, due, text, record_url(one))


def register() -> None:
    POPULATIONS.register(REVIEWED_ACCOUNTS.name, REVIEWED_ACCOUNTS)
    EXCEPTION_REPORTS.register(
        "access_reviews",
        ExceptionReport(
            "access_reviews",
            _("Reviews of access"),
            _(
                "Decisions over a stale list, access that is still there, late decisions, somebody "
                "reviewing themselves, and half a year without a review."
            ),
            find_flaws,
        ),
    )
