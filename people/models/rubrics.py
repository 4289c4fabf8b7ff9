"""What good work is: rubrics, version after version, with criteria in both languages."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit.history import History
from core.references import reference_field
from people.quality.enums import RubricStatus, Scale
from people.quality.querysets import RubricQuerySet
from people.quality.rubric_triggers import IsOfADraftedRubric, RubricStaysAsInForce

WEIGHTS = (1, 10)


def _in_language(record: models.Model, name: str) -> str:
    """A text that is kept in both languages, in the one in force."""
    is_spanish = (get_language() or "").startswith("es")
    return str(getattr(record, f"{name}_es" if is_spanish else f"{name}_en"))


class Rubric(models.Model):
    """One version of what work is judged by. Put in force by somebody else than drafted it; then it
    stays as it is, and another version of the same key follows."""

    reference = reference_field("RUB")
    key = models.SlugField(
        _("key"), max_length=40, help_text=_("A short name that its versions share.")
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    title_en = models.CharField(_("title in English"), max_length=120)
    title_es = models.CharField(_("title in Spanish"), max_length=120)
    good_en = models.TextField(
        _("what good is, in English"),
        max_length=4_000,
        help_text=_("In a few sentences, for those whose work it judges."),
    )
    good_es = models.TextField(_("what good is, in Spanish"), max_length=4_000)
    status = models.CharField(
        _("status"), max_length=8, choices=RubricStatus, default=RubricStatus.DRAFT, editable=False
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
    objects = RubricQuerySet.as_manager()

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("approve_rubric", "Can put rubrics of others in force")]
        triggers = [RubricStaysAsInForce()]
        indexes = [models.Index(name="people_rubric_queue", fields=["status", "-id"])]
        constraints = [
            models.UniqueConstraint(name="people_rubric_numbers", fields=["key", "number"]),
            models.UniqueConstraint(
                name="people_rubric_one_of_each",
                fields=["key", "status"],
                condition=Q(status__in=[RubricStatus.DRAFT, RubricStatus.ACTIVE]),
                violation_error_message=_("A next version is being drafted already."),
            ),
            models.CheckConstraint(
                name="people_rubric_statuses", condition=Q(status__in=RubricStatus.values)
            ),
            models.CheckConstraint(
                name="people_rubric_approved_pair",
                condition=Q(
                    status=RubricStatus.DRAFT, approved_at__isnull=True, approved_by__isnull=True
                )
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & ~Q(status=RubricStatus.DRAFT),
            ),
            models.CheckConstraint(
                name="people_rubric_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def title(self) -> str:
        return _in_language(self, "title")

    @property
    def good(self) -> str:
        return _in_language(self, "good")


class Criterion(models.Model):
    """One thing that is judged: its scale, what each rating on it means, how much it weighs."""

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="criteria")
    key = models.SlugField(_("key"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=120)
    title_es = models.CharField(_("title in Spanish"), max_length=120)
    scale = models.PositiveSmallIntegerField(
        _("scale"), choices=Scale, default=Scale.FIVE, help_text=_("Yes or no count as 1 and 0.")
    )
    anchors_en = ArrayField(
        models.CharField(max_length=300), verbose_name=_("anchors in English")
    )  # from the lowest rating on
    anchors_es = ArrayField(models.CharField(max_length=300), verbose_name=_("anchors in Spanish"))
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(WEIGHTS[0]), MaxValueValidator(WEIGHTS[1])],
    )
    is_critical = models.BooleanField(
        pgettext_lazy("criterion", "critical"),
        default=False,
        help_text=_("Below the middle of its scale the whole review scores 0."),
    )
    applies_en = models.CharField(
        _("applies when, in English"),
        max_length=200,
        blank=True,
        help_text=_("Empty: always. Otherwise reviewers may say that it does not apply."),
    )
    applies_es = models.CharField(_("applies when, in Spanish"), max_length=200, blank=True)

    history = History(read_by=("rubric",))

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("rubric", "pk")
        default_permissions = ()
        triggers = [IsOfADraftedRubric()]
        constraints = [
            models.UniqueConstraint(name="people_criterion_once", fields=["rubric", "key"]),
            models.CheckConstraint(
                name="people_criterion_weighs", condition=Q(weight__range=WEIGHTS)
            ),
            models.CheckConstraint(
                name="people_criterion_anchors",
                condition=Q(scale=Scale.YES_NO, anchors_en__len=2, anchors_es__len=2)
                | Q(scale=Scale.THREE, anchors_en__len=3, anchors_es__len=3)
                | Q(scale=Scale.FIVE, anchors_en__len=5, anchors_es__len=5),
                violation_error_message=_("Say what each rating of the scale means, line by line."),
            ),
            models.CheckConstraint(
                name="people_criterion_applies_pair",
                condition=Q(applies_en="", applies_es="") | ~Q(applies_en="") & ~Q(applies_es=""),
                violation_error_message=_("Say in both languages when it applies, or in neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def title(self) -> str:
        return _in_language(self, "title")

    @property
    def applies(self) -> str:
        return _in_language(self, "applies")

    @property
    def is_conditional(self) -> bool:
        return bool(self.applies_en)

    @property
    def anchors(self) -> list[tuple[int, str]]:
        """Each rating with what it means, the lowest first, in the language in force."""
        is_spanish = (get_language() or "").startswith("es")
        told = self.anchors_es if is_spanish else self.anchors_en
        return list(zip(Scale(self.scale).ratings, told, strict=True))
