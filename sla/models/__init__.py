"""Clients, what is agreed, and the life of a record: marks, events, segments."""

from sla.models.agreements import Agreement, AgreementTarget, AgreementVersion
from sla.models.clients import Client, ClientContact
from sla.models.clock_profiles import ClockProfile
from sla.models.clocks import FiredThreshold, LifeClock
from sla.models.entitlements import Entitlement, PortfolioService
from sla.models.feedback import FeedbackAnswer, FeedbackInvitation
from sla.models.lives import Life, Mark
from sla.models.responsibility import LifeEvent, Segment
from sla.models.statements import MonthlyStatement

__all__ = [
    "Agreement",
    "AgreementTarget",
    "AgreementVersion",
    "Client",
    "ClientContact",
    "ClockProfile",
    "Entitlement",
    "FeedbackAnswer",
    "FeedbackInvitation",
    "FiredThreshold",
    "Life",
    "LifeClock",
    "LifeEvent",
    "Mark",
    "MonthlyStatement",
    "PortfolioService",
    "Segment",
]
