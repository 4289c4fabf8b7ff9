"""Which incidents were drawn for a review of quality."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from incidents.models.incidents import Incident
from people.models import ReviewedWork


@pgtrigger.register(AppendOnly())
class ReviewedIncident(models.Model):
    """An incident whose handling is reviewed."""

    work = models.OneToOneField(ReviewedWork, models.PROTECT, related_name="incident")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="quality_reviews")

    history = History(read_by=("incident",))

    class Meta:
        verbose_name = _("reviewed incident")
        verbose_name_plural = _("reviewed incidents")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.work)
