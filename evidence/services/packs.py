"""Evidence packs: asked for, frozen, built, handed out."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from audit.services import record_event
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from evidence.controls import CONTROLS
from evidence.enums import PackState
from evidence.models import EvidencePack
from evidence.packs.building import Built, build
from evidence.packs.freezing import freeze
from evidence.populations import POPULATIONS
from records.enums import JobState
from records.jobs import enqueue_job
from records.progress import Progress

ADD = "evidence.add_evidencepack"
JOB_KIND = "evidence.pack"


def request_pack(
    *,
    actor: Any,
    control: str,
    starts_on: date,
    ends_on: date,
    zone: str = "America/Mexico_City",
    population: str = "",
    by_job: bool = True,
) -> EvidencePack:
    """Ask for a pack of one control and period, as the actor sees them; a worker builds it.

    NotAllowed without the right to; ValidationError for a control that nothing answers, an unknown
    zone and a period that ends before it starts. No actor means the command line.
    """
    _refuse_others(actor)
    chosen = _population_of(control, population)
    _refuse_period(starts_on, ends_on, zone)
    with transaction.atomic(), acting(actor=actor, action="evidence_pack.request"):
        now = timezone.now()
        pack = EvidencePack.objects.create(
            control=control,
            population=chosen,
            starts_on=starts_on,
            ends_on=ends_on,
            zone=zone,
            language=getattr(actor, "language", "") or translation.get_language() or "en",
            asker=actor,
            asked_at=now,
            generated_at=now,
        )
        if by_job:
            enqueue_build(pack, actor=actor)
    return EvidencePack.objects.get(pk=pack.pk)


def retry_pack(pack: EvidencePack, *, actor: Any) -> EvidencePack:
    """Try a pack again that failed, from where it came to. Refused for any other."""
    _refuse_others(actor)
    with transaction.atomic(), acting(actor=actor, action="evidence_pack.retry"):
        row = hold(pack, actor=actor)
        job_failed = row.job is not None and row.job.state == JobState.FAILED
        if row.state != PackState.FAILED and not job_failed:
            raise Refused(_("only a pack that failed is tried again"))
        row.state = PackState.FROZEN if row.frozen_at else PackState.REQUESTED
        row.error = ""
        enqueue_build(row, actor=actor)
    return row


def enqueue_build(pack: EvidencePack, *, actor: Any) -> None:
    """Have a worker build the pack; the caller's transaction holds its row."""
    pack.job = enqueue_job(JOB_KIND, actor=actor, params={"pack": pack.pk})
    pack.save()


def freeze_pack(pack: EvidencePack) -> EvidencePack:
    """Fix the population of a pack, once. Refused where its period is not sealed and signed."""
    if pack.frozen_at is not None:
        return pack
    found = freeze(pack)
    with transaction.atomic():
        row = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
        if row.frozen_at is None:  # else another attempt came first, and its word stands
            row.frozen_at = timezone.now()
            row.population_sha256 = found.population_sha256
            row.population_count = found.population_count
            row.ledger_size = found.ledger_size
            row.facts = found.facts
            row.frozen_file, row.frozen_sha256 = found.file, found.sha256
            row.state = PackState.FROZEN
            row.save()
    return row


def build_pack(pack: EvidencePack, progress: Progress | None = None) -> EvidencePack:
    """Build the file of a frozen pack, the same bytes each time, and keep it."""
    built = build(
        pack,
        advance=progress.advance if progress else _ignore,
        total=progress.total if progress else _ignore,
    )
    return _keep_built(pack, built)


def work_on_pack(progress: Progress, *, pack: int) -> dict[str, Any]:
    """The job: freezes unless that was done, then builds. Another attempt goes on from there. What
    is refused is told on the pack: trying again at once would change nothing."""
    row = EvidencePack.objects.get(pk=pack)
    progress.done = 0
    try:
        with acting(action="evidence_pack.build"):
            row = build_pack(freeze_pack(row), progress)
    except Refused as error:
        with transaction.atomic(), acting(action="evidence_pack.build"):
            row = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack)
            with translation.override(row.language):
                row.error = "; ".join(str(reason) for reason in error.reasons)[:2000]
            row.state = PackState.FAILED
            row.save()
        return {"pack": row.reference, "error": row.error}
    return {"pack": row.reference, "sha256": row.sha256}


def hand_out_pack(pack: EvidencePack, *, actor: Any) -> Any:
    """The file, opened; that it was taken is on record. Refused before it is built, and where the
    storage has lost it: then the pack has failed, and can be tried again."""
    if pack.state != PackState.BUILT:
        raise Refused(_("the pack is not ready yet"))
    try:
        file = storages["default"].open(pack.file)
    except FileNotFoundError as error:
        lost = _("the file of this pack is lost; build it again")
        with transaction.atomic(), acting(actor=actor, action="evidence_pack.download"):
            row = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
            row.state, row.error = PackState.FAILED, str(lost)
            row.save()
        raise Refused(lost) from error
    with transaction.atomic():
        record_event("evidence_pack.download", actor=actor, key=pack.reference, sha256=pack.sha256)
    return file


def _keep_built(pack: EvidencePack, built: Built) -> EvidencePack:
    with transaction.atomic():
        row = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
        row.file, row.sha256, row.size = built.file, built.sha256, built.size
        row.state, row.error = PackState.BUILT, ""
        row.save()
    return row


def _ignore(_count: int) -> None:
    """Nobody watches."""


def _refuse_others(actor: Any) -> None:
    if actor is not None and not actor.has_perm(ADD):
        raise NotAllowed(_("your role does not include this action"))


def _population_of(control: str, population: str) -> str:
    if control not in CONTROLS:
        raise ValidationError({"control": _("There is no such control.")})
    offered = [name for name in CONTROLS[control].populations if name in POPULATIONS]
    if not offered:
        raise ValidationError({"control": _("No population answers this control.")})
    if population and population not in offered:
        raise ValidationError({"population": _("This control is not about this population.")})
    return population or offered[0]


def _refuse_period(starts_on: date, ends_on: date, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError({"zone": _("There is no such time zone.")}) from None
    if ends_on <= starts_on:
        raise ValidationError({"ends_on": _("A period ends after it starts.")})
    if starts_on.year < 2000 or ends_on.year > 2100:
        raise ValidationError({"starts_on": _("Choose days between 2000 and 2100.")})
