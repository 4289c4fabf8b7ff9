"""Masks card numbers in what is about to be stored and notes each finding, without the number."""

from typing import Any

from records.card_numbers import mask_card_numbers, mask_in
from records.models import CardNumberFinding


def mask_fields(
    where: str, fields: dict[str, str], *, actor: Any, reference: str = ""
) -> dict[str, str]:
    """The texts with their card numbers masked. `where` is the table they are meant for.

    Every field with a number leaves a finding, in the caller's transaction.
    """
    masked, findings = {}, []
    for name, text in fields.items():
        masked[name], count = mask_card_numbers(text)
        if count:
            findings.append(_finding(f"{where}.{name}", count, actor, reference))
    if findings:
        CardNumberFinding.objects.bulk_create(findings)
    return masked


def mask_json(where: str, value: Any, *, actor: Any, reference: str = "") -> Any:
    """A JSON-like structure with its card numbers masked; `where` is the table and the field."""
    masked, count = mask_in(value)
    if count:
        _finding(where, count, actor, reference).save()
    return masked


def note_findings(where: str, count: int, *, actor: Any, reference: str) -> None:
    """Note card numbers that the caller masked by itself, as in a file; `where` as above."""
    _finding(where, count, actor, reference).save()


def _finding(where: str, count: int, actor: Any, reference: str) -> CardNumberFinding:
    return CardNumberFinding(
        where=where[:100], count=count, given_by=actor, reference=reference[:30]
    )
