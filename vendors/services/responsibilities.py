"""Drafts matrices of responsibility, writes their lines, records that they were agreed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from vendors.models import (
    ResponsibilityDocument,
    ResponsibilityLine,
    ResponsibilityMatrix,
    Vendor,
)
from vendors.opex.permissions import reaches
from vendors.responsibilities.enums import MatrixStatus
from vendors.responsibilities.permissions import may_write_matrix
from vendors.responsibilities.workflow import MATRIX_WORKFLOW

TABLE = "vendors_responsibilitymatrix"
MOST_LINES = 500
_COPIED = ("requirement", "title", "who", "how", "evidence")
_TEXTS = ("requirement", "title", "how", "evidence")


def draft_matrix(*, actor: Any, vendor: Vendor, scope: str = "") -> ResponsibilityMatrix:
    """Draft the next version, with the lines of the one that is agreed. Refused while another one
    is being drafted."""
    with transaction.atomic(), acting(actor=actor, action="matrix.draft"):
        if not reaches(actor, "add_responsibilitymatrix", vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        before = ResponsibilityMatrix.objects.filter(vendor=vendor)
        if before.filter(status=MatrixStatus.DRAFT).exists():
            raise Refused(_("a next version is being drafted already"))
        number = (before.aggregate(most=Max("number"))["most"] or 0) + 1
        agreed = before.agreed().first()
        row = ResponsibilityMatrix(vendor=vendor, number=number, drafted_by=actor)
        told = {"scope": scope.strip() or (agreed.scope if agreed else "")}
        store(row, mask_fields(TABLE, told, actor=actor), actor=actor, editable=frozenset(told))
        for facts in agreed.lines.values(*_COPIED) if agreed else ():
            ResponsibilityLine.objects.create(matrix=row, **facts)
    return row


def edit_matrix(
    matrix: ResponsibilityMatrix, *, actor: Any, version: int | None = None, **changes: Any
) -> ResponsibilityMatrix:
    """Correct of which services a draft is."""
    with _drafting(matrix, "edit", actor, version) as row:
        if "scope" in changes:
            told = {"scope": changes["scope"].strip()}
            changes |= mask_fields(TABLE, told, actor=actor, reference=row.reference)
        store(row, changes, actor=actor, editable=frozenset(["scope"]))
    return row


def set_line(
    matrix: ResponsibilityMatrix, *, actor: Any, requirement: str, **facts: str
) -> ResponsibilityMatrix:
    """Add a requirement to a draft, or say anew who meets it: `title`, `who`, `how`, `evidence`.
    ValidationError where it says who but not how."""
    return set_lines(matrix, actor=actor, lines=[{"requirement": requirement, **facts}])


def set_lines(
    matrix: ResponsibilityMatrix, *, actor: Any, lines: Iterable[Mapping[str, str]]
) -> ResponsibilityMatrix:
    """The same of several requirements: all of them or none. What is not named stays."""
    with _drafting(matrix, "set_line", actor) as row:
        known = {one.requirement: one for one in row.lines.all()}
        for told in lines:
            texts = {name: told[name].strip() for name in _TEXTS if name in told}
            said = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
            line = known.get(said["requirement"]) or ResponsibilityLine(matrix=row)
            for name, text in said.items():
                setattr(line, name, text)
            line.who = told.get("who", line.who)
            line.full_clean(exclude=["matrix"])
            line.save()
            known[line.requirement] = line
        if len(known) > MOST_LINES:
            raise ValidationError({"__all__": _("These are too many.")})
    return row


def remove_line(
    matrix: ResponsibilityMatrix, *, actor: Any, requirement: str
) -> ResponsibilityMatrix:
    """Take a requirement out of a draft."""
    with _drafting(matrix, "remove_line", actor) as row:
        line = row.lines.filter(requirement=requirement).first()
        if line is None:
            raise ValidationError({"requirement": _("It has no such line.")})
        line.delete()
    return row


def attach_agreement(
    matrix: ResponsibilityMatrix, *, actor: Any, title: str, name: str, data: bytes
) -> ResponsibilityDocument:
    """Add what the vendor signed, before the agreement is recorded. Refused: what is not allowed as
    an upload (too large, a type that lies), and the same bytes again."""
    kind = inspect_upload(name, data)
    if not title.strip():
        raise ValidationError({"title": _("Say which document it is.")})
    with _drafting(matrix, "attach", actor) as row:
        said = mask_fields(TABLE, {"title": title.strip()}, actor=actor, reference=row.reference)
        document = ResponsibilityDocument(matrix=row, **said)
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


def agree_matrix(
    matrix: ResponsibilityMatrix,
    *,
    actor: Any,
    representative: str,
    agreed_on: date | None = None,
    note: str = "",
) -> ResponsibilityMatrix:
    """Record that the vendor's representative agreed to it; the version before is replaced.

    Refused: by who drafted it, and while a line does not say who.
    """
    told = {"note": note.strip(), "representative": representative.strip()}
    said = mask_fields(TABLE, told, actor=actor, reference=matrix.reference)
    if not said["representative"]:
        raise ValidationError({"representative": _("Say who agreed for the vendor.")})
    reason = said["note"][:500]
    with transaction.atomic(), acting(actor=actor, action="matrix.agree", reason=reason):
        row = hold(matrix, actor=actor)
        MATRIX_WORKFLOW.check(row, "agree", actor)
        if not may_write_matrix(actor, row.vendor.country, agreeing=True):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        today = timezone.localdate(told_moment())
        day = agreed_on or today
        if day > today:
            raise ValidationError({"agreed_on": _("This day has not come yet.")})
        same = ResponsibilityMatrix.objects.filter(vendor=row.vendor)
        for before in same.agreed().select_for_update(no_key=True):
            before.status, before.replaced_on = MatrixStatus.REPLACED, max(day, before.agreed_on)
            before.save()
        row.status, row.agreed_on = MatrixStatus.AGREED, day
        row.agreed_at, row.agreed_by = told_moment(), actor
        row.representative = said["representative"]
        row.full_clean(exclude=["reference", "vendor", "drafted_by", "agreed_by"])
        row.save()
        row.refresh_from_db()
    return row


@contextmanager
def _drafting(
    matrix: ResponsibilityMatrix, verb: str, actor: Any, version: int | None = None
) -> Iterator[ResponsibilityMatrix]:
    with transaction.atomic(), acting(actor=actor, action=f"matrix.{verb}"):
        row = hold(matrix, actor=actor, version=version)
        if not may_write_matrix(actor, row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.status != MatrixStatus.DRAFT:
            raise Refused(_("what was agreed stays as it is"))
        yield row
