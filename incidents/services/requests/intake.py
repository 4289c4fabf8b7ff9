"""The portal's form in one step: the request, and the adjustment that it is about."""

from typing import Any

from django.db import transaction

from incidents.models import Request
from incidents.services.requests.adjusting import propose_adjustment
from incidents.services.requests.opening import open_request

_MONEY = ("effect", "amount", "currency", "account", "reason")


@transaction.atomic
def take_in_by_form(*, actor: Any, **facts: Any) -> Request:
    """Open a request; what is given of an account adjustment is proposed with it, or neither is."""
    money = {name: facts.pop(name) for name in _MONEY if name in facts}
    request = open_request(actor=actor, **facts)
    if money:
        propose_adjustment(request, actor=actor, **money)
    return request
