"""What the ledger calls what happens to incidents: as their actions are called."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from incidents.forms import ACTIONS
from incidents.forms.problems import PROBLEM_ACTIONS
from incidents.request_forms import SHARED

TITLES: dict[str, Reason] = {
    **{f"incident.{name}": form.title for name, form in ACTIONS.items()},
    **{f"request.{form.action}": form.title for form in SHARED},
    **{f"problem.{name}": form.title for name, form in PROBLEM_ACTIONS.items()},
    "problem.raise": _("Problem raised"),
    "problem.edit": _("Problem edited"),
    "guide.add": _("Checklist added"),
    "guide.edit": _("Checklist edited"),
    "incident.import": _("Imported from another system"),
    "incident.escalate_help": _("Nobody came to help in time"),
    "incident.consultation_late": _("The answer of another team is late"),
    "breach_reason.add": _("Reason for missing a target added"),
    "breach_reason.change": _("Reason for missing a target changed"),
    "target_step.add": _("Step of the target path added"),
    "target_step.change": _("Step of the target path changed"),
    "mandate.export": _("1-5-10 score taken away"),
    "mandate.freeze": _("Month of the 1-5-10 score frozen or restated"),
    "incidents.close_resolved": _("Resolved incidents closed"),
}
