"""System checks of the audit app."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models


def restricted_columns_are_ciphertext(**_: Any) -> list[CheckMessage]:
    """audit.E002: a confidential model may hold text only as bytes, that is, encrypted."""
    return [
        Error(
            f"{model._meta.label}.{field.name} is clear text in a restricted model.",
            hint="Store ciphertext in a BinaryField.",
            obj=model,
            id="audit.E002",
        )
        for model in apps.get_models()
        if getattr(model._meta, "audit_restricted", False)
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        and not field.choices
    ]
