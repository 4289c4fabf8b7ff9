"""Reviews of access: announced, started with the list of accounts, signed off by management."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused
from core.writing import hold
from people.enums import ReviewStatus
from people.models import AccessReview, AccessReviewItem, Team, User
from people.review_extract import accounts_of, hash_of, line_of, with_access
from people.review_schedule import DECIDED_WITHIN
from people.review_triggers import REFUSED
from people.review_workflow import REVIEW_WORKFLOW, may_review_access, may_run_reviews
from people.services.authority import CHANGE_OF_ACCESS, refuse_nobody
from people.services.review_messages import ask_reviewers, tell_owner, tell_signers
from people.services.reviewers import Reviewers
from records.services import mask_fields

TABLE = "people_accessreview"


@contextmanager
def refusals_of_the_database() -> Iterator[None]:
    """What a trigger refuses becomes a refusal; the triggers say the same as the rules do."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if REFUSED not in str(error):
            raise
        raise Refused(_("somebody else was faster; load the page again")) from error


def announce_review(
    *,
    actor: Any,
    owner: User,
    starts_on: date,
    due_on: date | None = None,
    country: str = "",
    team: Team | None = None,
) -> AccessReview:
    """Plan a review of all accounts, or of a country's or a team's. ValidationError where its owner
    could not review anybody, or where another one of the same scope is open."""
    if actor is None:
        refuse_nobody()
    elif not may_run_reviews(actor):
        raise NotAllowed(_("your role does not include this action"))
    with transaction.atomic(), acting(actor=actor, action="access_review.announce"):
        _one_at_a_time()
        review = AccessReview(
            owner=owner,
            starts_on=starts_on,
            due_on=due_on or starts_on + DECIDED_WITHIN,
            country=country,
            team=team,
        )
        review.full_clean(exclude=["reference"])
        if not (owner.is_active and may_review_access(owner)):
            raise ValidationError({"owner": _("The role of this account does not review access.")})
        same = AccessReview.objects.open().filter(country=country, team=team)
        if same.exists():
            raise ValidationError(_("A review of the same accounts is open already."))
        review.save()
        review.refresh_from_db(fields=["reference", "version"])
        tell_owner(review)
    return review


def start_review(review: AccessReview, *, actor: Any) -> AccessReview:
    """Take the list of accounts as it is now, hash it, and ask a reviewer for each account.

    The list is complete: nobody changes access while it is taken, and its count stands beside the
    count of all accounts there are.
    """
    if actor is None:
        refuse_nobody()
    with (
        refusals_of_the_database(),
        acting(actor=actor, action="access_review.start"),
    ):
        _one_at_a_time()
        row = hold(review, actor=actor)
        target = REVIEW_WORKFLOW.check(row, "start", actor).target
        at = told_moment()
        items = _items_of(row, at)
        AccessReviewItem.objects.bulk_create(items)
        row.status = target
        row.extracted_at = at
        row.extract_sha256 = hash_of(item.line for item in items)
        row.extract_count, row.accounts_total = len(items), User.objects.count()
        row.save()
        ask_reviewers(row)
    row.refresh_from_db()
    return row


def sign_off_review(review: AccessReview, *, actor: Any, note: str = "") -> AccessReview:
    """Management says that the access which is left is appropriate, and the review is closed for
    good. Refused while anything is undecided or not removed, and to whoever reviewed in it."""
    with refusals_of_the_database(), acting(actor=actor, action="access_review.sign_off"):
        row = hold(review, actor=actor)
        target = REVIEW_WORKFLOW.check(row, "sign_off", actor).target
        told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=row.reference)
        row.status, row.note = target, told["note"]
        row.signed_by, row.signed_at = actor, told_moment()
        row.save()
    row.refresh_from_db()
    return row


def cancel_review(review: AccessReview, *, actor: Any, note: str) -> AccessReview:
    """Take an announced review back, before a list was taken; say why."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with refusals_of_the_database(), acting(actor=actor, action="access_review.cancel"):
        row = hold(review, actor=actor)
        target = REVIEW_WORKFLOW.check(row, "cancel", actor).target
        told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=row.reference)
        with acting(reason=told["note"]):
            row.status, row.note = target, told["note"]
            row.save()
    row.refresh_from_db()
    return row


def ask_for_sign_off(review: AccessReview) -> None:
    """Once nothing is left to decide or to remove, management hears of it. In the caller's
    transaction."""
    left = review.items.undecided().exists() or review.items.filter(
        removals__isnull=False, removals__done_at__isnull=True
    )
    if review.status == ReviewStatus.RUNNING and not left:
        tell_signers(review)


def _items_of(review: AccessReview, at: datetime) -> list[AccessReviewItem]:
    reviewers = Reviewers(review, at)
    accounts = list(with_access(accounts_of(review, at), at))
    if not accounts:
        raise Refused(_("there is no account in this scope"))
    return [
        AccessReviewItem(
            review=review,
            number=number,
            account=account,
            person_id=account.person_id,
            was_active=account.is_active,
            line=line_of(account),
            reviewer=reviewers.of(account),
        )
        for number, account in enumerate(accounts, start=1)
    ]


def _one_at_a_time() -> None:
    """The lock of all changes of access: none falls into the middle of a list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGE_OF_ACCESS])


def starts_today(at: datetime) -> Any:
    """The announced reviews whose day has come."""
    on = timezone.localdate(at)
    return AccessReview.objects.filter(status=ReviewStatus.ANNOUNCED, starts_on__lte=on)
