"""Plans service reviews, keeps their agenda, minutes and attendees, holds, closes and cancels
them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.models import ReviewAttendee, ReviewItem, Scorecard, ServiceReview, VendorContact
from vendors.opex.permissions import reaches
from vendors.reviews.agenda import cards_of, drafted
from vendors.reviews.content import digest_of
from vendors.reviews.enums import MOVING, AgendaKind, ReviewStatus, Side
from vendors.reviews.workflow import REVIEW_WORKFLOW
from vendors.scorecards.enums import CardStatus
from vendors.services.scorecards import lock_scorecard

TABLE = "vendors_servicereview"
EDITABLE = frozenset({"planned_at", "place", "chair"})
_ASIDE = 1_000  # where numbers wait while others take theirs
KEEP, MINUTE = "change_servicereview", "minute_servicereview"


def plan_review(*, actor: Any, scorecard: Scorecard, **facts: Any) -> ServiceReview:
    """Plan the meeting about a scorecard and draft its agenda. The chair is on the list.

    Refused: a scorecard that another review goes through, and a chair whose account is disabled.
    """
    with transaction.atomic(), acting(actor=actor, action="servicereview.plan"):
        card = hold(scorecard, actor=actor)  # two who plan at once wait for each other here
        _check_reach(actor, "add_servicereview", card.vendor.country)
        planned = card.service_reviews.exclude(status=ReviewStatus.CANCELLED).first()
        if planned is not None:
            raise Refused(_("%(reference)s goes through it already") % {"reference": planned})
        row = ServiceReview(scorecard=card, vendor=card.vendor)
        store(row, _checked(facts, actor, ""), actor=actor, editable=EDITABLE)
        ReviewAttendee.objects.create(review=row, side=Side.OURS, user=row.chair)
        _draft(row)
    return row


def edit_review(
    review: ServiceReview, *, actor: Any, version: int | None = None, **changes: Any
) -> ServiceReview:
    """Move a planned review to another time, place or chair. Stale when `version` is not the
    current one."""
    with transaction.atomic(), acting(actor=actor, action="servicereview.edit"):
        row = hold(review, actor=actor, version=version)
        _check_reach(actor, KEEP, row.vendor.country)
        if row.status != ReviewStatus.PLANNED:
            raise Refused(_("only a planned review is moved"))
        store(row, _checked(changes, actor, row.reference), actor=actor, editable=EDITABLE)
    return row


def refresh_review(review: ServiceReview, *, actor: Any) -> ServiceReview:
    """Draft the agenda anew from what is known now. Own items and what has minutes stay."""
    with review_step(review, "refresh", actor=actor) as row:
        _draft(row)
    return row


def add_item(review: ServiceReview, *, actor: Any, title: str, takes: int = 10) -> ServiceReview:
    """Put an item of our own at the end of the agenda."""
    with holding(review, "add_item", actor=actor) as row:
        _check_moving(row)
        told = mask_fields(TABLE, {"title": title}, actor=actor, reference=row.reference)
        item = ReviewItem(
            review=row,
            number=_next_number(row),
            kind=AgendaKind.OWN,
            title=told["title"].strip(),
            takes=takes,
        )
        if not item.title:
            raise ValidationError({"title": _("Say what it is about.")})
        item.full_clean(exclude=["review"])
        item.save()
    return row


def remove_item(review: ServiceReview, *, actor: Any, number: int) -> ServiceReview:
    """Take an item off the agenda. Refused once it has minutes."""
    with holding(review, "remove_item", actor=actor) as row:
        _check_moving(row)
        item = _item(row, number)
        if item.minutes:
            raise Refused(_("it has minutes already"))
        item.delete()
    return row


def write_minutes(review: ServiceReview, *, actor: Any, number: int, minutes: str) -> ServiceReview:
    """Write what was agreed about an item; again it says it anew. Refused before the review was
    held."""
    with holding(review, "minute", actor=actor, permission=MINUTE) as row:
        if row.status != ReviewStatus.HELD:
            raise Refused(_("minutes are written between holding and closing it"))
        item = _item(row, number)
        told = mask_fields(TABLE, {"minutes": minutes}, actor=actor, reference=row.reference)
        item.minutes = told["minutes"].strip()
        if not item.minutes:
            raise ValidationError({"minutes": _("Say what was agreed.")})
        item.minuted_at, item.minuted_by = told_moment(), actor
        item.full_clean(exclude=["review", "minuted_by"])
        item.save()
    return row


def add_attendee(
    review: ServiceReview,
    *,
    actor: Any,
    user: Any = None,
    contact: VendorContact | None = None,
    side: str = Side.VENDOR,
    name: str = "",
    role: str = "",
) -> ServiceReview:
    """Ask somebody to the review: an account of ours, a contact of the vendor, or a person by name.
    Of a contact its name and role are copied."""
    if sum(bool(one) for one in (user, contact, name.strip())) != 1:
        raise ValidationError({"name": _("Choose an account, a contact, or give a name.")})
    with holding(review, "add_attendee", actor=actor) as row:
        _check_moving(row)
        if contact is not None:
            if contact.vendor_id != row.vendor_id:
                raise ValidationError({"contact": _("This is no contact of this vendor.")})
            name, role, side = contact.name, contact.role, Side.VENDOR
        given = {"name": name, "role": role}
        told = mask_fields(TABLE, given, actor=actor, reference=row.reference)
        one = ReviewAttendee(
            review=row,
            side=Side.OURS if user is not None else side,
            user=user,
            name=told["name"].strip(),
            role=told["role"].strip(),
        )
        one.full_clean()
        one.save()
    return row


def remove_attendee(review: ServiceReview, *, actor: Any, attendee: ReviewAttendee) -> Any:
    """Take somebody off the list."""
    with holding(review, "remove_attendee", actor=actor) as row:
        _check_moving(row)
        row.attendees.get(pk=attendee.pk).delete()
    return row


def tell_attendance(review: ServiceReview, *, actor: Any, there: Any) -> ServiceReview:
    """Say who was there; all others of the list were not. Refused before it was held."""
    with holding(review, "attendance", actor=actor, permission=MINUTE) as row:
        if row.status != ReviewStatus.HELD:
            raise Refused(_("the review has not been held, or is closed"))
        present = {one.pk for one in there}
        for one in row.attendees.order_by("pk"):
            was_there = one.pk in present
            if one.was_there is not was_there:
                one.was_there = was_there
                one.save()
    return row


def hold_review(review: ServiceReview, *, actor: Any) -> ServiceReview:
    """The meeting takes place. Refused before the time that it is planned for."""
    with review_step(review, "hold", actor=actor) as row:
        row.status, row.held_at = ReviewStatus.HELD, told_moment()
        row.save()
    return row


def close_review(review: ServiceReview, *, actor: Any, note: str = "") -> ServiceReview:
    """Lock its scorecards and freeze agenda, minutes and attendees under a digest.

    Refused without minutes or anybody of one of the sides, to whoever wrote minutes, and to whoever
    may not lock a scorecard, with the reason; what is locked already is fine.
    """
    with review_step(review, "close", actor=actor, note=note) as row:
        for card in cards_of(row.scorecard):
            is_known = card.pk == row.scorecard_id or card.score is not None
            if card.status == CardStatus.OPEN and is_known:
                lock_scorecard(card, actor=actor, note=row.reference)
        row.digest = digest_of(row, cards_of(Scorecard.objects.get(pk=row.scorecard_id)))
        row.status = ReviewStatus.CLOSED
        row.closed_at, row.closed_by = told_moment(), actor
        row.save()
    return row


def cancel_review(review: ServiceReview, *, actor: Any, note: str) -> ServiceReview:
    """It does not take place; another can be planned for the same scorecard."""
    with review_step(review, "cancel", actor=actor, note=note) as row:
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
        row.reason = told["note"].strip()[:500]
        if not row.reason:
            raise ValidationError({"note": _("Say why.")})
        row.status = ReviewStatus.CANCELLED
        row.save()
    return row


@contextmanager
def holding(
    review: ServiceReview, verb: str, *, actor: Any, permission: str = KEEP, note: str = ""
) -> Iterator[ServiceReview]:
    """The review, locked, for somebody whose role writes it."""
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=review.reference)
    name = f"servicereview.{verb}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(review, actor=actor)
        _check_reach(actor, permission, row.vendor.country)
        yield row
        row.refresh_from_db()


@contextmanager
def review_step(
    review: ServiceReview, action: str, *, actor: Any, note: str = ""
) -> Iterator[ServiceReview]:
    with holding(review, action, actor=actor, note=note) as row:
        REVIEW_WORKFLOW.check(row, action, actor)
        yield row


def _check_reach(actor: Any, permission: str, country: str) -> None:
    if not reaches(actor, permission, country):
        raise NotAllowed(_("your role does not reach this vendor's country"))


def _check_moving(review: ServiceReview) -> None:
    if review.status not in MOVING:
        raise Refused(_("a review that is closed or cancelled stays as it is"))


def _checked(facts: Mapping[str, Any], actor: Any, reference: str) -> dict[str, Any]:
    chair = facts.get("chair")
    if chair is not None and not chair.is_active:
        raise ValidationError({"chair": _("This account is disabled.")})
    told = {name: facts[name] for name in ("place",) if name in facts}
    return {**facts, **mask_fields(TABLE, told, actor=actor, reference=reference)}


def _draft(review: ServiceReview) -> None:
    """Throw the drafted items away, and put those of now before our own."""
    review.items.exclude(kind=AgendaKind.OWN).delete()
    ours = list(review.items.order_by("number"))
    review.items.update(number=F("number") + _ASIDE)
    items = [
        ReviewItem(review=review, kind=kind, rows=rows, number=number)
        for number, (kind, rows) in enumerate(drafted(review, told_moment()), 1)
    ]
    ReviewItem.objects.bulk_create(items)
    for number, one in enumerate(ours, len(items) + 1):
        one.number = number
        one.save()


def _next_number(review: ServiceReview) -> int:
    return int(review.items.aggregate(last=Max("number"))["last"] or 0) + 1


def _item(review: ServiceReview, number: int) -> ReviewItem:
    found = review.items.filter(number=number).first()
    if found is None:
        raise ValidationError({"number": _("The agenda has no such item.")})
    return found
