"""What the ledger calls what happens to vendors' contracts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from vendors.contract_workflow import CONTRACT_WORKFLOW
from vendors.renewal_workflow import RENEWAL_WORKFLOW

TITLES: dict[str, Reason] = {
    **{f"contract.{move.action}": move.label for move in CONTRACT_WORKFLOW},
    **{f"renewaldecision.{move.action}": move.label for move in RENEWAL_WORKFLOW},
    "renewaldecision.prepare": _("Renewal decision begun"),
    "renewaldecision.edit": _("Renewal decision corrected"),
    "renewaldecision.freeze": _("Facts of a renewal frozen"),
    "renewaldecision.comment": _("Fact of a renewal commented on"),
    "renewaldecision.weigh": _("Options of a renewal weighed"),
    "contract.import": _("Contracts imported"),
    "contract.draft": pgettext_lazy("ledger", "Contract drafted"),
    "contract.edit": _("Contract corrected"),
    "contract.plan_payments": _("Payments of a contract planned"),
    "contract.answer_clauses": _("Clauses of a contract checked"),
    "contract.attach": _("Document of a contract added"),
    "contract.remind": _("Reminder of a decision"),
    "contract.miss_decision": _("Contract renewed or ended without a decision"),
}
