"""Keeps the documents of contracts: every version, with the hash of its bytes."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from vendors.enums import ContractStatus
from vendors.models import Contract, ContractDocument
from vendors.permissions import may_write_contract

TABLE = "vendors_contractdocument"


def attach_document(
    contract: Contract, *, actor: Any, title: str, name: str, data: bytes
) -> ContractDocument:
    """Add a document, or its next version where one of that title is there.

    Refused: what is not allowed as an upload (too large, a type that lies), while the contract is
    looked at by others, and the same bytes again.
    """
    kind = inspect_upload(name, data)
    if not title.strip():
        raise ValidationError({"title": _("Say which document it is.")})
    with transaction.atomic(), acting(actor=actor, action="contract.attach"):
        row = hold(contract, actor=actor)
        if not may_write_contract(actor, "change", row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.status in (ContractStatus.LEGAL_REVIEW, ContractStatus.APPROVAL):
            raise Refused(_("others are looking at it: return it to draft first"))
        if row.status == ContractStatus.ENDED:
            raise Refused(_("the contract has ended"))
        said = mask_fields(TABLE, {"title": title.strip()}, actor=actor, reference=row.reference)
        same = row.documents.filter(title=said["title"])
        document = ContractDocument(
            contract=row,
            title=said["title"],
            number=(same.aggregate(last=Max("number"))["last"] or 0) + 1,
        )
        keep_file(
            document,
            name=kind.name,
            data=data,
            content_type=kind.content_type,
            actor=actor,
            reference=row.reference,
            at=told_moment(),
        )
        if same.exclude(pk=document.pk).filter(sha256=document.sha256).exists():
            raise ValidationError({"file": _("This version is there already.")})
    return document
