"""Choices of the assets app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceTier(models.TextChoices):
    """How soon a service must be back."""

    TIER_1 = "tier_1", _("Tier 1: payments stop")
    TIER_2 = "tier_2", _("Tier 2: customers notice")
    TIER_3 = "tier_3", _("Tier 3: internal")


class Criticality(models.TextChoices):
    """What an outage means to the business."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class AssetClass(models.TextChoices):
    """What kind of configuration item an asset is."""

    APPLICATION = "application", _("Application")
    DATABASE = "database", _("Database")
    SERVER = "server", _("Server")
    CLUSTER = "cluster", _("Cluster")
    QUEUE = "queue", _("Message queue")
    NETWORK = "network", _("Network device")
    HSM = "hsm", _("Hardware security module")
    CERTIFICATE = "certificate", _("Certificate")
    EXTERNAL = "external", _("External system")
    LAPTOP = "laptop", _("Laptop or workstation")
    PHONE = "phone", _("Telephone or tablet")
    TOKEN = "token", _("Security key")
    TERMINAL = "terminal", _("Payment terminal")


DEVICES = (AssetClass.LAPTOP, AssetClass.PHONE, AssetClass.TOKEN, AssetClass.TERMINAL)
"""What is handed out to a person, who then answers for it."""


class Lifecycle(models.TextChoices):
    """Where an asset stands between plan and disposal."""

    PLANNED = "planned", _("Planned")
    BUILD = "build", _("In build")
    LIVE = "live", _("Live")
    RETIRING = "retiring", _("Retiring")
    RETIRED = "retired", _("Retired")


class Environment(models.TextChoices):
    """Where an asset runs."""

    PRODUCTION = "production", _("Production")
    STAGING = "staging", _("Staging")
    TEST = "test", _("Test")
    DEVELOPMENT = "development", _("Development")


class PciScope(models.TextChoices):
    """PCI DSS scope: in it, connected to it, or out of it."""

    IN_SCOPE = "in", _("In scope")
    CONNECTED = "connected", _("Connected to")
    OUT_OF_SCOPE = "out", _("Out of scope")


class DependencyKind(models.TextChoices):
    """What an asset or service needs another asset for."""

    RUNS_ON = "runs_on", _("Runs on")
    USES = "uses", _("Uses")
    CONNECTS_TO = "connects_to", _("Connects to")


class Custody(models.TextChoices):
    """Who has a device: the team that looks after it, or the person it was handed out to."""

    IN_STOCK = "in_stock", _("In stock")
    OFFERED = "offered", _("Waiting for acceptance")
    HELD = "held", _("Accepted")
    DECLINED = "declined", _("Declined")
    RETURNED = "returned", _("Returned")


OUT = (Custody.OFFERED, Custody.HELD)
"""The device is with somebody."""


class Condition(models.TextChoices):
    """How a device came back."""

    GOOD = "good", _("Good")
    WORN = "worn", _("Worn, but works")
    DAMAGED = "damaged", _("Damaged")
    INCOMPLETE = "incomplete", _("Something is missing")
    LOST = "lost", _("Lost or stolen")


class ImportStatus(models.TextChoices):
    """How an import of assets stands."""

    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Being imported")
    FINISHED = "finished", _("Imported")
    DISCARDED = "discarded", _("Discarded")


class RowOutcome(models.TextChoices):
    """What becomes of one row: first as the check foresees it, in the end as it was."""

    UNCHECKED = "unchecked", _("Not yet checked")
    CREATE = "create", _("New")
    CHANGE = "change", _("Change")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Not possible")
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")


FORESEEN = (RowOutcome.CREATE, RowOutcome.CHANGE)
"""What an import will write once it is confirmed."""
