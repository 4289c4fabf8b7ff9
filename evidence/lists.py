"""The list of evidence packs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.showing import NOTHING, ago, badge, shown
from evidence.controls import CONTROLS
from evidence.enums import PackState
from evidence.filters import EvidencePackFilters
from evidence.models import EvidencePack

_TONES = {PackState.FROZEN: "blue", PackState.BUILT: "green", PackState.FAILED: "red"}
ORDERINGS = {"reference": ("pk",), "control": ("control", "pk")}


def state_badge(pack: EvidencePack) -> Any:
    return badge(pack.get_state_display(), _TONES.get(PackState(pack.state), ""))


def title_of(pack: EvidencePack) -> str:
    """The control in words; a code that no app offers any more stays a code."""
    if pack.control not in CONTROLS:
        return pack.control
    return f"{pack.control} · {CONTROLS[pack.control].title}"


def period_of(pack: EvidencePack) -> str:
    """First day and the first that no longer belongs to it, with whose days these are."""
    return f"{_days_of(pack)} ({pack.zone})"


def _days_of(pack: EvidencePack) -> str:
    return f"{shown(pack.starts_on)} – {shown(pack.ends_on)}"


def sample_of(pack: EvidencePack) -> str:
    return f"{pack.sample_size} / {pack.population_count}" if pack.sample_size else NOTHING


class EvidencePackList(RecordList):
    filterset = EvidencePackFilters
    orderings = ORDERINGS
    note = _("Each answers one control for one period, and proves itself without this portal.")
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("control", ordering="control", show=title_of, leads_to_record=True, phone="title"),
        Column("state", show=state_badge, phone="meta"),
        Column("period", _("period"), show=_days_of, export=period_of, phone="meta"),
        Column("population_count"),
        Column("sample", _("sample"), show=sample_of),
        Column("asker", phone="meta"),
        Column(
            "asked_at",
            show=lambda pack: ago(pack.asked_at),
            export=lambda pack: pack.asked_at,
        ),
    )
    is_live = True

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("asker").defer("facts")
