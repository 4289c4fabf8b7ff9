"""Witnesses: who they are, and the receipts that they give."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from audit.ledger.cosignature import cosigned_at, read_witness_key
from audit.ledger.note import NoteError
from audit.models import SignedCheckpoint
from core.errors import ValidationError
from evidence.models import Witness, WitnessReceipt

STORED = "stored"
MOST_SKEW = timedelta(minutes=10)


def add_witness(name: str, *, vkey: str = "") -> tuple[Witness, str]:
    """A second party, and the token with which its program signs in: shown once, kept as a digest.

    Refused: a name that is taken or cannot stand in a note, a key of another name.
    """
    if vkey:
        try:
            of = read_witness_key(vkey)[0]
        except NoteError as error:
            raise ValidationError({"vkey": str(error)}) from error
        if of != name:
            raise ValidationError({"vkey": _("The key is of %(name)s.") % {"name": of}})
    token = secrets.token_urlsafe(32)
    witness = Witness(name=name, vkey=vkey.strip(), token_digest=_digest(token))
    with transaction.atomic(), acting(action="witness.add"):
        witness.full_clean()
        witness.save()
    return witness, token


def end_witness(name: str) -> Witness:
    """Its token is good for nothing from now on; its receipts stay. DoesNotExist where none is."""
    with transaction.atomic(), acting(action="witness.end"):
        witness = Witness.objects.select_for_update().get(name=name, ended_at=None)
        witness.ended_at = timezone.now()
        witness.save()
    return witness


def witness_with(token: str) -> Witness | None:
    """Whose token it is."""
    return Witness.objects.filter(token_digest=_digest(token), ended_at=None).first()


def record_receipt(witness: Witness, size: int, receipt: str) -> WitnessReceipt:
    """Keep what a witness answered to a checkpoint, once for each.

    Raises NoteError where it does not fit the checkpoint, or is signed at another time than now.
    """
    checkpoint = SignedCheckpoint.objects.filter(size=size).first()
    if checkpoint is None:
        raise NoteError(f"no checkpoint of {size} entries was signed")
    text = checkpoint.note.partition("\n\n")[0] + "\n"
    now = timezone.now()
    if witness.vkey:
        if abs(cosigned_at(receipt, text, witness.vkey) - now) > MOST_SKEW:
            raise NoteError("it was signed at another time than now")
    elif receipt.strip() != STORED:
        raise NoteError("a witness without a key says that it stored the checkpoint")
    with transaction.atomic(), acting(action="checkpoint.receipt"):
        kept, _is_new = WitnessReceipt.objects.get_or_create(
            witness=witness, size=size, defaults={"receipt": receipt.strip(), "at": now}
        )
    return kept


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
