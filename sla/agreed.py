"""Agreements as the replay reads them, and which of them apply to a record."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from django.db.models import F

from sla.agreement_calendar import time_of
from sla.enums import AgreementKind, EventKind, Holder, Metric, VersionStatus
from sla.life_events import team_key, vendor_key, version_key
from sla.models import Agreement, AgreementVersion, Life
from sla.replay import AgreedVersion
from sla.scopes import Scope, narrowest
from sla.telling import Happening

_PARTS = ("targets", "calendar__weeks", "calendar__closing_days")


def agreed_versions(ids: Iterable[int]) -> dict[str, AgreedVersion]:
    """By the key of the version, with what each inherits; a fixed number of queries for each level
    of inheritance."""
    rows: dict[int, AgreementVersion] = {}
    missing = set(ids)
    while missing:
        found = AgreementVersion.objects.filter(pk__in=missing)
        found = found.select_related("agreement", "calendar").prefetch_related(*_PARTS)
        rows |= {row.pk: _with_base(row) for row in found}
        missing = {row.base_id for row in rows.values() if row.base_id} - rows.keys()
    return {version_key(pk): _agreed(row, rows) for pk, row in rows.items()}


def applicable(record: Scope, *, team_id: int | None, vendor_id: int | None) -> dict[int, int]:
    """By the agreements in force that apply to a record, their versions: of the client's the
    narrowest, of the team's that has it and of the vendor's that it waits for as well. `record`
    names no party. One query."""
    rows = Agreement.objects.filter(versions__status=VersionStatus.ACTIVE)
    in_force = list(rows.annotate(version_id=F("versions__pk")))
    parties = {AgreementKind.SLA: None, AgreementKind.OLA: team_id, AgreementKind.UC: vendor_id}
    found = {}
    for kind, party in parties.items():
        fitting = [(row, row.scope) for row in in_force if row.kind == kind]
        if chosen := narrowest(fitting, replace(record, party=party)):
            found[chosen.pk] = chosen.version_id
    return found


def newly_agreed(
    life: Life, record: Scope, *, team_id: int | None, vendor_id: int | None, is_new: bool = False
) -> Iterator[Happening]:
    """What is to be told where other agreements apply to a record than did. One that it has pinned
    keeps its version; a client's that no longer fits goes, a team's or vendor's stays for the time
    that they had."""
    wanted = applicable(record, team_id=team_id, vendor_id=vendor_id)
    pinned = {} if is_new else _pinned(life)
    holding = {agreement.pk for agreement, version in pinned.items() if version}
    for agreement, version in pinned.items():
        if version and agreement.kind == AgreementKind.SLA and agreement.pk not in wanted:
            yield Happening(EventKind.AGREED, agreement_id=agreement.pk)
    for agreement_id, version_id in wanted.items():
        if agreement_id not in holding:
            yield Happening(
                EventKind.AGREED, agreement_id=agreement_id, agreement_version_id=version_id
            )


def no_longer_agreed(life: Life, *, is_new: bool = False) -> Iterator[Happening]:
    """What is to be told where no agreement applies to a record any more, of whatever kind."""
    for agreement, version in ({} if is_new else _pinned(life)).items():
        if version:
            yield Happening(EventKind.AGREED, agreement_id=agreement.pk)


def _pinned(life: Life) -> dict[Agreement, int | None]:
    told = life.events.filter(kind=EventKind.AGREED, superseded_at__isnull=True)
    last = told.select_related("agreement").order_by("at", "pk")
    return {e.agreement: e.agreement_version_id for e in last if e.agreement}


def _with_base(row: AgreementVersion) -> AgreementVersion:
    """A draft inherits what is in force now; with its approval that is pinned."""
    if row.status == VersionStatus.DRAFT and row.agreement.parent_id:
        active = AgreementVersion.objects.filter(status=VersionStatus.ACTIVE)
        row.base = active.filter(agreement=row.agreement.parent_id).first()
    return row


def _agreed(row: AgreementVersion, rows: dict[int, AgreementVersion]) -> AgreedVersion:
    agreement = row.agreement
    party = ""
    if agreement.team_id:
        party = team_key(agreement.team_id)
    elif agreement.vendor_id:
        party = vendor_key(agreement.vendor_id)
    return AgreedVersion(
        version_key(row.pk),
        AgreementKind(agreement.kind),
        _targets(row, rows),
        party,
        time_of(row.calendar),
        counts=frozenset(Holder(holder) for holder in row.counts),
    )


def _targets(
    row: AgreementVersion, rows: dict[int, AgreementVersion]
) -> dict[tuple[Metric, int], timedelta]:
    """Its own, over those that it inherits."""
    inherited = _targets(rows[row.base_id], rows) if row.base_id else {}
    own = {(Metric(line.metric), line.priority): line.target for line in row.targets.all()}
    return inherited | own
