"""Evidence packs as records: what was asked for, what it was drawn from, what was drawn of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from core.references import reference_field
from evidence.enums import PackState, PickKind
from evidence.models.pack_triggers import StaysFrozen
from evidence.period import Period
from evidence.querysets import EvidencePackQuerySet, SamplePickQuerySet
from records.models import Job


class EvidencePack(models.Model):
    """One population of one control over one period, frozen once, then built into a signed file;
    again when a sample was drawn, from what was frozen."""

    reference = reference_field("EVD")
    control = models.CharField(_("control"), max_length=60)
    population = models.CharField(_("population"), max_length=60)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("up to, not included"))
    zone = models.CharField(_("time zone"), max_length=60, default="America/Mexico_City")
    language = models.CharField(_("language"), max_length=10, default="en")
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked for by"),
        help_text=_("Nobody where it was asked for at the command line."),
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=PackState,
        default=PackState.REQUESTED,
        editable=False,
    )
    error = models.TextField(_("error"), blank=True, editable=False)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, related_name="+", verbose_name=_("job"), editable=False
    )

    frozen_at = models.DateTimeField(_("population frozen at"), null=True, editable=False)
    population_sha256 = models.CharField(
        _("hash of the population"), max_length=64, blank=True, editable=False
    )
    population_count = models.PositiveIntegerField(_("items"), null=True, editable=False)
    ledger_size = models.BigIntegerField(_("entries of the ledger"), null=True, editable=False)
    facts = models.JSONField(_("facts"), default=dict, editable=False)
    frozen_file = models.CharField(max_length=200, blank=True, editable=False)
    frozen_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    seed = models.CharField(_("seed"), max_length=128, blank=True, editable=False)
    sample_size = models.PositiveIntegerField(_("sample size"), null=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("drawn by"),
        editable=False,
    )

    generated_at = models.DateTimeField(
        _("generated at"), default=timezone.now, editable=False,
        help_text=_("The moment that stands in the file; given, so that it can be built again."),
    )  # fmt: skip
    file = models.CharField(_("file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(_("hash of the file"), max_length=64, blank=True, editable=False)
    size = models.BigIntegerField(_("size"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = EvidencePackQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence pack")
        verbose_name_plural = _("evidence packs")
        ordering = ("-pk",)
        default_permissions = ("view", "add")
        indexes = [
            models.Index(name="evidence_pack_control", fields=["control", "-id"]),
            models.Index(name="evidence_pack_state", fields=["state", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="evidence_evidencepack_period",
                condition=Q(ends_on__gt=models.F("starts_on")),
                violation_error_message=_("A period ends after it starts."),
            ),
            models.CheckConstraint(
                name="evidence_evidencepack_frozen",
                condition=Q(
                    state__in=[PackState.REQUESTED, PackState.FAILED], frozen_at__isnull=True
                )
                | Q(
                    frozen_at__isnull=False,
                    population_sha256__regex=r"^[0-9a-f]{64}$",
                    population_count__isnull=False,
                    ledger_size__isnull=False,
                ),
            ),
            # The population first, then the seed: neither side can shape the other.
            models.CheckConstraint(
                name="evidence_evidencepack_drawn_pair",
                condition=Q(seed="", sample_size=None, drawn_at=None, drawn_by=None)
                | Q(
                    seed__regex=r"^([0-9a-f]{2}){4,64}$",
                    sample_size__gte=1,
                    sample_size__lte=models.F("population_count"),
                    drawn_at__gte=models.F("frozen_at"),
                ),
            ),
            models.CheckConstraint(
                name="evidence_evidencepack_built",
                condition=~Q(state=PackState.BUILT) | Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [StaysFrozen()]

    def __str__(self) -> str:
        return self.reference

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, self.zone)

    @property
    def filename(self) -> str:
        """What the file is called where it is taken to."""
        return f"{self.reference}_{self.control}_{self.starts_on}_{self.ends_on}.zip"


class SamplePick(models.Model):
    """One item of a pack's sample, and how it came into it. Rows are only added: one that was
    replaced stays, and its replacement names it."""

    pack = models.ForeignKey(EvidencePack, models.PROTECT, related_name="picks")
    identity = models.CharField(_("item"), max_length=100)
    stratum = models.CharField(_("stratum"), max_length=100, blank=True)
    rank = models.PositiveIntegerField(_("rank"))
    kind = models.CharField(
        pgettext_lazy("sample", "kind"), max_length=12, choices=PickKind, default=PickKind.DRAWN
    )
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("added by"),
        help_text=_("Nobody where it was drawn at the command line."),
    )

    history = History(read_by=("pack",))
    objects = SamplePickQuerySet.as_manager()

    class Meta:
        verbose_name = _("sampled item")
        verbose_name_plural = _("sampled items")
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="evidence_samplepick_once",
                fields=["pack", "identity"],
                violation_error_message=_("This item is in the sample already."),
            ),
            models.CheckConstraint(
                name="evidence_samplepick_reason",
                condition=Q(kind=PickKind.DRAWN, reason="", replaces=None)
                | Q(kind=PickKind.REPLACEMENT, reason__gt="", replaces__isnull=False)
                | Q(kind=PickKind.JUDGEMENT, reason__gt="", replaces=None),
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return self.identity
