"""Asks for months to be frozen or restated; a job does it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, ValidationError
from core.writing import hold
from people.scope import scope_of
from records.jobs import enqueue_job
from records.models import Job
from sla.freezing import RESTATED_FOR, month_after, month_before
from sla.models import Agreement

FREEZE = "sla.freeze"


def freeze_month(agreement: Agreement, *, actor: Any, month: date, at: datetime) -> Job:
    """Ask for a month of an agreement to be frozen, or restated where it was. Refused
    (ValidationError) for a month that is not over everywhere yet."""
    with transaction.atomic(), acting(actor=actor, action="agreement.freeze"):
        if actor is not None and "sla.change_agreement" not in scope_of(actor).permissions:
            raise NotAllowed(_("your role does not include this action"))
        row = hold(agreement, actor=actor)
        first = month.replace(day=1)
        if month_after(first) >= at.date():
            raise ValidationError({"month": _("This month is not over yet.")})
        params = {"months": [first.isoformat()], "agreement": row.pk}
        params["asked_by"] = actor and actor.pk
        return enqueue_job(FREEZE, actor=actor, params=params)


def freeze_last_months(*, at: datetime) -> Job:
    """Ask, of all agreements, for the last month to be frozen and those before it to be looked at
    again."""
    months = [month_before(at.date())]
    while len(months) < RESTATED_FOR:
        months.append(month_before(months[-1]))
    with transaction.atomic(), acting(action="agreement.freeze"):
        told = [month.isoformat() for month in reversed(months)]
        return enqueue_job(FREEZE, actor=None, params={"months": told})
