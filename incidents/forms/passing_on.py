"""What became of what a record passed on, told to whoever took the step."""

from core.actions import ActionForm
from incidents.models import Incident, Request


def telling[R: Incident | Request](form: ActionForm, record: R) -> R:
    """The record, after the form has taken over what was passed on, and what was not."""
    for passed_on in getattr(record, "passed_on", ()):
        form.warnings = [*form.warnings, *passed_on.told()]
    return record
