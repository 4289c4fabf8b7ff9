"""What the ledger calls what happens to evidence."""

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
}
