"""Where witnesses fetch checkpoints and leave their receipts: text, and a token of their own.

A checkpoint tells how many entries there are and nothing of what they say; a token all the same, so
that nobody outside reads off how busy the portal is, or has proofs computed for nothing.
"""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from audit.handing_on import NoProof, handed_on
from audit.ledger.note import NoteError
from audit.models import SignedCheckpoint
from evidence.failure_querysets import VIEW
from evidence.models import Witness
from evidence.services.witnesses import record_receipt, witness_with

LONGEST = 2_000
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


@login_not_required
@never_cache
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, with the proof from the size `from` on; 409 where there is none."""
    if _witness(request) is None and not _may_read(request):
        return _text("Not for you.", 401)
    since = request.GET.get("from", "0")
    if not _NUMBER.fullmatch(since):
        return _text("from= is a number of entries.", 400)
    newest = SignedCheckpoint.objects.order_by("-size").first()
    if newest is None:
        return _text("Nothing was signed yet.", 404)
    try:
        return _text(handed_on(newest, since=int(since)))
    except NoProof as error:
        return _text(str(error), 409)


@csrf_exempt  # a program with a token, and no cookie counts
@login_not_required
@never_cache
@require_POST
def receipts(request: HttpRequest) -> HttpResponse:
    """Takes a witness's cosignature over the checkpoint of `size`."""
    witness = _witness(request)
    if witness is None:
        return _text("Not for you.", 401)
    size = request.GET.get("size", "")
    if not _NUMBER.fullmatch(size) or len(request.body) > LONGEST:
        return _text("size= is a number of entries, the body a line.", 400)
    try:
        record_receipt(witness, int(size), request.body.decode())
    except (NoteError, UnicodeDecodeError) as error:
        return _text(str(error), 422)
    return _text("Recorded.", 201)


def _witness(request: HttpRequest) -> Witness | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return witness_with(token.strip()) if scheme == "Bearer" and token.strip() else None


def _may_read(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm(VIEW)


def _text(text: str, status: int = 200) -> HttpResponse:
    ending = "" if text.endswith("\n") else "\n"
    return HttpResponse(text + ending, status=status, content_type="text/plain; charset=utf-8")
