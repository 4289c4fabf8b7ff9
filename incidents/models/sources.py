"""Where incidents came from, when they were opened in another system."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.history import History
from incidents.models.incidents import Incident
from incidents.querysets import IncidentPartQuerySet
from records.external import ExternalReference


class IncidentSource(ExternalReference):
    """What another system calls an incident; it is imported once for each of its numbers."""

    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="sources", verbose_name=_("incident")
    )

    history = History(read_by=("incident",))
    objects = IncidentPartQuerySet.as_manager()

    class Meta(ExternalReference.Meta):
        verbose_name = _("number in another system")
        verbose_name_plural = _("numbers in other systems")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="incidents_incidentsource_once", fields=["system", "key"])
        ]
