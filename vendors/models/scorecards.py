"""What vendors are measured by, and how they did: models of weighted figures, and scorecards."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from vendors.models.vendors import Vendor
from vendors.scorecards.enums import CardStatus, KpiSource, ModelStatus, PeriodKind, Unit
from vendors.scorecards.querysets import CardPartQuerySet, ScorecardQuerySet, ScoreModelQuerySet
from vendors.scorecards.triggers import IsOfADraft, IsOfAnOpenCard, StaysAsLocked, StaysAsPutInForce

FIGURE = {"max_digits": 18, "decimal_places": 4}
_SCORE = {"max_digits": 5, "decimal_places": 2}


class ScoreModel(models.Model):
    """One version of what vendors are measured by. Put in force by somebody else than drafted it;
    then it stays as it is, and another version follows."""

    reference = reference_field("SCM")
    title = models.CharField(_("title"), max_length=200)
    number = models.PositiveSmallIntegerField(_("number"), unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=8, choices=ModelStatus, default=ModelStatus.DRAFT, editable=False
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ScoreModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("model of scorecards")
        verbose_name_plural = _("models of scorecards")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("approve_scoremodel", "Can put models of others in force")]
        triggers = [StaysAsPutInForce()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_scoremodel_one_of_each",
                fields=["status"],
                condition=Q(status__in=[ModelStatus.DRAFT, ModelStatus.ACTIVE]),
                violation_error_message=_("A next version is being drafted already."),
            ),
            models.CheckConstraint(
                name="vendors_scoremodel_statuses", condition=Q(status__in=ModelStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_scoremodel_approved_pair",
                condition=Q(
                    status=ModelStatus.DRAFT, approved_at__isnull=True, approved_by__isnull=True
                )
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & ~Q(status=ModelStatus.DRAFT),
            ),
            models.CheckConstraint(
                name="vendors_scoremodel_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ScoreKpi(models.Model):
    """One figure of a model: how much it weighs, where it is worth nothing and where all."""

    model = models.ForeignKey(ScoreModel, models.PROTECT, related_name="kpis")
    key = models.SlugField(_("key"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    source = models.CharField(_("source"), max_length=8, choices=KpiSource)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit)
    weight = models.DecimalField(
        _("weight"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0.01), MaxValueValidator(100)],
        help_text=_("Only the ratio to the others counts; they need not add up to 100."),
    )
    floor = models.DecimalField(_("floor"), help_text=_("Worth 0 here and beyond."), **FIGURE)
    target = models.DecimalField(_("target"), help_text=_("Worth 100 here and beyond."), **FIGURE)

    history = History(read_by=("model",))

    class Meta:
        verbose_name = _("figure of a model")
        verbose_name_plural = _("figures of models")
        ordering = ("model", "pk")
        default_permissions = ()
        triggers = [IsOfADraft()]
        constraints = [
            models.UniqueConstraint(name="vendors_scorekpi_once", fields=["model", "key"]),
            models.CheckConstraint(
                name="vendors_scorekpi_weighs", condition=Q(weight__gt=0, weight__lte=100)
            ),
            models.CheckConstraint(
                name="vendors_scorekpi_way",
                condition=~Q(floor=F("target")),
                violation_error_message=_("Floor and target are the same."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class Scorecard(models.Model):
    """How a vendor did in a month or quarter. It moves until it is locked at a service review."""

    reference = reference_field("SCD")
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="scorecards", verbose_name=_("vendor")
    )
    model = models.ForeignKey(
        ScoreModel, models.PROTECT, related_name="scorecards", verbose_name=_("model")
    )
    period = models.CharField(_("period"), max_length=7, choices=PeriodKind)
    starts_on = models.DateField(_("starts on"))
    status = models.CharField(
        _("status"), max_length=6, choices=CardStatus, default=CardStatus.OPEN, editable=False
    )
    score = models.DecimalField(
        _("score"), null=True, editable=False, help_text=_("0 to 100."), **_SCORE
    )
    confidence = models.DecimalField(
        _("confidence"),
        default=0,
        editable=False,
        help_text=_("Percent of the weights whose figures are known, of five cases or more."),
        **_SCORE,
    )
    measured_at = models.DateTimeField(_("measured at"), editable=False)
    comment = models.TextField(_("what the vendor says"), max_length=2_000, blank=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("locked by"),
    )
    digest = models.CharField(
        _("digest"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of its figures, weights and rows when it was locked."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        permissions = [("mark_scorecard", "Can give marks to vendors")]
        triggers = [StaysAsLocked()]
        indexes = [
            models.Index(name="vendors_scorecard_periods", fields=["period", "-starts_on", "-id"]),
            models.Index(name="vendors_scorecard_status", fields=["status", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_scorecard_once", fields=["vendor", "period", "starts_on"]
            ),
            models.CheckConstraint(
                name="vendors_scorecard_statuses", condition=Q(status__in=CardStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_scorecard_first_day",
                condition=Q(starts_on__day=1)
                & (
                    Q(period=PeriodKind.MONTH)
                    | Q(period=PeriodKind.QUARTER, starts_on__month__in=(1, 4, 7, 10))
                ),
            ),
            models.CheckConstraint(
                name="vendors_scorecard_percent",
                condition=(Q(score__isnull=True) | Q(score__gte=0, score__lte=100))
                & Q(confidence__gte=0, confidence__lte=100),
            ),
            models.CheckConstraint(
                name="vendors_scorecard_locked_pair",
                condition=Q(
                    status=CardStatus.OPEN,
                    locked_at__isnull=True,
                    locked_by__isnull=True,
                    digest="",
                )
                | Q(status=CardStatus.LOCKED, locked_at__isnull=False, locked_by__isnull=False)
                & ~Q(digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.vendor}"


class ScoreLine(models.Model):
    """One figure of a scorecard, with the rows that it was made of. Empty: nothing is known."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="lines")
    kpi = models.ForeignKey(ScoreKpi, models.PROTECT, related_name="+", verbose_name=_("figure"))
    value = models.DecimalField(pgettext_lazy("figure", "value"), null=True, **FIGURE)
    n = models.PositiveIntegerField(_("n"), null=True)
    worth = models.DecimalField(pgettext_lazy("figure", "worth"), null=True, **_SCORE)
    rows = models.JSONField(_("rows"), default=list)
    evidence = models.TextField(_("evidence"), max_length=2_000, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    history = History(read_by=("scorecard",))
    objects = CardPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a scorecard")
        verbose_name_plural = _("figures of scorecards")
        ordering = ("scorecard", "kpi")
        default_permissions = ()
        triggers = [IsOfAnOpenCard()]
        constraints = [
            models.UniqueConstraint(name="vendors_scoreline_once", fields=["scorecard", "kpi"]),
            models.CheckConstraint(
                name="vendors_scoreline_known",
                condition=Q(value__isnull=True, worth__isnull=True)
                | Q(value__isnull=False, worth__gte=0, worth__lte=100),
            ),
            models.CheckConstraint(
                name="vendors_scoreline_entered_with_evidence",
                condition=Q(entered_by__isnull=True) | ~Q(evidence=""),
                violation_error_message=_("Say how you know."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} {self.kpi_id}"


class ScoreMark(models.Model):
    """What one person who works with the vendor thinks of it, for one figure of a scorecard."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="marks")
    kpi = models.ForeignKey(ScoreKpi, models.PROTECT, related_name="+", verbose_name=_("figure"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    mark = models.PositiveSmallIntegerField(
        _("mark"),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 is the worst, 5 the best."),
    )
    comment = models.TextField(_("comment"), max_length=1_000, blank=True)

    history = History(read_by=("scorecard",))
    objects = CardPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of a vendor")
        verbose_name_plural = _("marks of vendors")
        ordering = ("scorecard", "kpi", "pk")
        default_permissions = ()
        triggers = [IsOfAnOpenCard()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_scoremark_once", fields=["scorecard", "kpi", "given_by"]
            ),
            models.CheckConstraint(
                name="vendors_scoremark_range", condition=Q(mark__gte=1, mark__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} {self.mark}"
