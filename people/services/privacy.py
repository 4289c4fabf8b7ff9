"""Requests of data subjects: recorded, answered in time, blocked and suppressed by two persons."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from audit.models import ErasureKind, ErasureWarrant
from core.errors import NotAllowed, Refused
from core.writing import hold
from people.enums import PrivacyStatus
from people.models import Person, PrivacyApproval, PrivacyRequest
from people.privacy_targets import BLOCKED, ERASED, files_of, targets_of
from people.privacy_terms import answer_due, execute_due
from people.privacy_workflow import PRIVACY_WORKFLOW, may_keep_requests
from people.services.reviews import refusals_of_the_database
from records.personal_data import read_code
from records.services import mask_fields

TABLE = "people_privacyrequest"
_CARRIED_OUT = (
    (PrivacyStatus.ACCEPTED, ErasureKind.BLOCK),
    (PrivacyStatus.BLOCKED, ErasureKind.SUPPRESS),
)


def record_request(
    *,
    actor: Any,
    kind: str,
    subject: str,
    address: str,
    asked: str,
    received_on: date,
    person: Person | None = None,
) -> PrivacyRequest:
    """Write down what somebody asked for, and until when it has to be answered."""
    if not may_keep_requests(actor):
        raise NotAllowed(_("your role does not include this action"))
    with transaction.atomic(), acting(actor=actor, action="privacy_request.record"):
        if received_on > timezone.localdate():
            raise ValidationError({"received_on": _("This day has not come yet.")})
        texts = {"subject": subject.strip(), "address": address.strip(), "asked": asked.strip()}
        request = PrivacyRequest(
            kind=kind,
            person=person,
            received_on=received_on,
            answer_due_on=answer_due(received_on),
            raised_by=actor,
            **mask_fields(TABLE, texts, actor=actor),
        )
        request.full_clean(exclude=["reference"])
        request.save()
        request.refresh_from_db(fields=["reference", "version"])
    return request


def choose_records(request: PrivacyRequest, *, actor: Any, codes: Iterable[str]) -> PrivacyRequest:
    """Say which of the records that were found are meant. Refused once they are blocked, and while
    somebody has approved what was chosen before."""
    with refusals_of_the_database(), acting(actor=actor, action="privacy_request.choose"):
        row = _kept(request, actor)
        if row.status not in (PrivacyStatus.RECEIVED, PrivacyStatus.ACCEPTED):
            raise Refused(_("the records are chosen before they are blocked"))
        if row.approvals.exists():
            raise Refused(_("somebody has approved what was chosen"))
        chosen = sorted(set(codes))
        try:
            for code in chosen:
                read_code(code)
        except ValueError as error:
            raise ValidationError({"records": _("There is no such record.")}) from error
        row.targets = chosen
        row.save()
    row.refresh_from_db()
    return row


def accept_request(
    request: PrivacyRequest, *, actor: Any, ground: str, answer: str, blocked_until: date | None
) -> PrivacyRequest:
    """Grant it; what follows has to be carried out within 15 business days."""
    at = told_moment()
    return _answer(
        request,
        "accept",
        actor=actor,
        texts={"ground": ground, "answer": answer},
        blocked_until=blocked_until,
        execute_due_on=execute_due(timezone.localdate(at)),
    )


def refuse_request(
    request: PrivacyRequest, *, actor: Any, ground: str, answer: str
) -> PrivacyRequest:
    """Refuse it and say why, by which law."""
    return _answer(request, "refuse", actor=actor, texts={"ground": ground, "answer": answer})


def carry_out_request(request: PrivacyRequest, *, actor: Any, answer: str) -> PrivacyRequest:
    """Access was given, or data were put right: say what was done."""
    return _answer(request, "carry_out", actor=actor, texts={"answer": answer})


def extend_term(request: PrivacyRequest, *, actor: Any, reason: str) -> PrivacyRequest:
    """Extend the term that runs, once, by as many days, and say why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    with refusals_of_the_database(), acting(actor=actor, action="privacy_request.extend"):
        row = _kept(request, actor)
        told = mask_fields(TABLE, {"reason": reason.strip()}, actor=actor)
        answering = row.status == PrivacyStatus.RECEIVED
        name = "answer_extended" if answering else "execute_extended"
        if row.status not in (PrivacyStatus.RECEIVED, PrivacyStatus.ACCEPTED) or getattr(row, name):
            raise Refused(_("no term is left that could be extended"))
        with acting(reason=told["reason"]):
            setattr(row, name, True)
            if answering:
                row.answer_due_on = answer_due(row.received_on, extended=True)
            elif row.execute_due_on is not None:
                row.execute_due_on = execute_due(row.execute_due_on)
            row.save()
    row.refresh_from_db()
    return row


