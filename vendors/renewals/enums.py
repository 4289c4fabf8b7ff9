"""The words of decisions about renewals."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RenewalOption(models.TextChoices):
    """What can become of what a contract brings, when its term ends."""

    RENEW = "renew", _("Renew")
    RENEGOTIATE = "renegotiate", _("Renegotiate")
    REDUCE = "reduce", _("Reduce")
    REPLACE = "replace", _("Replace the vendor")
    BUILD = "build", _("Build it ourselves")


class RenewalStatus(models.TextChoices):
    """How far a decision about a term is."""

    DRAFT = "draft", pgettext_lazy("renewal", "Being prepared")
    SUBMITTED = "submitted", pgettext_lazy("renewal", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("renewal", "Approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("renewal", "Withdrawn")


class RenewalCriterion(models.TextChoices):
    """By what options are compared; five is best everywhere."""

    COST = "cost", _("Cost over the term")
    FIT = "fit", _("Fit to what is needed")
    RISK = "risk", _("Risk to the service and its security")
    EFFORT = "effort", _("Effort and time of the way there")
    REVERSIBILITY = "reversibility", _("How easily it is reversed")
