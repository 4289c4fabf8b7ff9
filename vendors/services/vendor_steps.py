"""Takes vendors from prospect to engaged and out again: due diligence, decision, exit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from vendors.assurance.dates import a_year_after
from vendors.assurance.enums import Answer, DiligenceStatus, InherentRisk, Question
from vendors.enums import VendorStatus
from vendors.models import DiligenceAnswer, DiligenceDocument, DueDiligence, Vendor
from vendors.permissions import may_write_vendor
from vendors.services.vendors import TABLE, hold_vendor
from vendors.vendor_rules import latest_diligence
from vendors.vendor_workflow import VENDOR_WORKFLOW


def begin_diligence(
    vendor: Vendor,
    *,
    actor: Any,
    assessor: Any = None,
    risk: str = InherentRisk.MEDIUM,
    note: str = "",
) -> Vendor:
    """Begin to look at a vendor; unless said, whoever begins it assesses. What was approved before
    counts no more."""
    who = assessor or actor
    if who is None or not who.is_active:
        raise ValidationError({"assessor": _("Choose somebody who assesses.")})
    with _step(vendor, "begin_diligence", actor=actor, note=note) as row:
        last = row.diligences.aggregate(last=Max("number"))["last"] or 0
        diligence = DueDiligence(
            vendor=row,
            number=last + 1,
            assessor=who,
            risk=InherentRisk(risk),
            started_at=told_moment(),
        )
        diligence.full_clean(exclude=["vendor", "assessor"])
        diligence.save()
    return row


def answer_questions(
    vendor: Vendor,
    *,
    actor: Any,
    answers: Mapping[str, tuple[str, str]],
    risk: str = "",
    summary: str | None = None,
) -> Vendor:
    """Say what was found: `{question: (answer, finding)}`. What is not named stays. Refused unless
    its due diligence is open."""
    with transaction.atomic(), acting(actor=actor, action="vendor.answer_questions"):
        row = hold_vendor(vendor, actor=actor)
        diligence = _open_diligence(row)
        for question, (answer, note) in answers.items():
            said = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
            line = diligence.answers.filter(question=Question(question)).first() or DiligenceAnswer(
                diligence=diligence, question=Question(question)
            )
            line.answer, line.note = Answer(answer), said["note"].strip()
            line.full_clean(exclude=["diligence"])
            line.save()
        if risk:
            diligence.risk = InherentRisk(risk)
        if summary is not None:
            said = mask_fields(TABLE, {"summary": summary}, actor=actor, reference=row.reference)
            diligence.summary = said["summary"]
        diligence.full_clean(exclude=["vendor", "assessor"])
        diligence.save()
    return row


def attach_evidence(
    vendor: Vendor, *, actor: Any, title: str, name: str, data: bytes
) -> DiligenceDocument:
    """Add evidence to the open due diligence. Refused: what is not allowed as an upload (too large,
    a type that lies), and the same bytes again."""
    kind = inspect_upload(name, data)
    if not title.strip():
        raise ValidationError({"title": _("Say which document it is.")})
    with transaction.atomic(), acting(actor=actor, action="vendor.attach_evidence"):
        row = hold_vendor(vendor, actor=actor)
        diligence = _open_diligence(row)
        said = mask_fields(TABLE, {"title": title.strip()}, actor=actor, reference=row.reference)
        document = DiligenceDocument(diligence=diligence, **said)
        _keep(document, kind, data, actor, row.reference)
    return document


def submit_diligence(vendor: Vendor, *, actor: Any, note: str = "") -> Vendor:
    """Hand the due diligence to those who decide. From now on it says the same."""
    with _step(vendor, "submit", actor=actor, note=note) as row:
        _settle(row, DiligenceStatus.SUBMITTED, submitted_at=told_moment())
    return row


def return_diligence(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """Give it back to the assessor."""
    _need_reason(note)
    with _step(vendor, "return", actor=actor, note=note) as row:
        _settle(row, DiligenceStatus.OPEN, submitted_at=None)
    return row


def approve_vendor(vendor: Vendor, *, actor: Any, note: str = "") -> Vendor:
    """The vendor may be engaged. Never by who assessed it or answers for it."""
    with _step(vendor, "approve", actor=actor, note=note) as row:
        _decide(row, DiligenceStatus.APPROVED, actor, note)
    return row


def refuse_vendor(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """The vendor may not be engaged."""
    _need_reason(note)
    with _step(vendor, "refuse", actor=actor, note=note) as row:
        _decide(row, DiligenceStatus.REFUSED, actor, note)
    return row


def engage_vendor(vendor: Vendor, *, actor: Any, note: str = "") -> Vendor:
    """Buy from it; it is reviewed within a year from now on."""
    with _step(vendor, "engage", actor=actor, note=note) as row:
        row.engaged_on = timezone.localdate(told_moment())
        row.next_review_on = a_year_after(row.engaged_on)
        row.exited_on = None
    return row


def begin_exit(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """Begin to leave it; it is watched until that is done."""
    _need_reason(note)
    with _step(vendor, "begin_exit", actor=actor, note=note) as row:
        pass
    return row


def stay_with_vendor(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """Do not leave it after all."""
    _need_reason(note)
    with _step(vendor, "stay", actor=actor, note=note) as row:
        pass
    return row


def exit_vendor(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """It does nothing for us any more: data is returned, access taken away, as the note says."""
    _need_reason(note)
    with _step(vendor, "exit", actor=actor, note=note) as row:
        _end(row)
    return row


def drop_vendor(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """Give a vendor up that was not engaged; a due diligence that is open is withdrawn."""
    _need_reason(note)
    with _step(vendor, "drop", actor=actor, note=note) as row:
        latest = latest_diligence(row)
        if latest is not None and latest.status == DiligenceStatus.OPEN:
            _settle(row, DiligenceStatus.WITHDRAWN)
        _end(row)
    return row


def reconsider_vendor(vendor: Vendor, *, actor: Any, note: str) -> Vendor:
    """Begin anew with a vendor that was left, as a prospect."""
    _need_reason(note)
    with _step(vendor, "reconsider", actor=actor, note=note) as row:
        pass
    return row


@contextmanager
def _step(vendor: Vendor, action: str, *, actor: Any, note: str = "") -> Iterator[Vendor]:
    """Lock, check, change: the caller sets what else changes, the row is saved at the end."""
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=vendor.reference)
    name = f"vendor.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(vendor, actor=actor)
        target = VENDOR_WORKFLOW.check(row, action, actor).target
        verbs = {"approve": ("approve",), "refuse": ("approve",), "return": ("approve", "change")}
        if not any(
            may_write_vendor(actor, verb, row.country) for verb in verbs.get(action, ("change",))
        ):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        yield row
        row.status = VendorStatus(target)
        row.save()
        row.refresh_from_db()


def _open_diligence(row: Vendor) -> DueDiligence:
    latest = latest_diligence(row)
    if latest is None or latest.status != DiligenceStatus.OPEN:
        raise Refused(_("no due diligence is open"))
    return latest


def _settle(row: Vendor, status: DiligenceStatus, **facts: Any) -> None:
    latest = latest_diligence(row)
    if latest is None:
        raise Refused(_("no due diligence is open"))
    latest.status = status
    for name, value in facts.items():
        setattr(latest, name, value)
    latest.save()


def _decide(row: Vendor, status: DiligenceStatus, actor: Any, note: str) -> None:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
    _settle(
        row, status, decided_at=told_moment(), decided_by=actor, decision_note=told["note"].strip()
    )


def _end(row: Vendor) -> None:
    row.exited_on = timezone.localdate(told_moment())
    row.next_review_on = None


def _keep(document: Any, kind: Any, data: bytes, actor: Any, reference: str) -> None:
    keep_file(
        document,
        name=kind.name,
        data=data,
        content_type=kind.content_type,
        actor=actor,
        reference=reference,
        at=told_moment(),
    )
    same = document.diligence.documents.filter(sha256=document.sha256).exclude(pk=document.pk)
    if same.exists():
        raise ValidationError({"file": _("This version is there already.")})


def _need_reason(note: str) -> None:
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
