"""Whether a client may ask for something: its entitlements in force, as of a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Reason
from people.calendar_reading import working_calendar
from people.working_time import is_open
from sla.enums import EntitlementGap, WithoutEntitlement
from sla.models import Client, Entitlement


@dataclass(frozen=True)
class Against:
    """What a request goes beyond of its client's entitlements, and whether that refuses it."""

    client: str
    gaps: tuple[EntitlementGap, ...]
    refuses: bool

    @property
    def note(self) -> str:
        """For keeping; `gaps_in_words` reads it in anybody's language."""
        return " ".join(self.gaps)

    @property
    def reason(self) -> Reason:
        return gaps_in_words(self.note, self.client)


def gaps_in_words(note: str, client: str) -> Reason:
    """Why a client is not entitled to what it asks for."""
    what = ", ".join(str(EntitlementGap(gap).label) for gap in note.split())
    return _("%(client)s is not entitled to this: %(what)s") % {"client": client, "what": what}


def entitlements_in_force(client: Client, at: datetime) -> Any:
    """Those of a client on the day of a moment."""
    day = timezone.localdate(at)
    rows = client.entitlements.filter(starts_on__lte=day)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))


def what_speaks_against(
    client: Client | None, service: Any, kind: str, channel: str, at: datetime
) -> Against | None:
    """None where nothing does: no client, a client without any entitlement on record (nothing was
    agreed), or one that covers kind, channel, service and hour. Where several come near, the one
    that would only be noted decides."""
    if client is None:
        return None
    rows = entitlements_in_force(client, at).select_related("hours").order_by("pk")
    rows = list(rows.filter(Q(service__isnull=True) | Q(service=service)))
    if not rows:
        return _nothing_agreed(client)
    found = [(row, _missing(row, kind, channel, at)) for row in rows]
    if any(not missing for _row, missing in found):
        return None
    _row, missing = min(found, key=lambda pair: (len(pair[1]), pair[0].beyond != "warn"))
    refuses = all(row.beyond == WithoutEntitlement.REFUSE for row, _missing in found)
    return Against(client.name, tuple(missing), refuses)


def _nothing_agreed(client: Client) -> Against | None:
    """Who has entitlements, but none that is in force for this, is beyond them."""
    latest = client.entitlements.order_by("-starts_on", "-pk").first()
    if latest is None:
        return None
    refuses = latest.beyond == WithoutEntitlement.REFUSE
    return Against(client.name, (EntitlementGap.IN_FORCE,), refuses)


def _missing(row: Entitlement, kind: str, channel: str, at: datetime) -> list[EntitlementGap]:
    found = []
    if kind not in row.kinds:
        found.append(EntitlementGap.KIND)
    if channel not in row.channels:
        found.append(EntitlementGap.CHANNEL)
    if row.hours and not is_open(working_calendar(row.hours), at):
        found.append(EntitlementGap.HOURS)
    return found
