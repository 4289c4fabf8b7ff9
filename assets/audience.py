"""Who hears about a device. Whether they may still see it is asked again before sending."""

from typing import Any

from assets.models import Asset, HandOut
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import User


def tell_holder(hand_out: HandOut, kind: MessageKind, *, by: Any) -> None:
    """The person hears that a device is theirs to accept, or theirs no more."""
    people = User.objects.filter(is_active=True, pk=hand_out.holder_id)
    if hand_out.holder.person_id:
        people = User.objects.filter(is_active=True, person=hand_out.holder.person_id)
    _tell(people, hand_out, kind, by)


def tell_giver(hand_out: HandOut, kind: MessageKind, *, by: Any, note: str = "") -> None:
    """Whoever handed it out hears the answer."""
    giver = hand_out.handed_out_by
    if giver is not None and giver != by and giver.is_active:
        _tell([giver], hand_out, kind, by, note)


def _tell(people: Any, hand_out: HandOut, kind: MessageKind, by: Any, note: str = "") -> None:
    notify(
        people,
        kind,
        reference=hand_out.asset.reference,
        context={
            "reference": hand_out.asset.reference,
            "title": hand_out.asset.name,
            "holder": hand_out.holder.get_full_name(),
            "by": by.get_full_name() if by is not None else "",
            "note": note or hand_out.note,
            "path": f"/assets/handout/{hand_out.pk}/change/",
        },
        key=f"{hand_out.asset.reference}:{hand_out.pk}:{kind}",
    )


def may_see(user: Any, reference: str) -> bool:
    """Whether a person may be told of an asset: they see it, or it was handed out to them."""
    own = HandOut.objects.visible_to(user).filter(asset__reference=reference)
    return own.exists() or Asset.objects.visible_to(user).filter(reference=reference).exists()
