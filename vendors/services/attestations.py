"""Receives attestations of vendors, tells what stands in them, reviews them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from evidence.controls import CONTROLS
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from vendors.attestations.enums import AttestationStatus, Coverage, Treatment
from vendors.attestations.permissions import may_write_attestation
from vendors.attestations.workflow import ATTESTATION_WORKFLOW
from vendors.models import (
    Attestation,
    AttestationDocument,
    AttestationException,
    UserControl,
    Vendor,
)

TABLE = "vendors_attestation"
MOST = 300
TEXTS = frozenset(["assessor", "services"])
EDITABLE = TEXTS | {
    *("kind", "starts_on", "ends_on", "issued_on", "expires_on", "opinion", "requirements"),
}


def receive_attestation(*, actor: Any, vendor: Vendor, **facts: Any) -> Attestation:
    """Write down what a vendor gave us: `kind`, `assessor`, `issued_on`, `expires_on`, `services`,
    of SOC reports `opinion`, `starts_on` and `ends_on`, of PCI DSS `requirements`.

    Refused to those whose role does not reach the vendor's country; ValidationError for days that
    do not fit.
    """
    with transaction.atomic(), acting(actor=actor, action="attestation.receive"):
        if not may_write_attestation(actor, "add", vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        row = Attestation(vendor=vendor, received_by=actor, received_at=told_moment())
        _write(row, facts, actor)
    return row


def edit_attestation(
    attestation: Attestation, *, actor: Any, version: int | None = None, **changes: Any
) -> Attestation:
    """Correct what was written down, until it is reviewed."""
    with _open(attestation, "edit", actor, version) as row:
        _write(row, changes, actor)
    return row


def attach_attestation(
    attestation: Attestation, *, actor: Any, title: str, name: str, data: bytes
) -> AttestationDocument:
    """Add the report or certificate. Refused: what is not allowed as an upload (too large, a type
    that lies), and the same bytes again."""
    kind = inspect_upload(name, data)
    if not title.strip():
        raise ValidationError({"title": _("Say which document it is.")})
    with _open(attestation, "attach", actor) as row:
        said = mask_fields(TABLE, {"title": title.strip()}, actor=actor, reference=row.reference)
        document = AttestationDocument(attestation=row, **said)
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


def note_exception(
    attestation: Attestation, *, actor: Any, text: str, assessment: str = "", treatment: str = ""
) -> AttestationException:
    """Write down what its assessor found not to work, and what we make of it if that is known."""
    with _open(attestation, "note_exception", actor) as row:
        one = AttestationException(attestation=row, text=text)
        _assess(one, row, actor, text=text, assessment=assessment, treatment=treatment)
    return one


def assess_exception(
    attestation: Attestation,
    *,
    actor: Any,
    exception: AttestationException,
    assessment: str,
    treatment: str,
) -> Attestation:
    """Say what an exception means for us, and whether it is mitigated or accepted."""
    with _open(attestation, "assess_exception", actor) as row:
        one = row.exceptions.get(pk=exception.pk)
        _assess(one, row, actor, assessment=assessment, treatment=Treatment(treatment))
    return row


def remove_exception(
    attestation: Attestation, *, actor: Any, exception: AttestationException
) -> Attestation:
    """Take away what was written down by mistake; its history stays."""
    with _open(attestation, "remove_exception", actor) as row:
        row.exceptions.get(pk=exception.pk).delete()
    return row


def map_user_control(
    attestation: Attestation, *, actor: Any, text: str, control: str = "", reason: str = ""
) -> UserControl:
    """Write down what the report expects of us: which of our controls it is, or why there is none.
    ValidationError for a code that the catalogue does not have."""
    with _open(attestation, "map_control", actor) as row:
        code = control.strip()
        if code and code not in CONTROLS:
            raise ValidationError({"control": _("The catalogue has no such control.")})
        if row.user_controls.count() >= MOST:
            raise ValidationError({"__all__": _("These are too many.")})
        told = {"text": text.strip(), "reason": reason.strip()}
        said = mask_fields(TABLE, told, actor=actor, reference=row.reference)
        one = UserControl(attestation=row, control=code, **said)
        one.full_clean(exclude=["attestation"])
        one.save()
    return one


def remove_user_control(
    attestation: Attestation, *, actor: Any, user_control: UserControl
) -> Attestation:
    """Take away what was written down by mistake; its history stays."""
    with _open(attestation, "remove_control", actor) as row:
        row.user_controls.get(pk=user_control.pk).delete()
    return row


def accept_attestation(attestation: Attestation, *, actor: Any, note: str = "") -> Attestation:
    """We rely on it: it covers all the services that we use. Older ones of its kind are superseded.

    Refused: what has expired, has no document, or exceptions that nobody assessed; an opinion that
    is not unqualified; by who received it or answers for the vendor.
    """
    return _review(attestation, "accept", actor, note, Coverage.YES)


def accept_attestation_with_gaps(
    attestation: Attestation, *, actor: Any, note: str, coverage: str = Coverage.YES
) -> Attestation:
    """We rely on it, knowing what lacks."""
    if coverage == Coverage.NO:
        raise ValidationError({"coverage": _("What covers another service is not accepted.")})
    return _review(attestation, "accept_with_gaps", actor, _said(note), coverage)


def reject_attestation(
    attestation: Attestation, *, actor: Any, note: str, coverage: str = Coverage.NO
) -> Attestation:
    """We do not rely on it, such as where it covers another service than we use."""
    return _review(attestation, "reject", actor, _said(note), coverage)


def _review(row: Attestation, action: str, actor: Any, note: str, coverage: str) -> Attestation:
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=row.reference)
    name = f"attestation.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(row, actor=actor)
        target = ATTESTATION_WORKFLOW.check(row, action, actor).target
        if not may_write_attestation(actor, "review", row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        row.status, row.coverage = AttestationStatus(target), Coverage(coverage)
        row.review_note = told["note"]
        row.reviewed_at, row.reviewed_by = told_moment(), actor
        row.full_clean(exclude=["reference", "vendor", "received_by", "reviewed_by"])
        row.save()
        if target != AttestationStatus.REJECTED:
            _supersede(row)
        row.refresh_from_db()
    return row


def _supersede(row: Attestation) -> None:
    """Older ones of its kind give way to it; it gives way where a newer one is there already."""
    same = Attestation.objects.held().filter(vendor=row.vendor, kind=row.kind)
    others = same.filter(superseded_by__isnull=True).exclude(pk=row.pk)
    for older in others.filter(expires_on__lt=row.expires_on).select_for_update(no_key=True):
        older.superseded_by = row
        older.save()
    newer = others.filter(expires_on__gt=row.expires_on).order_by("-expires_on").first()
    if newer is not None:
        row.superseded_by = newer
        row.save()


def _assess(
    one: AttestationException, row: Attestation, actor: Any, *, treatment: str, **texts: str
) -> None:
    if one.pk is None and row.exceptions.count() >= MOST:
        raise ValidationError({"__all__": _("These are too many.")})
    told = {name: text.strip() for name, text in texts.items()}
    for name, text in mask_fields(TABLE, told, actor=actor, reference=row.reference).items():
        setattr(one, name, text)
    one.treatment = treatment
    one.full_clean(exclude=["attestation"])
    one.save()


def _write(row: Attestation, changes: dict[str, Any], actor: Any) -> None:
    texts = {name: changes[name].strip() for name in TEXTS & set(changes)}
    told = mask_fields(TABLE, texts, actor=actor, reference=row.reference if row.pk else "")
    if "requirements" in changes:
        changes = {**changes, "requirements": list(dict.fromkeys(changes["requirements"]))}
    store(row, {**changes, **told}, actor=actor, editable=EDITABLE)
    if row.issued_on > timezone.localdate(told_moment()):
        raise ValidationError({"issued_on": _("This day has not come yet.")})


def _said(note: str) -> str:
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    return note


@contextmanager
def _open(
    attestation: Attestation, verb: str, actor: Any, version: int | None = None
) -> Iterator[Attestation]:
    with transaction.atomic(), acting(actor=actor, action=f"attestation.{verb}"):
        row = hold(attestation, actor=actor, version=version)
        if not may_write_attestation(actor, "change", row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.status != AttestationStatus.RECEIVED:
            raise Refused(_("it is reviewed already"))
        yield row
