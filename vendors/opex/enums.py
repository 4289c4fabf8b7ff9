"""The words of budgets: states, kinds of amounts, what money is spent on."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BudgetStatus(models.TextChoices):
    """How far a version of a budget is."""

    DRAFT = "draft", pgettext_lazy("budget", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("budget", "Submitted")
    APPROVED = "approved", pgettext_lazy("budget", "Approved")
    LOCKED = "locked", pgettext_lazy("budget", "Locked")


class EntryKind(models.TextChoices):
    """What an amount in the ledger is."""

    PLAN = "plan", pgettext_lazy("spend", "Plan")
    COMMITTED = "committed", pgettext_lazy("spend", "Committed")
    ACCRUED = "accrued", pgettext_lazy("spend", "Accrued")
    ACTUAL = "actual", pgettext_lazy("spend", "Actual")
    FORECAST = "forecast", pgettext_lazy("spend", "Forecast")


class SpendCategory(models.TextChoices):
    """What money is spent on."""

    CLOUD = "cloud", _("Cloud and hosting")
    LICENCES = "licences", _("Licences")
    TELECOM = "telecom", _("Telecommunications")
    PROCESSING = "processing", _("Processing of cards and payments")
    SUPPORT = "support", _("Support and maintenance")
    SERVICES = "services", _("Professional services")
    OTHER = "other", pgettext_lazy("spend", "Other")


class InvoiceKind(models.TextChoices):
    """Whether a vendor asks for money or gives it back."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class SavingStatus(models.TextChoices):
    """How far a saving is."""

    HYPOTHESIS = "hypothesis", _("Hypothesis")
    IN_PROGRESS = "in_progress", pgettext_lazy("saving", "In progress")
    VERIFIED = "verified", _("Verified by finance")
    REJECTED = "rejected", pgettext_lazy("saving", "Not achieved")
