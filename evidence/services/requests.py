"""The request list: auditors ask, owners provide, auditors accept or return."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from evidence.controls import CONTROLS
from evidence.models import (
    AuditRequest,
    AuditRequestAttachment,
    AuditRequestComment,
    Engagement,
)
from evidence.permissions import may_answer, may_answer_for_others, may_ask
from evidence.request_audience import tell_auditor, tell_other_side, tell_owner
from evidence.rules import audits_it, engagement_is_running
from evidence.workflow import REQUEST_WORKFLOW, answers_it
from notifications.enums import MessageKind
from people.models import User
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields

TABLE = "evidence_auditrequest"


def ask_for(
    *,
    actor: Any,
    engagement: Engagement,
    title: str,
    due_on: date,
    text: str = "",
    control: str = "",
    owner: User | None = None,
) -> AuditRequest:
    """An auditor asks for something; without an owner the engagement's owner answers."""
    if not may_ask(actor):
        raise NotAllowed(_("your role does not include this action"))
    with transaction.atomic(), acting(actor=actor, action="audit_request.ask"):
        held = hold(engagement, actor=actor)
        told = mask_fields(TABLE, {"title": title.strip(), "text": text}, actor=actor)
        row = AuditRequest(
            engagement=held,
            control=control.strip().upper(),
            owner=owner or held.owner,
            due_on=due_on,
            asked_by=actor,
            **told,
        )
        if reason := audits_it(row, actor) or engagement_is_running(row, actor):
            raise Refused(reason)
        _check_control(row.control)
        _check_owner(row.owner)
        row.full_clean(exclude=["reference"])
        row.save()
        row.refresh_from_db()
        tell_owner(row, MessageKind.AUDIT_REQUEST_ASKED, by=actor)
    return row


def start_request(request: AuditRequest, *, actor: Any, note: str = "") -> AuditRequest:
    """Somebody is at it."""
    with _step(request, "start", actor=actor, note=note) as row:
        row.settled_at = None
    return row


def provide_request(
    request: AuditRequest, *, actor: Any, answer: str, pack_reference: str = ""
) -> AuditRequest:
    """Say what is given and where: in words, by an evidence pack, with files."""
    with _step(request, "provide", actor=actor) as row:
        if not answer.strip():
            raise ValidationError({"answer": _("Say what you provide.")})
        said = {"answer": answer, "pack_reference": pack_reference.strip()}
        told = mask_fields(TABLE, said, actor=actor, reference=row.reference)
        row.answer, row.pack_reference = told["answer"], told["pack_reference"]
        row.provided_at, row.provided_by = told_moment(), actor
        tell_auditor(row, MessageKind.AUDIT_REQUEST_PROVIDED, by=actor)
    return row


def accept_request(request: AuditRequest, *, actor: Any, note: str = "") -> AuditRequest:
    """The auditor has what was asked for."""
    with _step(request, "accept", actor=actor, note=note) as row:
        row.settled_at = told_moment()
        tell_owner(row, MessageKind.AUDIT_REQUEST_JUDGED, by=actor, note=note)
    return row


def return_request(request: AuditRequest, *, actor: Any, note: str) -> AuditRequest:
    """What was given does not do: say what is missing."""
    with _step(request, "return", actor=actor, note=note, is_reasoned=True) as row:
        _comment(row, note, actor)
        tell_owner(row, MessageKind.AUDIT_REQUEST_JUDGED, by=actor, note=note)
    return row


def withdraw_request(request: AuditRequest, *, actor: Any, note: str) -> AuditRequest:
    """It is not needed after all."""
    with _step(request, "withdraw", actor=actor, note=note, is_reasoned=True) as row:
        row.settled_at = told_moment()
        tell_owner(row, MessageKind.AUDIT_REQUEST_JUDGED, by=actor, note=note)
    return row


def hand_over_request(request: AuditRequest, *, actor: Any, owner: User) -> AuditRequest:
    """Somebody else answers it from now on. By its owner, and by who answers for others."""
    with _held(request, "hand_over", actor=actor) as row:
        if not may_answer(actor):
            raise NotAllowed(_("your role does not include this action"))
        if reason := answers_it(row, actor) or engagement_is_running(row, actor):
            raise Refused(reason)
        _check_owner(owner)
        row.owner = owner
        _save(row)
        tell_owner(row, MessageKind.AUDIT_REQUEST_ASKED, by=actor)
    return row


def comment_on_request(
    request: AuditRequest, *, actor: Any, text: str, at: datetime | None = None
) -> AuditRequestComment:
    """Say something to the other side; both sides see all of it."""
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    with _held(request, "comment", actor=actor) as row:
        if not (may_ask(actor) or may_answer(actor)):
            raise NotAllowed(_("your role does not include this action"))
        comment = _comment(row, text, actor, at)
        tell_other_side(row, MessageKind.AUDIT_REQUEST_COMMENTED, by=actor)
    return comment


def attach_to_request(
    request: AuditRequest, *, actor: Any, name: str, data: bytes, at: datetime | None = None
) -> AuditRequestAttachment:
    """Add a file as an answer, or as an example of what is wanted. ValidationError for what is not
    allowed as an upload."""
    kind = inspect_upload(name, data)
    with _held(request, "attach", actor=actor) as row:
        if reason := engagement_is_running(row, actor):
            raise Refused(reason)
        if answers_it(row, actor) and audits_it(row, actor):
            raise NotAllowed(_("your role does not include this action"))
        attachment = AuditRequestAttachment(request=row)
        keep_file(
            attachment,
            name=kind.name,
            data=data,
            content_type=kind.content_type,
            actor=actor,
            reference=row.reference,
            at=at or told_moment(),
        )
    return attachment


@contextmanager
def _step(
    request: AuditRequest, action: str, *, actor: Any, note: str = "", is_reasoned: bool = False
) -> Iterator[AuditRequest]:
    """One move of the workflow: yields the locked row with its new status, then saves it."""
    with _held(request, action, actor=actor, note=note) as row:
        row.status = REQUEST_WORKFLOW.check(row, action, actor).target
        if is_reasoned and not note.strip():
            raise ValidationError({"note": _("Say why.")})
        yield row
        _save(row)


@contextmanager
def _held(
    request: AuditRequest, action: str, *, actor: Any, note: str = ""
) -> Iterator[AuditRequest]:
    with transaction.atomic(), acting(actor=actor, action=f"audit_request.{action}"):
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=request.reference)
        with acting(reason=told["note"]):
            yield hold(request, actor=actor)


def _save(row: AuditRequest) -> None:
    row.save()
    row.refresh_from_db(fields=["version"])


def _comment(
    row: AuditRequest, text: str, actor: Any, at: datetime | None = None
) -> AuditRequestComment:
    told = mask_fields(
        "evidence_auditrequestcomment", {"text": text}, actor=actor, reference=row.reference
    )
    return AuditRequestComment.objects.create(
        request=row, author=actor, text=told["text"], created_at=at or told_moment()
    )


def _check_control(code: str) -> None:
    if code and code not in CONTROLS:
        raise ValidationError({"control": _("The catalogue has no control of this code.")})


def _check_owner(owner: User) -> None:
    if not owner.is_active or not (may_answer(owner) or may_answer_for_others(owner)):
        raise ValidationError({"owner": _("This account does not answer audit requests.")})
