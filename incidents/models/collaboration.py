"""What people do together on one record: merging, families, vendors, promises. The rows hang on
the record's life, so that every kind of record that has one can use them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.history import History
from incidents.enums import PromiseOutcome
from incidents.triggers import GoesToWhatStands, KeepsItsFacts
from sla.models import Life
from vendors.models import Vendor


def _person(label: str, *, optional: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=optional,
        related_name="+",
        verbose_name=label,
    )


def _pair(name: str, of: str) -> models.CheckConstraint:
    both = Q(**{f"{of}_at__isnull": False, f"{of}_by__isnull": False})
    neither = Q(**{f"{of}_at__isnull": True, f"{of}_by__isnull": True})
    return models.CheckConstraint(name=f"incidents_{name}_{of}_pair", condition=both | neither)


class Merge(models.Model):
    """One record was the same as another and goes on there. Undoing it leaves the row."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="merges", db_index=False)
    into = models.ForeignKey(Life, models.PROTECT, related_name="absorbed", db_index=False)
    status_before = models.CharField(_("status before"), max_length=20)
    merged_at = models.DateTimeField(_("merged at"), default=told_moment)
    merged_by = _person(_("merged by"))
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = _person(_("undone by"), optional=True)

    history = History(read_by=("life", "into"))

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        default_permissions = ()
        indexes = [models.Index(name="incidents_merge_into", fields=["into"])]
        constraints = [
            models.UniqueConstraint(
                name="incidents_merge_once", fields=["life"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="incidents_merge_not_into_itself", condition=~Q(life=F("into"))
            ),
            _pair("merge", "undone"),
        ]
        triggers = [GoesToWhatStands()]

    def __str__(self) -> str:
        return f"{self.life_id} → {self.into_id}"


class Cascade(models.Model):
    """What a record passes on to its parts, as long as a part's link says that it follows, and an
    incident to the requests that ask about it."""

    life = models.OneToOneField(Life, models.PROTECT, related_name="cascade")
    resolves = models.BooleanField(
        _("resolve the parts with it"),
        default=False,
        help_text=_("Also when it is resolved by a portal's task."),
    )
    tells = models.BooleanField(_("comments for the client"), default=False)
    prioritizes = models.BooleanField(_("priority"), default=False)
    waits = models.BooleanField(_("waiting and resuming"), default=False)
    tells_requests = models.BooleanField(
        _("comments for the client, on requests"),
        default=False,
        help_text=_("Of an incident: on the requests that ask about it."),
    )
    resolves_requests = models.BooleanField(
        _("resolve the requests with it"),
        default=False,
        help_text=_("Also when it is resolved by a portal's task."),
    )

    history = History(read_by=("life",))

    class Meta:
        verbose_name = _("passing on to parts")
        verbose_name_plural = _("passing on to parts")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Cascade {self.life_id}"


class VendorEscalation(models.Model):
    """One call on a vendor for help with a record, under the vendor's own reference."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="escalations", db_index=False)
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        related_name="escalations",
        db_index=False,
        verbose_name=_("vendor"),
    )
    vendor_reference = models.CharField(_("vendor's reference"), max_length=60, blank=True)
    contact = models.CharField(
        _("contact used"), max_length=200, blank=True, help_text=_("A person, a portal, a number.")
    )
    question = models.TextField(_("asked of the vendor"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = _person(_("sent by"), optional=True)
    acknowledged_at = models.DateTimeField(_("acknowledged by the vendor at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    history = History(read_by=("life",))

    class Meta:
        verbose_name = _("escalation to a vendor")
        verbose_name_plural = _("escalations to vendors")
        default_permissions = ()
        ordering = ("sent_at", "pk")
        indexes = [
            models.Index(name="incidents_escalation_of", fields=["life", "sent_at"]),
            models.Index(name="incidents_escalation_vendor", fields=["vendor", "-sent_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="incidents_escalation_in_order",
                condition=(Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=F("sent_at")))
                & (Q(answered_at__isnull=True) | Q(answered_at__gte=F("sent_at"))),
            ),
        ]
        triggers = [
            KeepsItsFacts(
                later=("vendor_reference", "contact", "acknowledged_at", "answer"),
                settled="answered_at",
            )
        ]

    def __str__(self) -> str:
        return self.vendor_reference or str(self.vendor)


class PromisedContact(models.Model):
    """A moment by which the client was promised to hear from us. It is kept by telling the client
    in time, broken by telling later, replaced by promising another moment before it is due."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="promises", db_index=False)
    due_at = models.DateTimeField(_("promised for"))
    note = models.CharField(
        _("what was promised"), max_length=300, blank=True, help_text=_("As the client was told.")
    )
    promised_at = models.DateTimeField(_("promised at"), default=told_moment)
    promised_by = _person(_("promised by"))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=PromiseOutcome, default=PromiseOutcome.OPEN
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    reminded_at = models.DateTimeField(_("owner told at"), null=True)

    history = History(read_by=("life",))

    class Meta:
        verbose_name = _("promised contact")
        verbose_name_plural = _("promised contacts")
        default_permissions = ()
        ordering = ("promised_at", "pk")
        indexes = [
            models.Index(name="incidents_promise_of", fields=["life", "promised_at"]),
            models.Index(
                name="incidents_promise_due",
                fields=["due_at"],
                condition=Q(outcome=PromiseOutcome.OPEN, reminded_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="incidents_promise_one_open",
                fields=["life"],
                condition=Q(outcome=PromiseOutcome.OPEN),
                include=["due_at"],
            ),
            models.CheckConstraint(
                name="incidents_promise_settled",
                condition=Q(outcome=PromiseOutcome.OPEN, settled_at__isnull=True)
                | Q(
                    outcome=PromiseOutcome.KEPT,
                    settled_at__isnull=False,
                    settled_at__lte=F("due_at"),
                )
                | Q(
                    outcome=PromiseOutcome.BROKEN,
                    settled_at__isnull=False,
                    settled_at__gt=F("due_at"),
                )
                | Q(outcome=PromiseOutcome.REPLACED, settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_promise_ahead", condition=Q(due_at__gt=F("promised_at"))
            ),
        ]
        triggers = [KeepsItsFacts(later=("outcome", "reminded_at"), settled="settled_at")]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M}Z"
