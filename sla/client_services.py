"""The only writers of clients and their contacts. Marks are written in `sla.services`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, ValidationError
from core.writing import hold, store
from people.scope import scope_of
from records.services import mask_fields
from sla.models import Client, ClientContact

EDITABLE = frozenset(["name", "slug", "country", "language"])
_TEXTS = ("name", "slug")
Contact = Mapping[str, str]


def add_client(*, actor: Any, contacts: Iterable[Contact] = (), **facts: Any) -> Client:
    """Add a client with its contacts (`name`, `email`, `phone`). Refused to those whose role does
    not include it for the client's country."""
    with transaction.atomic(), acting(actor=actor, action="client.add"):
        client = Client()
        _write(client, facts, "add", actor)
        _set_contacts(client, contacts, actor)
    return client


def edit_client(
    client: Client,
    *,
    actor: Any,
    version: int | None = None,
    contacts: Iterable[Contact] | None = None,
    **changes: Any,
) -> Client:
    """Correct a client; `contacts`, when given, are all of them from now on.

    Stale when `version` is not the current one.
    """
    with transaction.atomic(), acting(actor=actor, action="client.edit"):
        row = hold(client, actor=actor, version=version)
        _write(row, changes, "change", actor)
        if contacts is not None:
            _set_contacts(row, contacts, actor)
    return row


def _write(row: Client, changes: dict[str, Any], verb: str, actor: Any) -> None:
    countries = {row.country if row.pk else "", changes.get("country", row.country)} - {""}
    if not all(_may_write(actor, verb, country) for country in countries):
        raise NotAllowed(_("your role does not reach this client's country"))
    texts: dict[str, str] = {name: changes[name] for name in _TEXTS if name in changes}
    changes = {**changes, **mask_fields("sla_client", texts, actor=actor)}
    store(row, changes, actor=actor, editable=EDITABLE)


def _may_write(actor: Any, verb: str, country: str) -> bool:
    if actor is None:
        return True
    reach = scope_of(actor).reach_with(f"sla.{verb}_client")
    return reach.everywhere or country in reach.countries


def _set_contacts(client: Client, contacts: Iterable[Contact], actor: Any) -> None:
    """Keep those that stay as they are, so that history shows only what changed."""
    wanted = [ClientContact(client=client, **_masked(contact, actor)) for contact in contacts]
    kept = {(c.name, c.email, c.phone): c for c in client.contacts.all()}
    for place, contact in enumerate(wanted):
        if kept.pop((contact.name, contact.email, contact.phone), None):
            continue
        try:
            contact.full_clean(exclude=["client"])
        except ValidationError as refused:
            raise ValidationError(
                {f"contacts.{place}.{name}": errors for name, errors in _by_field(refused)}
            ) from refused
        contact.save()
    for gone in kept.values():
        gone.delete()


def _masked(contact: Contact, actor: Any) -> dict[str, str]:
    """Names only: a telephone number may look like a card number and must stay whole."""
    return {**contact, **mask_fields("sla_clientcontact", {"name": contact["name"]}, actor=actor)}


def _by_field(refused: ValidationError) -> list[tuple[str, Any]]:
    return [(name.strip("_") or "all", errors) for name, errors in refused.error_dict.items()]
