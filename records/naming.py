"""What the ledger calls what happens to lists, saved views and jobs."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason

TITLES: dict[str, Reason] = {
    "list.export": _("List exported"),
    "records.run_due_jobs": _("Jobs worked on"),
    "records.forget_idempotency_keys": _("Old answers to repeated requests deleted"),
}
