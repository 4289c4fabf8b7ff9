"""When the services' maintenance is: changes of a service that has such windows belong inside."""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from changes.conflict_triggers import NotesAlteration
from changes.enums import CheckSubject
from changes.models.windows import Occurrence, RecurringWindow
from changes.window_querysets import MaintenanceOccurrenceQuerySet, MaintenanceWindowQuerySet
from core.references import reference_field


class MaintenanceWindow(RecurringWindow):
    """The hours agreed for work on some services: once, or again and again by a rule."""

    reference = reference_field("MNT")
    services = models.ManyToManyField(
        Service, through="MaintainedService", verbose_name=_("services")
    )

    history = History()
    objects = MaintenanceWindowQuerySet.as_manager()

    class Meta(RecurringWindow.Meta):
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        triggers = [
            NotesAlteration(CheckSubject.MAINTENANCE, "id", watched=("version",)),
        ]


class MaintainedService(models.Model):
    """A service whose maintenance a window is."""

    window = models.ForeignKey(
        MaintenanceWindow, models.PROTECT, related_name="maintained_services"
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")

    history = History(read_by=("window",))

    class Meta:
        verbose_name = _("maintained service")
        verbose_name_plural = _("maintained services")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="changes_maintainedservice_once", fields=["window", "service"]
            )
        ]
        triggers = [NotesAlteration(CheckSubject.SERVICE, "service_id")]

    def __str__(self) -> str:
        return str(self.service)


class MaintenanceOccurrence(Occurrence):
    """One time that a maintenance window is, as its rule was expanded."""

    window = models.ForeignKey(MaintenanceWindow, models.PROTECT, related_name="occurrences")

    objects = MaintenanceOccurrenceQuerySet.as_manager()

    class Meta(Occurrence.Meta):
        verbose_name = _("occurrence of a maintenance window")
        verbose_name_plural = _("occurrences of maintenance windows")
        indexes = [
            GistIndex(
                Func(F("starts_at"), F("ends_at"), function="tstzrange"),
                name="changes_maintenance_span",
            )
        ]
