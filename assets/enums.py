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
