"""What is done with evidence packs, as the audit trail calls it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: Mapping[str, Reason] = {
    "evidence_pack.request": _("Asked for an evidence pack"),
    "evidence_pack.retry": _("Tried an evidence pack again"),
    "evidence_pack.build": _("Built an evidence pack"),
    "evidence_pack.draw": _("Drew a sample"),
    "evidence_pack.replace": _("Replaced a sampled item"),
    "evidence_pack.choose": _("Chose an item by judgement"),
    "evidence_pack.download": _("Downloaded an evidence pack"),
}
