"""Choices of problems."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProblemStatus(models.TextChoices):
    """Where a problem stands."""

    CANDIDATE = "candidate", _("Candidate")
    ACCEPTED = "accepted", _("Accepted")
    INVESTIGATING = "investigating", _("Under investigation")
    KNOWN_ERROR = "known_error", _("Known error")
    FIX_IN_CHANGE = "fix_in_change", _("Fix in a change")
    MONITORING = "monitoring", _("Under observation")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")


OVER = (ProblemStatus.CLOSED, ProblemStatus.REJECTED)
OPEN = tuple(status for status in ProblemStatus if status not in OVER)
# What has a workaround that people may still need.
WORKED_AROUND = (
    ProblemStatus.KNOWN_ERROR,
    ProblemStatus.FIX_IN_CHANGE,
    ProblemStatus.MONITORING,
)
