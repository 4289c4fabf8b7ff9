"""Clients, what is agreed, and the life of a record: marks, events, segments."""

from sla.models.agreements import Agreement, AgreementTarget, AgreementVersion
from sla.models.clients import Client, ClientContact
from sla.models.entitlements import Entitlement, PortfolioService
from sla.models.lives import Life, Mark
from sla.models.responsibility import LifeEvent, Segment

__all__ = [
    "Agreement",
    "AgreementTarget",
    "AgreementVersion",
    "Client",
    "ClientContact",
    "Entitlement",
    "Life",
    "LifeEvent",
    "Mark",
    "PortfolioService",
    "Segment",
]
