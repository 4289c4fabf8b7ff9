"""Choices about scorecards."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ModelStatus(models.TextChoices):
    """How far a version of the model of scorecards is."""

    DRAFT = "draft", pgettext_lazy("score model", "Draft")
    ACTIVE = "active", pgettext_lazy("score model", "In force")
    RETIRED = "retired", pgettext_lazy("score model", "Retired")


class KpiSource(models.TextChoices):
    """Where a figure comes from."""

    COMPUTED = "computed", _("Worked out from records")
    SURVEY = "survey", _("Marks of those who work with the vendor")
    MANUAL = "manual", _("Entered, with evidence")


class Unit(models.TextChoices):
    """What a figure is counted in."""

    PERCENT = "percent", _("%")
    HOURS = "hours", _("hours")
    COUNT = "count", pgettext_lazy("unit of a figure", "number")
    MARK = "mark", _("mark from 1 to 5")


class PeriodKind(models.TextChoices):
    """How long a scorecard looks."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")


class CardStatus(models.TextChoices):
    """Whether a scorecard still moves."""

    OPEN = "open", pgettext_lazy("scorecard", "Open")
    LOCKED = "locked", pgettext_lazy("scorecard", "Locked")
