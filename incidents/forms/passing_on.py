"""What became of the parts of an incident, told to whoever took the step."""

from core.actions import ActionForm
from incidents.models import Incident


def telling(form: ActionForm, incident: Incident) -> Incident:
    """The incident, after the form has taken over what was passed on, and what was not."""
    passed_on = getattr(incident, "passed_on", None)
    if passed_on is not None:
        form.warnings = [*form.warnings, *passed_on.told()]
    return incident
