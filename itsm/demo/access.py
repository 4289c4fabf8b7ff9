"""The reviews of access of the demo world: one closed half a year ago, one that is running."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.context import Channel, acting
from itsm.demo.founding import BEGINNING, SINCE, World
from people import services
from people.models import AccessReview, AccessReviewItem, Person, User
from people.roles import Role

_PAST, _NOW = timedelta(days=172), timedelta(days=9)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_LEAVER, _ROBOT = "ext.mquintana", "svc-conciliacion"
_MOVED = "rnavarrete"
_WHY_LEAVER = "Contrato de consultoría terminado; ya no participa en la mesa."
_WHY_MOVED = "Cambió al área de analítica; ya no atiende reglas de riesgo."
_SIGNED = "Revisado con los líderes de cada mesa. El acceso restante corresponde a sus funciones."


def tell_access_reviews(world: World, base: datetime) -> int:
    """Tell both; returns how many were new. The accounts that they are about come first."""
    if AccessReview.objects.exists():
        return 0
    with transaction.atomic():
        with acting(channel=Channel.DEMO, at=BEGINNING):
            _found_accounts(world)
        _tell_past(world, base - _PAST)
        _tell_running(world, base - _NOW)
    return 2


def _found_accounts(world: World) -> None:
    """A consultant who has left since, and a program's account: every list holds such."""
    team = world.teams["payments-l1"]
    human: Person = services.hire_person(
        actor=None,
        full_name="Mario Quintana",
        subsidiary=team.subsidiary,
        employee_number="X00017",
        job_title="Consultor externo",
    )
    leaver = services.create_account(
        actor=None, username=_LEAVER, email=f"{_LEAVER}@cobalto.example", person=human
    )
    services.add_to_team(human, team, actor=None, starts_on=SINCE)
    services.grant_role(
        leaver, Role.AGENT, actor=None, reason="Proyecto de migración", team=team,
        starts_at=BEGINNING,
    )  # fmt: skip
    robot = services.create_account(actor=None, username=_ROBOT, email=f"{_ROBOT}@cobalto.example")
    services.grant_role(
        robot, Role.FINANCE, actor=None, reason="Conciliación nocturna", country="MX",
        starts_at=BEGINNING,
    )  # fmt: skip


def _started(world: World, at: datetime) -> AccessReview:
    owner = world.users["security_admin"]
    with _told(at - 14 * _DAY, owner):
        review = services.announce_review(
            actor=owner, owner=owner, starts_on=at.date(), due_on=(at + 30 * _DAY).date()
        )
    with _told(at, owner):
        return services.start_review(review, actor=owner)


def _tell_past(world: World, at: datetime) -> None:
    review = _started(world, at)
    for item, moment in _in_turn(review, at + _DAY):
        with _told(moment, item.reviewer):
            if item.account.username == _LEAVER:
                services.remove_access(item, actor=item.reviewer, comment=_WHY_LEAVER)
            else:
                services.keep_access(item, actor=item.reviewer)
    gone = User.objects.get(username=_LEAVER)
    with _told(at + 16 * _DAY, world.users["security_admin"]):
        services.disable_account(
            gone, actor=world.users["security_admin"], reason=f"{review.reference}: revisión"
        )
    with _told(at + 20 * _DAY, world.users["senior_approver"]):
        services.sign_off_review(review, actor=world.users["senior_approver"], note=_SIGNED)


def _tell_running(world: World, at: datetime) -> None:
    """Most leads are through, those that visitors sign in as have work left."""
    review = _started(world, at)
    for number, (item, moment) in enumerate(_in_turn(review, at + _DAY)):
        if item.account.username == _MOVED:
            with _told(at + 2 * _DAY, item.reviewer):
                services.remove_access(item, actor=item.reviewer, comment=_WHY_MOVED)
        elif item.reviewer.username == "ccaicedo" or (
            item.reviewer.username in ("service_manager", "security_admin") and number % 2
        ):
            with _told(moment, item.reviewer):
                services.keep_access(item, actor=item.reviewer)


def _in_turn(review: AccessReview, at: datetime) -> list[tuple[AccessReviewItem, datetime]]:
    """Each account with the moment it is decided, a few minutes after the one before."""
    items = review.items.select_related("account", "reviewer").order_by("number")
    return [(item, at + n * 3 * _MINUTE) for n, item in enumerate(items)]


def _told(at: datetime, actor: Any) -> Any:
    return acting(channel=Channel.DEMO, at=at, actor=actor)
