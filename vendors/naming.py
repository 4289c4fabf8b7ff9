"""What the ledger calls what happens to vendors' contracts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from vendors.contract_workflow import CONTRACT_WORKFLOW

TITLES: dict[str, Reason] = {
    **{f"contract.{move.action}": move.label for move in CONTRACT_WORKFLOW},
    "contract.import": _("Contracts imported"),
    "contract.draft": pgettext_lazy("ledger", "Contract drafted"),
    "contract.edit": _("Contract corrected"),
    "contract.plan_payments": _("Payments of a contract planned"),
    "contract.answer_clauses": _("Clauses of a contract checked"),
    "contract.attach": _("Document of a contract added"),
    "contract.remind": _("Reminder of a decision"),
    "contract.miss_decision": _("Contract renewed or ended without a decision"),
}
