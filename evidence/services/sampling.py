"""Samples of a frozen pack: drawn once with a seed, replaced with a reason, chosen by judgement."""

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from evidence.enums import PackState, PickKind
from evidence.models import EvidencePack, SamplePick
from evidence.packs.frozen_file import frozen_file
from evidence.packs.sample import ranking_of
from evidence.sampling import SEED_BYTES, Ranked, SamplingError, drawn, replacement, seed_bytes
from evidence.services.packs import ADD, enqueue_build
from records.services import mask_fields

TABLE = "evidence_samplepick"


def draw_sample(
    pack: EvidencePack, *, actor: Any, size: int, seed: str = "", by_job: bool = True
) -> EvidencePack:
    """Draw a sample of a frozen population with the auditor's seed, or with one drawn here and
    shown. Refused before the population is frozen, while the pack is built, and a second time:
    whoever could draw again could choose."""
    with transaction.atomic(), acting(actor=actor, action="evidence_pack.draw"):
        row = _held(pack, actor)
        if row.seed:
            raise Refused(_("a sample was drawn already; another one needs another pack"))
        row.seed = seed.strip().lower() or secrets.token_hex(SEED_BYTES)
        _refuse_size(row, size)
        row.sample_size, row.drawn_by = size, actor
        row.drawn_at = row.generated_at = timezone.now()
        picks = drawn(_ranking(row), size)
        row.save()
        SamplePick.objects.bulk_create(
            SamplePick(
                pack=row,
                identity=pick.id,
                stratum=pick.stratum,
                rank=pick.rank,
                added_at=row.drawn_at,
                added_by=actor,
            )
            for pick in picks
        )
        _rebuild(row, actor, by_job)
    return row


def replace_item(
    pack: EvidencePack, *, actor: Any, identity: str, reason: str, by_job: bool = True
) -> SamplePick:
    """Put the next in rank in the place of a drawn item, with the reason. The one that was replaced
    stays on record. Refused where nothing of its stratum is left."""
    with transaction.atomic(), acting(actor=actor, action="evidence_pack.replace"):
        row = _held(pack, actor)
        told = _reason(reason, row, actor)
        old = row.picks.filter(identity=identity).exclude(kind=PickKind.JUDGEMENT).first()
        if old is None:
            raise ValidationError({"identity": _("This item is not in the sample.")})
        if SamplePick.objects.filter(replaces=old).exists():
            raise Refused(_("this item was replaced already"))
        taken = row.picks.values_list("identity", flat=True)
        try:
            next_ = replacement(_ranking(row), old.stratum, taken)
        except SamplingError:
            raise Refused(_("no item of its stratum is left to replace it")) from None
        pick = _pick(row, next_, actor, PickKind.REPLACEMENT, told, old)
        _rebuild(row, actor, by_job)
    return pick


def choose_item(
    pack: EvidencePack, *, actor: Any, identity: str, reason: str, by_job: bool = True
) -> SamplePick:
    """Add an item that the auditor wants to see, whatever was drawn; it is labelled so. Refused
    before a sample was drawn: else it would have no rank."""
    with transaction.atomic(), acting(actor=actor, action="evidence_pack.choose"):
        row = _held(pack, actor)
        told = _reason(reason, row, actor)
        if not row.seed:
            raise Refused(_("draw a sample first"))
        if row.picks.filter(identity=identity).exists():
            raise ValidationError({"identity": _("This item is in the sample already.")})
        item = next((one for one in _ranking(row) if one.id == identity), None)
        if item is None:
            raise ValidationError({"identity": _("This item is not in the population.")})
        pick = _pick(row, item, actor, PickKind.JUDGEMENT, told, None)
        _rebuild(row, actor, by_job)
    return pick


def _held(pack: EvidencePack, actor: Any) -> EvidencePack:
    if actor is not None and not actor.has_perm(ADD):
        raise NotAllowed(_("your role does not include this action"))
    row = hold(pack, actor=actor)
    if row.frozen_at is None:
        raise Refused(_("the population is not frozen yet"))
    if row.state == PackState.FROZEN and row.job is not None:
        raise Refused(_("the pack is being built"))
    return row


def _refuse_size(row: EvidencePack, size: int) -> None:
    try:
        seed_bytes(row.seed)
    except SamplingError:
        raise ValidationError(
            {"seed": _("A seed has 8 to 128 hexadecimal digits, in pairs.")}
        ) from None
    if not row.population_count:
        raise Refused(_("the population is empty"))
    if not 1 <= size <= row.population_count:
        most = {"count": row.population_count}
        raise ValidationError({"size": _("Choose between 1 and %(count)d.") % most})


def _ranking(row: EvidencePack) -> list[Ranked]:
    with frozen_file(row) as frozen:
        return ranking_of(row, frozen.lines_of("population.jsonl"))


def _pick(
    row: EvidencePack,
    item: Ranked,
    actor: Any,
    kind: PickKind,
    reason: str,
    replaces: SamplePick | None,
) -> SamplePick:
    row.generated_at = timezone.now()
    return SamplePick.objects.create(
        pack=row,
        identity=item.id,
        stratum=item.stratum,
        rank=item.rank,
        kind=kind,
        reason=reason,
        replaces=replaces,
        added_at=row.generated_at,
        added_by=actor,
    )


def _reason(reason: str, row: EvidencePack, actor: Any) -> str:
    told = mask_fields(TABLE, {"reason": reason.strip()}, actor=actor, reference=row.reference)
    if not told["reason"]:
        raise ValidationError({"reason": _("Say why.")})
    return told["reason"][:2000]


def _rebuild(row: EvidencePack, actor: Any, by_job: bool) -> None:
    """The file is made anew, from what was frozen."""
    row.state, row.file, row.sha256, row.size = PackState.FROZEN, "", "", None
    if by_job:
        enqueue_build(row, actor=actor)
    else:
        row.job = None
        row.save()
