"""What the evidence app's actions are called where the audit trail tells of them."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: dict[str, Reason] = {
    "control_failure.open": _("Control failure opened"),
    "control_failure.end": _("Control failure ended"),
    "control_failure.settle": _("Control failure settled"),
    "evidence.watch_ledger": _("Controls of the audit trail watched"),
    "evidence.verify_ledger": _("Ledger verified"),
    "evidence.publish_checkpoints": _("Checkpoint published"),
    "ledger.verified": _("Ledger verified"),
    "ledger.epoch": _("Epoch of the ledger begun"),
    "ledger.key": _("Key of the signer changed"),
    "ledger.key_rotation": _("New key of the signer made"),
    "checkpoint.receipt": _("Receipt of a witness recorded"),
    "evidence_pack.request": _("Asked for an evidence pack"),
    "evidence_pack.retry": _("Tried an evidence pack again"),
    "evidence_pack.build": _("Built an evidence pack"),
    "evidence_pack.draw": _("Drew a sample"),
    "evidence_pack.replace": _("Replaced a sampled item"),
    "evidence_pack.choose": _("Chose an item by judgement"),
    "evidence_pack.download": _("Downloaded an evidence pack"),
}
