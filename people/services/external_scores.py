"""Scores of machines and surveys: taken in by API as a second opinion, never as a review."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, ValidationError
from core.palette import record_of
from people.models import ExternalScore
from people.scope import scope_of
from records.services import mask_fields

TABLE = "people_externalscore"


def take_score(
    *,
    actor: Any,
    reference: str,
    source: str,
    model: str,
    model_version: str,
    score: Decimal,
    explanation: str,
    scored_at: datetime,
) -> ExternalScore:
    """Keep what a machine made of a record that the actor sees, from 0 to 1, with the model, its
    version and its explanation. The same version of a model scores a record once."""
    with transaction.atomic(), acting(actor=actor, action="external_score.take"):
        if "people.add_externalscore" not in scope_of(actor).permissions:
            raise NotAllowed(_("your role does not include this action"))
        found = record_of(actor, reference.strip().upper())
        if found is None:
            raise ValidationError({"reference": _("You see no record with this reference.")})
        if scored_at > told_moment():
            raise ValidationError({"scored_at": _("This moment has not come yet.")})
        texts = {"explanation": explanation.strip(), "model": model.strip()}
        texts["model_version"] = model_version.strip()
        row = ExternalScore(
            reference=str(found.reference),
            source=source,
            score=score,
            scored_at=scored_at,
            given_at=told_moment(),
            given_by=actor,
            **mask_fields(TABLE, texts, actor=actor, reference=str(found.reference)),
        )
        row.full_clean()
        row.save()
    return row
