"""The words of quality."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RubricStatus(models.TextChoices):
    """How far one version of a rubric is."""

    DRAFT = "draft", pgettext_lazy("rubric", "Draft")
    ACTIVE = "active", pgettext_lazy("rubric", "In force")
    RETIRED = "retired", pgettext_lazy("rubric", "Retired")


class Scale(models.IntegerChoices):
    """The highest rating; yes or no begins at 0, the others at 1."""

    YES_NO = 1, _("No or yes")
    THREE = 3, _("1 to 3")
    FIVE = 5, _("1 to 5")

    @property
    def lowest(self) -> int:
        return 0 if self is Scale.YES_NO else 1

    @property
    def ratings(self) -> range:
        return range(self.lowest, self.value + 1)


class QualityReviewStatus(models.TextChoices):
    """How far one review of a piece of work is. It lapses where the others were revealed first."""

    ASSIGNED = "assigned", pgettext_lazy("quality review", "To do")
    SUBMITTED = "submitted", pgettext_lazy("quality review", "Submitted")
    DECLINED = "declined", pgettext_lazy("quality review", "Declined")
    LAPSED = "lapsed", pgettext_lazy("quality review", "Lapsed")


class DisputeStatus(models.TextChoices):
    """Whose turn it is in a dispute about a rating."""

    RAISED = "raised", pgettext_lazy("dispute", "Waits for the reviewer")
    KEPT = "kept", pgettext_lazy("dispute", "Kept; waits for who raised it")
    ESCALATED = "escalated", pgettext_lazy("dispute", "Waits for the arbiter")
    SETTLED = "settled", pgettext_lazy("dispute", "Settled")
