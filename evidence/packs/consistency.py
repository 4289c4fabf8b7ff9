"""The consistency proof for a checkpoint that an auditor holds and that lies before a pack."""

from typing import Any

from django.utils.translation import gettext as _

from audit.ledger.merkle import Frontier, consistency_path
from audit.models import LedgerEntry
from core.errors import ValidationError
from evidence.models import EvidencePack

_CHUNK = 10_000


def consistency_of(pack: EvidencePack, size: int) -> dict[str, Any]:
    """The proof from `size` leaves to the pack's, as verify.py reads it. ValidationError for a size
    that lies outside. Reads the hash of every leaf once."""
    most = pack.ledger_size or 0
    if not 1 <= size <= most:
        raise ValidationError({"size": _("Choose between 1 and %(count)d.") % {"count": most}})
    path = consistency_path(size, most)
    roots: dict[tuple[int, int], str] = {}
    for span in sorted(path):
        roots[span] = _root(*span)
    return {"old_size": size, "new_size": most, "hashes": [roots[span] for span in path]}


def _root(start: int, end: int) -> str:
    tree = Frontier()
    rows = LedgerEntry.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for hash_ in rows.values_list("hash", flat=True).iterator(chunk_size=_CHUNK):
        tree.append(bytes(hash_))
    return tree.root().hex()