def approve_erasure(request: PrivacyRequest, *, actor: Any) -> PrivacyRequest:
    """One of two approvals, of blocking or of suppressing; the second one makes the warrant that
    the eraser carries out. Refused for whoever recorded the request, and twice for one person."""
    is_blocked = request.status == PrivacyStatus.BLOCKED
    step = ErasureKind.SUPPRESS if is_blocked else ErasureKind.BLOCK
    action = "approve_suppression" if is_blocked else "approve_block"
    with refusals_of_the_database(), acting(actor=actor, action=f"privacy_request.{action}"):
        row = hold(request, actor=actor)
        PRIVACY_WORKFLOW.check(row, action, actor)
        first = row.approvals.filter(step=step).select_related("approved_by").first()
        warrant = _warrant(row, step, first.approved_by, actor) if first else None
        PrivacyApproval.objects.create(
            request=row,
            step=step,
            approved_by=actor,
            approved_at=told_moment(),
            warrant=warrant and warrant.code,
        )
    row.refresh_from_db()
    return row


def note_carried_out() -> int:
    """Requests whose warrant the eraser has used are blocked, or suppressed; returns how many."""
    done = 0
    used = ErasureWarrant.objects.filter(used_at__isnull=False).values("code")
    approved = PrivacyApproval.objects.filter(warrant__in=used)
    for status, step in _CARRIED_OUT:
        of_step = approved.filter(step=step).values("request")
        for request in PrivacyRequest.objects.filter(status=status, pk__in=of_step):
            with transaction.atomic(), acting(action=f"privacy_request.{step}"):
                row = hold(request, actor=None)
                row.status = PRIVACY_WORKFLOW.check(row, str(step), None).target
                row.save()
            done += 1
    return done


def _warrant(request: PrivacyRequest, step: ErasureKind, first: Any, second: Any) -> Any:
    suppresses = step == ErasureKind.SUPPRESS
    return ErasureWarrant.objects.create(
        request=request.reference,
        kind=step,
        ground=request.ground,
        targets=targets_of(request, ERASED if suppresses else BLOCKED),
        files=files_of(request) if suppresses else [],
        asked_by_id=request.raised_by_id,
        first_by=first,
        second_by=second,
        made_at=told_moment(),
    )


def _answer(
    request: PrivacyRequest, action: str, *, actor: Any, texts: dict[str, str], **facts: Any
) -> PrivacyRequest:
    with refusals_of_the_database(), acting(actor=actor, action=f"privacy_request.{action}"):
        row = _kept(request, actor)
        target = PRIVACY_WORKFLOW.check(row, action, actor).target
        given = {name: text.strip() for name, text in texts.items()}
        if missing := [name for name, text in given.items() if not text]:
            raise ValidationError({name: _("Say this.") for name in missing})
        told = mask_fields(TABLE, given, actor=actor, reference=row.reference)
        for name, value in {**told, **facts}.items():
            setattr(row, name, value)
        row.status = target
        row.full_clean(exclude=["reference"])
        row.save()
    row.refresh_from_db()
    return row


def _kept(request: PrivacyRequest, actor: Any) -> PrivacyRequest:
    """The locked row, for those who keep requests."""
    row = hold(request, actor=actor)
    if not may_keep_requests(actor):
        raise NotAllowed(_("your role does not include this action"))
    return row
