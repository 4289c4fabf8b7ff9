"""What became of the parts of a record, told to whoever took the step."""

from core.actions import ActionForm
from incidents.models import Incident, Request


def telling[R: Incident | Request](form: ActionForm, record: R) -> R:
    """The record, after the form has taken over what was passed on, and what was not."""
    passed_on = getattr(record, "passed_on", None)
    if passed_on is not None:
        form.warnings = [*form.warnings, *passed_on.told()]
    return record
