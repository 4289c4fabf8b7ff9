"""What the states of ServiceNow's incidents are here."""

from incidents.enums import IncidentChannel, Status

# Awaiting Problem is time of our own: the cause is looked for here, nobody outside holds it.
STATES = {
    "new": Status.NEW,
    "active": Status.IN_PROGRESS,
    "in progress": Status.IN_PROGRESS,
    "awaiting problem": Status.IN_PROGRESS,
    "awaiting user info": Status.PENDING_CUSTOMER,
    "awaiting evidence": Status.PENDING_CUSTOMER,
    "awaiting vendor": Status.PENDING_VENDOR,
    "awaiting change": Status.PENDING_CHANGE,
    "resolved": Status.RESOLVED,
    "closed": Status.CLOSED,
    "canceled": Status.CANCELLED,
    "cancelled": Status.CANCELLED,
}
NO_STATE = "-100"  # what the log says where the state was lost
OVER = (Status.RESOLVED, Status.CLOSED, Status.CANCELLED)

CHANNELS = {
    "phone": IncidentChannel.PHONE,
    "ivr": IncidentChannel.PHONE,
    "email": IncidentChannel.EMAIL,
    "self service": IncidentChannel.PORTAL,
    "self-service": IncidentChannel.PORTAL,
    "direct opening": IncidentChannel.PORTAL,
    "walk-in": IncidentChannel.PORTAL,
    "chat": IncidentChannel.CHAT,
    "event": IncidentChannel.MONITORING,
    "monitoring": IncidentChannel.MONITORING,
}
