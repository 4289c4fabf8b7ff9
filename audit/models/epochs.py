"""The epochs of the ledger: where its name changed, and the statement that says why."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.triggers import AppendOnly


class EpochKind(models.TextChoices):
    """Why an epoch began."""

    START = "start", _("The ledger began")
    RESTORE = "restore", _("Restored from a backup")
    COMPROMISE = "compromise", _("Signing key compromised")
    SIGNER_LOST = "signer_lost", _("Signer lost its memory")


class LedgerEpoch(models.Model):
    """One name of the log, and the index of the first leaf that bears it.

    The `statement` is a copy of what that leaf says (docs/reference/ledger-format.md): it names the
    last checkpoint of the epoch before, what is missing, why, and the two persons who approved.
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    origin = models.CharField(_("origin"), max_length=200, unique=True)
    start = models.BigIntegerField(_("first entry"), unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=EpochKind)
    kept = models.BigIntegerField(_("entries kept"), null=True)
    final_size = models.BigIntegerField(_("entries of the last checkpoint before"), null=True)
    statement = models.JSONField(_("statement"), default=dict)
    approver_id = models.BigIntegerField(_("first approver"), null=True)
    second_approver_id = models.BigIntegerField(_("second approver"), null=True)

    class Meta:
        verbose_name = _("epoch of the ledger")
        verbose_name_plural = _("epochs of the ledger")
        default_permissions = ()
        permissions = [("approve_ledgerepoch", _("Can approve keys and epochs of the ledger"))]
        ordering = ("number",)
        constraints = [
            models.CheckConstraint(
                name="audit_ledgerepoch_is_stated",
                condition=Q(
                    number=1,
                    start=0,
                    kind=EpochKind.START,
                    kept=None,
                    final_size=None,
                    approver_id=None,
                    second_approver_id=None,
                )
                | Q(
                    ~Q(kind=EpochKind.START),
                    number__gt=1,
                    kept__gte=0,
                    kept__lte=F("final_size"),
                    start__gte=F("kept"),
                    approver_id__isnull=False,
                    second_approver_id__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="audit_ledgerepoch_two_persons",
                condition=~Q(approver_id=F("second_approver_id")),
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return self.origin

    @property
    def final(self) -> dict[str, Any]:
        """The last checkpoint of the epoch before: `size`, `root`, `note`."""
        return dict(self.statement["final"])
