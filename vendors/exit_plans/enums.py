"""The words of exit plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExitPlanStatus(models.TextChoices):
    """How far a version of an exit plan is."""

    DRAFT = "draft", pgettext_lazy("exit plan", "Draft")
    APPROVED = "approved", pgettext_lazy("exit plan", "Approved")
    REPLACED = "replaced", pgettext_lazy("exit plan", "Replaced")


class ExerciseKind(models.TextChoices):
    """How an exit plan was tried."""

    TABLETOP = "tabletop", _("Tabletop")
    REAL = "real", _("Real test")


class ExerciseResult(models.TextChoices):
    """How that went."""

    WORKED = "worked", pgettext_lazy("exercise", "It worked")
    WITH_GAPS = "with_gaps", pgettext_lazy("exercise", "It worked, with gaps")
    FAILED = "failed", pgettext_lazy("exercise", "It failed")
