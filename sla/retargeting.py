"""What a version of an agreement does to the open records that it is for: foreseen before it is in
force, and told afterwards record by record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from django.db import transaction

from records.progress import Progress
from sla.agreed import agreed_versions
from sla.enums import AgreementKind, ClockState, EventKind, VersionStatus
from sla.life_events import agreement_key, version_key
from sla.life_services import Happening, tell
from sla.lived_records import OpenRecord, concerned, read_open
from sla.many_lives import ToldLife, in_batches, read_lives
from sla.models import Agreement, AgreementVersion, Life
from sla.replay import foresee
from sla.scopes import narrowest

MOST_COUNTED = 2_000
"""So many open records are looked at for a preview; of more it says “at least”."""


@dataclass(frozen=True)
class Preview:
    """What an approval now would do. `is_whole` is False where there are more open records than
    were looked at: then the figures are the least."""

    looked_at: int
    retargeted: int
    late: int
    is_whole: bool


class Retargeting:
    """The rule by which a version comes to a record."""

    def __init__(self, version: AgreementVersion) -> None:
        self.version, self.agreement = version, version.agreement
        rows = Agreement.objects.filter(
            kind=self.agreement.kind, versions__status=VersionStatus.ACTIVE
        ).exclude(pk=self.agreement.pk)
        scopes = [(row.pk, row.scope) for row in rows]
        self._scopes = [*scopes, (self.agreement.pk, self.agreement.scope)]
        self._of_clients = set(
            Agreement.objects.filter(kind=AgreementKind.SLA).values_list("pk", flat=True)
        )

    def happenings(self, record: OpenRecord, told: ToldLife) -> list[Happening]:
        """What is to be told of a record; nothing where the version does not come to it. One that
        has pinned an earlier version gets this one; else it must be the narrowest that fits."""
        agreement = self.agreement
        pinned = told.pinned.get(agreement.pk)
        if pinned == self.version.pk or not told.events:
            return []
        applied = Happening(
            EventKind.AGREED, agreement_id=agreement.pk, agreement_version_id=self.version.pk
        )
        if pinned:
            return [applied]
        if narrowest(self._scopes, record.as_seen_by(agreement.kind)) != agreement.pk:
            return []
        replaced = told.pinned if agreement.kind == AgreementKind.SLA else {}
        return [
            applied,
            *(
                Happening(EventKind.AGREED, agreement_id=other)
                for other, version in replaced.items()
                if version and other != agreement.pk and other in self._of_clients
            ),
        ]


def preview(version: AgreementVersion, now: datetime) -> Preview:
    """What it would mean for the open records to put a draft into force now."""
    try:
        agreed_versions([version.pk])
    except ValueError:  # it sets no target, and is not put into force either
        return Preview(0, 0, 0, is_whole=True)
    rule = Retargeting(version)
    found = list(islice(_records(version.agreement), MOST_COUNTED + 1))
    looked_at = found[:MOST_COUNTED]
    retargeted = late = 0
    for batch in _batches(looked_at):
        told = read_lives([record.life_id for record in batch], also=[version.pk])
        of_life = {life.life_id: life for life in told.lives}
        for record in batch:
            life = of_life[record.life_id]
            if not rule.happenings(record, life):
                continue
            changed = foresee(
                life.events,
                told.versions,
                agreement=agreement_key(version.agreement_id),
                version=version_key(version.pk),
                now=now,
            )
            retargeted += bool(changed)
            late += any(
                one.after is not None
                and one.after.state == ClockState.LATE
                and (one.before is None or one.before.state != ClockState.LATE)
                for one in changed
            )
    return Preview(len(looked_at), retargeted, late, len(found) <= MOST_COUNTED)


def has_work(version: AgreementVersion) -> bool:
    """Whether any open record could be concerned."""
    return any(rows.exists() for rows in concerned(version.agreement))


def retarget(progress: Progress, version: int) -> dict[str, int]:
    """The job after an approval: tells every open record that it is for of the version. A record
    that has it is left alone, so that a second run, or one after a crash, changes nothing twice."""
    row = AgreementVersion.objects.select_related("agreement").get(pk=version)
    if row.status != VersionStatus.ACTIVE:
        return {"retargeted": 0}
    records = sorted(_records(row.agreement), key=lambda record: record.life_id)
    progress.total(len(records))
    rule, changed = Retargeting(row), 0
    for place, record in enumerate(records, 1):
        with transaction.atomic():
            changed += _retarget(rule, record)
            if place > progress.done:  # an earlier attempt came further: it goes by what is told
                progress.advance()
    return {"retargeted": changed}


def _retarget(rule: Retargeting, record: OpenRecord) -> bool:
    life = Life.objects.select_for_update(no_key=True).get(pk=record.life_id)
    (told,) = read_lives([life.pk]).lives
    happenings = rule.happenings(record, told)
    if happenings:
        tell(life, *happenings, actor=None)
    return bool(happenings)


def _records(agreement: Agreement) -> Iterator[OpenRecord]:
    return chain.from_iterable(read_open(rows) for rows in concerned(agreement))


def _batches(records: Iterable[OpenRecord]) -> Iterator[Sequence[OpenRecord]]:
    by_life = {record.life_id: record for record in records}
    for ids in in_batches(by_life):
        yield [by_life[pk] for pk in ids]
