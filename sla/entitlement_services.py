"""The only writers of clients' portfolios and entitlements."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from people.models import WorkCalendar
from people.scope import scope_of
from sla.enums import WithoutEntitlement
from sla.models import Client, Entitlement, PortfolioService


def add_to_portfolio(
    client: Client, *, actor: Any, service: Service, starts_on: date, ends_on: date | None = None
) -> PortfolioService:
    """The client uses a service from a day on. Refused while it uses it already on any such day."""
    with transaction.atomic(), acting(actor=actor, action="client.add_to_portfolio"):
        held = _held(client, actor)
        row = PortfolioService(client=held, service=service, starts_on=starts_on, ends_on=ends_on)
        row.full_clean()
        then = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
        if ends_on is not None:
            then &= Q(starts_on__lt=ends_on)
        if held.portfolio.filter(then, service=service).exists():
            raise ValidationError({"service": _("The client uses this service already.")})
        row.save()
    return row


def end_in_portfolio(
    client: Client, *, actor: Any, service: Service, ends_on: date
) -> PortfolioService:
    """The client uses a service until before a day. Refused where it uses it no more."""
    with transaction.atomic(), acting(actor=actor, action="client.end_in_portfolio"):
        held = _held(client, actor)
        row = held.portfolio.filter(service=service, ends_on__isnull=True).first()
        if row is None:
            raise Refused(_("the client does not use this service"))
        row.ends_on = ends_on
        row.full_clean()
        row.save()
    return row


def entitle(
    client: Client,
    *,
    actor: Any,
    kinds: list[str],
    channels: list[str],
    starts_on: date,
    ends_on: date | None = None,
    service: Service | None = None,
    hours: WorkCalendar | None = None,
    beyond: str = WithoutEntitlement.WARN,
) -> Entitlement:
    """What the client may ask for, by which channels and when, and what happens beyond it."""
    with transaction.atomic(), acting(actor=actor, action="client.entitle"):
        row = Entitlement(
            client=_held(client, actor),
            service=service,
            kinds=sorted(set(kinds)),
            channels=sorted(set(channels)),
            hours=hours,
            beyond=beyond,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        if hours is not None and not hours.weeks.exists():
            raise ValidationError({"hours": _("This calendar has no working hours yet.")})
        row.full_clean()
        row.save()
    return row


def end_entitlement(
    client: Client, *, actor: Any, entitlement: Entitlement, ends_on: date
) -> Entitlement:
    """It holds until before a day. Refused where it ended before that."""
    with transaction.atomic(), acting(actor=actor, action="client.end_entitlement"):
        held = _held(client, actor)
        row = held.entitlements.select_for_update().get(pk=entitlement.pk)
        if row.ends_on is not None and row.ends_on <= ends_on:
            raise Refused(_("it ends before that already"))
        row.ends_on = ends_on
        row.full_clean()
        row.save()
    return row


def _held(client: Client, actor: Any) -> Client:
    """The client, locked, for somebody whose role reaches its country."""
    row = hold(client, actor=actor)
    if actor is not None:
        reach = scope_of(actor).reach_with("sla.change_client")
        if not (reach.everywhere or row.country in reach.countries):
            raise NotAllowed(_("your role does not reach this client's country"))
    return row
