"""Choices about what is said in confidence."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RecordKind(models.TextChoices):
    """What a confidential record is of."""

    ONE_ON_ONE = "one_on_one", _("1:1")
    COACHING = "coaching", _("Coaching session")


class Part(models.TextChoices):
    """As what somebody takes part in a confidential record."""

    LEAD = "lead", _("Lead")
    EMPLOYEE = "employee", _("Employee")


class EntryKind(models.TextChoices):
    """What a sealed text is."""

    TOPIC = "topic", pgettext_lazy("1:1", "Topic")
    NOTE = "note", pgettext_lazy("1:1", "Shared note")
    PRIVATE = "private", pgettext_lazy("1:1", "Private note")
    ACTION = "action", pgettext_lazy("1:1", "Action")
    EVIDENCE = "evidence", pgettext_lazy("1:1", "Evidence")
    MOOD = "mood", pgettext_lazy("1:1", "Mood")


class Tier(models.TextChoices):
    """The layers of a confidential record; who reads which stands in `access`."""

    CADENCE = "cadence", _("That it happens")
    SHARED = "shared", _("What the participants share")
    PRIVATE = "private", _("What somebody wrote for themselves")


class Verb(models.TextChoices):
    """What is done with a tier."""

    READ = "read", _("Read")
    WRITE = "write", _("Write")


class Relation(models.TextChoices):
    """What somebody is to a confidential record; the role plays no part in it."""

    PARTICIPANT = "participant", _("Participant")
    FORMER = "former", _("Participant of a record that has ended")
    ABOVE = "above", _("Lead of the lead")
    BREAKING_GLASS = "breaking_glass", _("By break-glass, while it is open")
    NONE = "none", _("Nobody to it")


class GlassStatus(models.TextChoices):
    """How far a break-glass access is."""

    ASKED = "asked", pgettext_lazy("break-glass", "Asked")
    OPEN = "open", pgettext_lazy("break-glass", "Open")
    ENDED = "ended", pgettext_lazy("break-glass", "Ended")
    REFUSED = "refused", pgettext_lazy("break-glass", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("break-glass", "Withdrawn")


class MeetingStatus(models.TextChoices):
    """How far one conversation of a series is."""

    PLANNED = "planned", pgettext_lazy("1:1", "Planned")
    RUNNING = "running", pgettext_lazy("1:1", "Running")
    CLOSED = "closed", pgettext_lazy("1:1", "Closed")
    SKIPPED = "skipped", pgettext_lazy("1:1", "Skipped")


class CoachingStatus(models.TextChoices):
    """How far a coaching session is."""

    PLANNED = "planned", pgettext_lazy("coaching", "Planned")
    HELD = "held", pgettext_lazy("coaching", "Held")
    CLOSED = "closed", pgettext_lazy("coaching", "Followed up")
    CANCELLED = "cancelled", pgettext_lazy("coaching", "Cancelled")


class Rhythm(models.IntegerChoices):
    """How often a pair meets, in days."""

    WEEKLY = 7, _("Every week")
    FORTNIGHTLY = 14, _("Every two weeks")
    FOUR_WEEKLY = 28, _("Every four weeks")
