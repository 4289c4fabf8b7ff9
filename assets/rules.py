"""When: each rule gives the reason against an action, or None.

The rules of custody look at a device, given as the asset itself or as one of its hand-outs.
"""

from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_lazy as _

from assets.enums import FORESEEN, Lifecycle
from assets.ownership import may_write_for
from core.errors import Reason
from records.enums import JobState

if TYPE_CHECKING:
    from assets.models import Asset, AssetImport, HandOut


class InCustody(Protocol):
    """What an asset and a hand-out have in common."""

    @property
    def device(self) -> "Asset": ...
    @property
    def open_hand_out(self) -> "HandOut | None": ...


def is_a_device(record: InCustody, actor: Any) -> Reason | None:
    return None if record.device.is_device else _("only devices are handed out")


def is_in_use(record: InCustody, actor: Any) -> Reason | None:
    over = (Lifecycle.RETIRING, Lifecycle.RETIRED)
    return _("it is being retired") if record.device.lifecycle in over else None


def is_looked_after_by(record: InCustody, actor: Any) -> Reason | None:
    """Seeing a device is not handing it out: that is for the team that owns it."""
    if may_write_for(actor, record.device.owner_team_id, "change", "asset"):
        return None
    return _("only the owner team and administrators may do this")


def is_the_holder(record: InCustody, actor: Any) -> Reason | None:
    """Two accounts of one person are one person."""
    holder = record.open_hand_out and record.open_hand_out.holder
    if holder and actor and (holder == actor or _is_same_person(holder, actor)):
        return None
    return _("only the person it was handed out to may answer")


def _is_same_person(one: Any, other: Any) -> bool:
    return one.person_id is not None and one.person_id == other.person_id


def has_something_to_write(asset_import: "AssetImport", actor: Any) -> Reason | None:
    if asset_import.rows.filter(outcome__in=FORESEEN).exists():
        return None
    return _("no row of this file would create or change an asset")


def has_come_to_a_stop(asset_import: "AssetImport", actor: Any) -> Reason | None:
    """Its job ended before all rows were written, for example because a disk was full."""
    if asset_import.job is None or asset_import.job.state in (JobState.FAILED, JobState.DONE):
        return None
    return _("a worker is still busy with it")
