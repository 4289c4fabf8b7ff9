"""The hook for deployments: a signed JSON, checked and kept at once; what it means is `changes`'s.

The sender signs the time and the body with the secret that was told with the address. The secret
is not stored: it is made anew from the address's key and the installation's, so that a copy of the
database signs nothing.
"""

import hmac
import time
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from assets.enums import Environment
from changes.services import report_deployment
from core.api.fields import Moment, RecordInput, Text

TOLERANCE = 300  # seconds between the sender's clock and ours: what was caught is soon worthless
TIMESTAMP, SIGNATURE = "X-ITSM-Timestamp", "X-ITSM-Signature"
_OLDEST = 30 * 86_400
_COMMIT = r"\A([0-9a-fA-F]{7,12}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\Z"
_DIGEST = r"\A(sha256:[0-9a-fA-F]{64}|sha512:[0-9a-fA-F]{80})\Z"


class DeploymentTold(RecordInput):
    """What a deployment tells of itself. `id` names the delivery: told twice, it counts once."""

    id = Text(max_length=100, required=False)
    repository = serializers.RegexField(r"\A[\w.+@:/-]{1,200}\Z")
    commit = serializers.RegexField(_COMMIT)
    environment = serializers.ChoiceField(choices=Environment.choices)
    actor = Text(max_length=150)
    deployed_at = Moment()
    digest = serializers.RegexField(_DIGEST, required=False)
    change = serializers.RegexField(r"\A[Cc][Hh][Gg]-[0-9]{6,18}\Z", required=False)

    def validate_deployed_at(self, at: Any) -> Any:
        age = time.time() - at.timestamp()
        if not -TOLERANCE <= age <= _OLDEST:
            raise serializers.ValidationError(_("Give a moment of the last thirty days."))
        return at

    def to_internal_value(self, data: Any) -> Any:
        told = super().to_internal_value(data)
        for name in ("id", "actor"):
            if not told.get(name, "x").isprintable():
                raise serializers.ValidationError({name: [_("Give one line of plain text.")]})
        return told


def signing_secret(url_key: str, *, under: str | None = None) -> str:
    """What the owner of an address signs with: 64 characters, the same each time."""
    made = salted_hmac(
        "integrations.deployments.signing", url_key, secret=under, algorithm="sha256"
    )
    return made.hexdigest()


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC of the time, a full stop and the body."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, sha256).hexdigest()


def is_signed(url_key: str, timestamp: str, signature: str, body: bytes) -> bool:
    """Whether whoever sent it has the secret, and sent it now. Former keys of the installation
    count as long as it lists them."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    given = signature.encode(errors="replace")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(
        hmac.compare_digest(
            given, signature_of(signing_secret(url_key, under=key), timestamp, body).encode()
        )
        for key in keys
    )


def take_in(source: str, told: dict[str, Any]) -> tuple[HTTPStatus, dict[str, str]]:
    """Keep a deployment: 201, or 200 where it is there already. What is wrong raises
    REST framework's ValidationError; Refused where the delivery told something else before."""
    shape = DeploymentTold(data=told)
    shape.is_valid(raise_exception=True)
    facts = dict(shape.validated_data)
    named = facts.pop("change", "")
    delivery = facts.pop("id", "") or _fingerprint(facts)
    row, is_new = report_deployment(
        source=source,
        delivery=delivery,
        deployed_by=facts.pop("actor"),
        named_change=named,
        **facts,
    )
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return status, {"reference": row.reference, "delivery": row.delivery}


def _fingerprint(facts: dict[str, Any]) -> str:
    """What a delivery without a name is known by."""
    parts = (facts[name] for name in ("repository", "commit", "environment", "deployed_at"))
    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
