"""Choices of due diligence and monitoring."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DataAccess(models.TextChoices):
    """The most sensitive data that a vendor gets or sees."""

    NONE = "none", pgettext_lazy("data", "None")
    INTERNAL = "internal", pgettext_lazy("data", "Internal")
    PERSONAL = "personal", pgettext_lazy("data", "Personal")
    CARDHOLDER = "cardholder", pgettext_lazy("data", "Cardholder data")


class LocationUse(models.TextChoices):
    """What a vendor does in a place."""

    MAIN_CENTRE = "main_centre", _("Main data centre")
    ALTERNATE_CENTRE = "alternate_centre", _("Alternate data centre")
    SERVICE = "service", _("Place of service")
    STAFF = "staff", _("Place of the staff")


class DiligenceStatus(models.TextChoices):
    """How far a due diligence is."""

    OPEN = "open", pgettext_lazy("due diligence", "Open")
    SUBMITTED = "submitted", pgettext_lazy("due diligence", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("due diligence", "Approved")
    REFUSED = "refused", pgettext_lazy("due diligence", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("due diligence", "Withdrawn")


class InherentRisk(models.TextChoices):
    """How much could go wrong with a vendor before anything is done about it."""

    LOW = "low", pgettext_lazy("risk", "Low")
    MEDIUM = "medium", pgettext_lazy("risk", "Medium")
    HIGH = "high", pgettext_lazy("risk", "High")


class Question(models.TextChoices):
    """What is asked of every vendor before it is engaged."""

    LEGAL = "legal", _("The company exists, and nothing legal speaks against it")
    FINANCES = "finances", _("Its finances let it last as long as we need it")
    SECURITY = "security", _("It runs an information security programme")
    CARD_DATA = "card_data", _("It complies with PCI DSS for what it does for us")
    ACCESS = "access", _("It controls who has access, with more than one factor")
    ENCRYPTION = "encryption", _("Data is encrypted at rest and on its way")
    INCIDENTS = "incidents", _("It tells us of security incidents in time")
    CONTINUITY = "continuity", _("It tests its continuity and its restores")
    SUBCONTRACTORS = "subcontractors", _("Its subcontractors are known and bound by the same")
    LOCATIONS = "locations", _("The places and jurisdictions of our data are acceptable")
    PRIVACY = "privacy", _("It protects personal data as the law asks")
    EXIT = "exit", _("We could leave it: data is returned, a substitute is known")


class Answer(models.TextChoices):
    """What was found about one question."""

    MET = "met", pgettext_lazy("due diligence", "Met")
    PARTLY = "partly", pgettext_lazy("due diligence", "Partly met")
    NOT_MET = "not_met", pgettext_lazy("due diligence", "Not met")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("due diligence", "Does not apply")


class ReviewOutcome(models.TextChoices):
    """What a yearly review of a vendor found."""

    SATISFACTORY = "satisfactory", _("Satisfactory")
    WITH_GAPS = "with_gaps", _("Satisfactory with gaps")
    UNSATISFACTORY = "unsatisfactory", _("Unsatisfactory")
