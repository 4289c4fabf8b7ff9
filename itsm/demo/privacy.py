"""Requests of data subjects in the demo world: one answered, one that waits, one in approval."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.context import Channel, acting
from itsm.demo.founding import World
from people import services
from people.models import PrivacyRequest, User
from people.services.retention import count_what_is_due

_DAY = timedelta(days=1)
_ACCESS = "Solicito copia de los datos personales que conservan sobre mí."
_ACCESS_ANSWER = "Se entregó el informe en la oficina de Reforma, con identificación oficial."
_DELETE = (
    "Terminó mi contrato de consultoría. Solicito la cancelación de mis datos personales en sus "
    "sistemas de atención."
)
_DELETE_ANSWER = "Procede. Sus datos se bloquean hoy y se suprimen al prescribir las acciones."
_PHONE = "Ya no soy el contacto de la tienda. Pido que dejen de llamarme a este número."
_GROUND = "LFPDPPP, artículos 24 y 25"


def tell_privacy_requests(world: World, base: datetime) -> int:
    """Three requests; returns how many were new."""
    if PrivacyRequest.objects.exists():
        return 0
    partner, officer = world.users["hr_partner"], world.users["security_admin"]
    with transaction.atomic():
        with _told(base - 60 * _DAY, partner):
            access = _recorded(
                base - 61 * _DAY, partner, "access", "Lucía Ferrer Aguado", "lucia@ferrer.example",
                _ACCESS,
            )  # fmt: skip
        with _told(base - 52 * _DAY, partner):
            access = services.accept_request(
                access, actor=partner, ground="LFPDPPP, artículo 22", answer="Procede.",
                blocked_until=None,
            )  # fmt: skip
        with _told(base - 45 * _DAY, partner):
            services.carry_out_request(access, actor=partner, answer=_ACCESS_ANSWER)
        _tell_cancellation(base, partner, officer)
        count_what_is_due(base)
        with _told(base - 3 * _DAY, officer):
            _recorded(
                base - 4 * _DAY, officer, "opposition", "Rogelio Paz Sandoval", "+52 55 5555 0148",
                _PHONE,
            )  # fmt: skip
    return 3


def _tell_cancellation(base: datetime, partner: User, officer: User) -> None:
    """The consultant of the access review: chosen, accepted, approved by one of two."""
    account = User.objects.select_related("person").filter(username="ext.mquintana").first()
    if account is None or account.person is None:
        return
    with _told(base - 12 * _DAY, partner):
        request = _recorded(
            base - 13 * _DAY, partner, "cancellation", account.person.full_name,
            "mario.quintana@correo.example", _DELETE, person=account.person,
        )  # fmt: skip
        codes = [f"people.Person:{account.person_id}", f"people.User:{account.pk}"]
        request = services.choose_records(request, actor=partner, codes=codes)
    with _told(base - 6 * _DAY, partner):
        request = services.accept_request(
            request, actor=partner, ground=_GROUND, answer=_DELETE_ANSWER,
            blocked_until=(base + 365 * _DAY).date(),
        )  # fmt: skip
    with _told(base - 5 * _DAY, officer):
        services.approve_erasure(request, actor=officer)


def _recorded(
    received: datetime, actor: User, kind: str, subject: str, address: str, asked: str, **more: Any
) -> PrivacyRequest:
    return services.record_request(
        actor=actor, kind=kind, subject=subject, address=address, asked=asked,
        received_on=received.date(), **more,
    )  # fmt: skip


def _told(at: datetime, actor: Any) -> Any:
    return acting(channel=Channel.DEMO, at=at, actor=actor)
