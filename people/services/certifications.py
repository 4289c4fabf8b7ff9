"""People claim certifications and attach their proof; whoever leads them verifies it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.growth.enums import CertificationStatus
from people.growth.workflow import CERTIFICATION_WORKFLOW
from people.models import Certification, CertificationDocument
from people.scope import scope_of
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields

TABLE = "people_certification"
TEXTS = frozenset(["name", "issuer", "number"])
EDITABLE = TEXTS | {"issued_on", "expires_on"}


def claim_certification(*, actor: Any, **facts: Any) -> Certification:
    """Write down what oneself has passed: `name`, `issuer`, `issued_on`, and where there are such
    `number` and `expires_on`. Refused to accounts of nobody."""
    with transaction.atomic(), acting(actor=actor, action="certification.claim"):
        if "people.add_certification" not in scope_of(actor).permissions or not actor.person_id:
            raise NotAllowed(_("certifications are of people who work here"))
        row = Certification(holder=actor.person, recorded_by=actor, recorded_at=told_moment())
        _write(row, facts, actor)
    return row


def edit_certification(
    certification: Certification, *, actor: Any, version: int | None = None, **changes: Any
) -> Certification:
    """Correct what one claimed, until it is decided about."""
    with _open(certification, "edit", actor, version) as row:
        _write(row, changes, actor)
    return row


def attach_proof(
    certification: Certification, *, actor: Any, name: str, data: bytes
) -> CertificationDocument:
    """Add the certificate. Refused: what is not allowed as an upload, and the same bytes again."""
    kind = inspect_upload(name, data)
    with _open(certification, "attach", actor) as row:
        document = CertificationDocument(certification=row)
        keep_file(
            document,
            name=kind.name,
            data=data,
            content_type=kind.content_type,
            actor=actor,
            reference=row.reference,
            at=told_moment(),
        )
        if row.documents.filter(sha256=document.sha256).exclude(pk=document.pk).exists():
            raise ValidationError({"file": _("This version is there already.")})
    return document


def verify_certification(
    certification: Certification, *, actor: Any, note: str = ""
) -> Certification:
    """Say that the proof is right. Refused to the holder, to who does not lead them, and without
    a document."""
    return _decide(certification, "verify", actor, note)


def reject_certification(certification: Certification, *, actor: Any, note: str) -> Certification:
    """Say what lacks; the person may claim it anew."""
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    return _decide(certification, "reject", actor, note)


def _decide(row: Certification, action: str, actor: Any, note: str) -> Certification:
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=row.reference)
    name = f"certification.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(row, actor=actor)
        target = CERTIFICATION_WORKFLOW.check(row, action, actor).target
        row.status, row.review_note = CertificationStatus(target), told["note"]
        row.reviewed_at, row.reviewed_by = told_moment(), actor
        row.full_clean(exclude=["reference", "holder", "recorded_by", "reviewed_by"])
        row.save()
        row.refresh_from_db()
    return row


def _write(row: Certification, changes: dict[str, Any], actor: Any) -> None:
    texts = {name: changes[name].strip() for name in TEXTS & set(changes)}
    told = mask_fields(TABLE, texts, actor=actor, reference=row.reference if row.pk else "")
    store(row, {**changes, **told}, actor=actor, editable=EDITABLE)
    if row.issued_on > timezone.localdate(told_moment()):
        raise ValidationError({"issued_on": _("This day has not come yet.")})


@contextmanager
def _open(
    certification: Certification, verb: str, actor: Any, version: int | None = None
) -> Iterator[Certification]:
    with transaction.atomic(), acting(actor=actor, action=f"certification.{verb}"):
        row = hold(certification, actor=actor, version=version)
        if actor.person_id != row.holder_id:
            raise NotAllowed(_("only the person who holds it writes this"))
        if row.status != CertificationStatus.CLAIMED:
            raise Refused(_("it is decided already"))
        yield row
