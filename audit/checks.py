"""System checks of the audit app."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models


def restricted_columns_are_ciphertext(**_: Any) -> list[CheckMessage]:
    """audit.E002: a confidential model may hold text only as bytes, that is, encrypted."""
    restricted = [m for m in apps.get_models() if getattr(m._meta, "audit_restricted", False)]
    return [error for model in restricted for error in clear_text_columns(model)]


def clear_text_columns(model: type[models.Model]) -> list[CheckMessage]:
    """An error for each column of a model that could hold confidential text in the clear."""
    return [
        Error(
            f"{model._meta.label}.{field.name} is clear text in a restricted model.",
            hint="Store ciphertext in a BinaryField.",
            obj=model,
            id="audit.E002",
        )
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        and not field.choices
    ]
