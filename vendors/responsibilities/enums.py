"""The words of matrices of responsibility."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MatrixStatus(models.TextChoices):
    """How far a version of a matrix is."""

    DRAFT = "draft", pgettext_lazy("matrix", "Draft")
    AGREED = "agreed", pgettext_lazy("matrix", "Agreed")
    REPLACED = "replaced", pgettext_lazy("matrix", "Replaced")


class Responsible(models.TextChoices):
    """Who meets a requirement."""

    VENDOR = "vendor", pgettext_lazy("responsible", "The vendor")
    US = "us", pgettext_lazy("responsible", "We")
    SHARED = "shared", pgettext_lazy("responsible", "Both")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
