"""Which records have a life: upper apps tell what of their rows agreements go by."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from core.querysets import visible_rows
from core.registry import Registry
from sla.clocks import Target
from sla.enums import AgreementKind, EventKind
from sla.models import Agreement, Life, LifeEvent
from sla.scopes import Scope

_FACTS = ("team", "vendor", "client", "service", "country", "request_type")


@dataclass(frozen=True)
class LivedRecords:
    """A model with a `life`. `open_rows` are those whose clocks may still run; `facts` are columns
    or expressions by name: team, vendor (that it waits for now), client, service, country (of the
    team) and, where there is one, request_type; `mandate` gives the 1-5-10 targets of a record,
    where they are under it."""

    model: type[Any]
    open_rows: Callable[[], QuerySet[Any]]
    facts: Mapping[str, Combinable]
    mandate: Callable[[Any], tuple[Target, ...]] | None = None


@dataclass(frozen=True)
class OpenRecord:
    """What agreements go by, of one open record."""

    life_id: int
    team_id: int | None
    vendor_id: int | None
    scope: Scope

    def as_seen_by(self, kind: str) -> Scope:
        """With the party that an agreement of this kind is with."""
        parties = {AgreementKind.OLA: self.team_id, AgreementKind.UC: self.vendor_id}
        return replace(self.scope, party=parties.get(AgreementKind(kind)))


LIVED_RECORDS: Registry[LivedRecords] = Registry("records with a life")


def record_of(life: Life, user: Any) -> Any:
    """The record that lives it, where the user sees it; else None."""
    for _name, lived in LIVED_RECORDS:
        found = visible_rows(lived.model, user).filter(life=life).first()
        if found is not None:
            return found
    return None


def records_of(life_ids: Collection[int]) -> dict[int, Any]:
    """The records of lives, by life, whoever sees them; with nothing but key and reference."""
    found: dict[int, Any] = {}
    for _name, lived in LIVED_RECORDS:
        rows = lived.model._default_manager.filter(life__in=life_ids)
        found |= {row.life_id: row for row in rows.only("life_id", "reference")}
    return found


def mandate_of(record: Any) -> tuple[Target, ...]:
    """The 1-5-10 targets of a record; none where its kind is not under the mandate."""
    for _name, lived in LIVED_RECORDS:
        if lived.mandate is not None and isinstance(record, lived.model):
            return lived.mandate(record)
    return ()


def concerned(agreement: Agreement) -> list[QuerySet[Any]]:
    """For each model the open records that an agreement is for, or that have pinned it, by life."""
    return [_concerned(lived, agreement) for _name, lived in LIVED_RECORDS]


def read_open(rows: QuerySet[Any]) -> Iterator[OpenRecord]:
    """Of rows that `concerned` gave."""
    names = [f"agreed_{name}" for name in _FACTS]
    for life_id, team, vendor, client, service, country, request_type in rows.values_list(
        "life_id", *names
    ):
        scope = Scope(None, client, service, country or None, request_type or None)
        yield OpenRecord(life_id, team, vendor, scope)


def _concerned(lived: LivedRecords, agreement: Agreement) -> QuerySet[Any]:
    nothing = Value("", output_field=CharField())
    facts = {f"agreed_{name}": lived.facts.get(name, nothing) for name in _FACTS}
    wanted = {
        "team": agreement.team_id,
        "vendor": agreement.vendor_id,
        "client": agreement.client_id,
        "service": agreement.service_id,
        "country": agreement.country or None,
        "request_type": agreement.request_type or None,
    }
    named = {f"agreed_{name}": value for name, value in wanted.items() if value is not None}
    told = LifeEvent.objects.filter(
        life=OuterRef("life_id"),
        kind=EventKind.AGREED,
        agreement=agreement,
        superseded_at__isnull=True,
    )
    rows = lived.open_rows().annotate(**facts)
    # Nothing named is every record: then nobody need look for those that have pinned it.
    fitting = rows.filter(Q(**named) | Q(Exists(told))) if named else rows
    return fitting.order_by("life_id")
