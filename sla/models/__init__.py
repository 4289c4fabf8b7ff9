"""Clients, and the life of a record: marks, events, segments."""

from sla.models.clients import Client, ClientContact
from sla.models.lives import Life, Mark
from sla.models.responsibility import LifeEvent, Segment

__all__ = ["Client", "ClientContact", "Life", "LifeEvent", "Mark", "Segment"]
