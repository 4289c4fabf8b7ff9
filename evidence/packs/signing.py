"""The key that signs manifests, apart from the ledger's, and the public keys a pack brings."""

import os
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from audit.ledger.note import VerifierKey, noted, sign

FORMAT = "evidence-pack/1"


def signed_manifest(reference: str, sha256: str) -> str:
    """The signed note over a manifest: what it is, which pack's, and its hash."""
    text = f"{FORMAT}\n{reference}\n{sha256}\n"
    return noted(text, [sign(text, _name(), _private_key(_folder()))])


def export_key() -> VerifierKey:
    """The public key of this installation's manifests."""
    return VerifierKey(_name(), _private_key(_folder()).public_key().public_bytes_raw())


def _name() -> str:
    return f"{urlsplit(settings.SITE_URL).hostname}/evidence"


def _folder() -> Path:
    return settings.VAR_DIR / "evidence"


@cache
def _private_key(folder: Path) -> Ed25519PrivateKey:
    """The key of this folder, made at first use, for this account's eyes only."""
    path = folder / "export-key"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(handle, "w") as file:
        file.write(key.private_bytes_raw().hex())
    return key
