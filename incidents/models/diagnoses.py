"""Guided diagnosis: checklists with versions, and what came out of them on a record."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import told_moment
from audit.history import History
from audit.triggers import AppendOnly
from incidents.enums import GuideFor, StepResult
from incidents.guide_querysets import GuideQuerySet
from incidents.triggers import StepsExist
from sla.models import Life

_MOST = 40  # steps


class Guide(models.Model):
    """A checklist for finding out what is wrong, for a kind of record and, where named, only for
    one service. What its steps are, its newest version says."""

    key = models.SlugField(
        _("key"), max_length=40, unique=True, help_text=_("A short name, as terminal-offline.")
    )
    title_en = models.CharField(_("title in English"), max_length=120)
    title_es = models.CharField(_("title in Spanish"), max_length=120)
    for_kind = models.CharField(_("for"), max_length=20, choices=GuideFor)
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service"),
        help_text=_("Empty: for every service."),
    )
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Otherwise no record begins it any more.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = _("diagnosis checklist")
        verbose_name_plural = _("diagnosis checklists")
        default_permissions = ("view", "add", "change")
        ordering = ("key",)
        indexes = [
            models.Index(
                name="incidents_guide_offered",
                fields=["for_kind", "service"],
                condition=Q(is_offered=True),
            )
        ]

    def __str__(self) -> str:
        return self.title_es if (get_language() or "").startswith("es") else self.title_en


@pgtrigger.register(AppendOnly())
class GuideVersion(models.Model):
    """The steps of a checklist from one moment on, in both languages. Never altered."""

    guide = models.ForeignKey(Guide, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    steps_en = ArrayField(models.CharField(max_length=300), verbose_name=_("steps in English"))
    steps_es = ArrayField(models.CharField(max_length=300), verbose_name=_("steps in Spanish"))
    made_at = models.DateTimeField(_("made at"), default=told_moment)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    history = History(read_by=("guide",))

    class Meta:
        verbose_name = _("version of a checklist")
        verbose_name_plural = _("versions of checklists")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="incidents_guideversion_once", fields=["guide", "number"]),
            models.CheckConstraint(
                name="incidents_guideversion_same_steps",
                condition=Q(steps_en__len=F("steps_es__len"))
                & Q(steps_en__len__gte=1, steps_en__len__lte=_MOST),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guide} · {self.number}"

    @property
    def steps(self) -> list[str]:
        """In the language in force."""
        is_spanish = (get_language() or "").startswith("es")
        return list(self.steps_es if is_spanish else self.steps_en)


@pgtrigger.register(AppendOnly())
class Diagnosis(models.Model):
    """A checklist begun on a record, in the version that held then. It keeps that version."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="diagnoses", db_index=False)
    guide_version = models.ForeignKey(
        GuideVersion, models.PROTECT, related_name="+", verbose_name=_("checklist")
    )
    begun_at = models.DateTimeField(_("begun at"), default=told_moment)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by")
    )

    history = History(read_by=("life",))

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        default_permissions = ()
        ordering = ("begun_at", "pk")
        constraints = [
            models.UniqueConstraint(
                name="incidents_diagnosis_once", fields=["life", "guide_version"]
            )
        ]

    def __str__(self) -> str:
        return str(self.guide_version)


@pgtrigger.register(StepsExist())
class DiagnosisStep(models.Model):
    """What came out of one step: by whom, when. Corrected by saying it again."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="done", db_index=False)
    step = models.PositiveSmallIntegerField(_("step"), help_text=_("From 1."))
    result = models.CharField(_("result"), max_length=10, choices=StepResult)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    done_at = models.DateTimeField(_("done at"))
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("done by")
    )

    history = History(read_by=("diagnosis",))

    class Meta:
        verbose_name = _("step of a diagnosis")
        verbose_name_plural = _("steps of diagnoses")
        default_permissions = ()
        ordering = ("step",)
        constraints = [
            models.UniqueConstraint(
                name="incidents_diagnosisstep_once", fields=["diagnosis", "step"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.result}"
