"""Agreements as the replay reads them, and which of them apply to a record."""

from collections.abc import Iterable
from datetime import timedelta

from sla.enums import AgreementKind, Holder, Metric, VersionStatus
from sla.life_events import team_key, vendor_key, version_key
from sla.models import Agreement, AgreementVersion
from sla.replay import AgreedVersion
from sla.scopes import Scope, narrowest


def agreed_versions(ids: Iterable[int]) -> dict[str, AgreedVersion]:
    """By the key of the version, with what each inherits; a fixed number of queries for each level
    of inheritance."""
    rows: dict[int, AgreementVersion] = {}
    missing = set(ids)
    while missing:
        found = AgreementVersion.objects.filter(pk__in=missing).select_related("agreement")
        rows |= {row.pk: row for row in found.prefetch_related("targets")}
        missing = {row.base_id for row in rows.values() if row.base_id} - rows.keys()
    return {version_key(pk): _agreed(row, rows) for pk, row in rows.items()}


def applicable(record: Scope, *, team_id: int | None, vendor_id: int | None) -> list[Agreement]:
    """The agreements in force that apply to a record: of the client's the narrowest, of the team's
    that has it and of the vendor's that it waits for as well. `record` names no party."""
    in_force = list(Agreement.objects.filter(versions__status=VersionStatus.ACTIVE))
    parties = {AgreementKind.SLA: None, AgreementKind.OLA: team_id, AgreementKind.UC: vendor_id}
    found = []
    for kind, party in parties.items():
        facts = Scope(party, record.client, record.service, record.country, record.request_type)
        scopes = [(agreement, agreement.scope) for agreement in in_force if agreement.kind == kind]
        if chosen := narrowest(scopes, facts):
            found.append(chosen)
    return found


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
        counts=frozenset(Holder(holder) for holder in row.counts),
    )


def _targets(
    row: AgreementVersion, rows: dict[int, AgreementVersion]
) -> dict[tuple[Metric, int], timedelta]:
    """Its own, over those that it inherits."""
    inherited = _targets(rows[row.base_id], rows) if row.base_id else {}
    own = {(Metric(line.metric), line.priority): line.target for line in row.targets.all()}
    return inherited | own
