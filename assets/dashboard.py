"""The card about what one was handed out: to be accepted, or due back."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.enums import Custody
from assets.models import HandOut
from assets.page import custody_badge
from core.cards import Line, Lines
from core.dashboard import Content, card, record_url
from core.showing import shown

MOST = 5


@card("my_devices", _("My devices"))
def my_devices(user: Any, now: datetime) -> Content | None:
    """Nothing where nothing is to be done."""
    today = timezone.localdate(now)
    pressing = Q(status=Custody.OFFERED) | Q(due_on__lt=today)
    own = HandOut.objects.of(user).open().filter(pressing).select_related("asset")
    found = list(own.order_by("due_on", "pk")[:MOST])
    if not found:
        return None
    lines = tuple(
        Line(
            hand_out.asset.name,
            record_url(hand_out),
            hand_out.asset.reference,
            badges=(custody_badge(hand_out),),
            facts=(shown(hand_out.due_on),) if hand_out.due_on else (),
        )
        for hand_out in found
    )
    return Content((Lines(lines, nothing=""),), reverse("admin:assets_handout_mine"))
