"""Service reviews of the demo world: closed ones of past quarters with actions and an improvement
plan under way, and one that is planned."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from core.errors import Refused, ValidationError
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.models import Scorecard, ServiceReview
from vendors.scorecards.enums import CardStatus, PeriodKind
from vendors.scorecards.periods import Period

_REVIEWED = (
    ("Red Andamio", "Jimena Robles", "Gerente de cuenta"),
    ("Procesadora Mirador", "Óscar Villalba", "Director de servicio"),
)
_ACTIONS = (
    "Entregar el informe semanal de capacidad",
    "Revisar el escalamiento nocturno",
    "Probar la conmutación con nosotros",
    "Corregir los avisos de mantenimiento",
)
_AGREED = (
    "Se revisaron los indicadores; el proveedor explica las desviaciones y acepta las acciones."
)
_CLOSED = 4  # quarters for each vendor


def tell_reviews(world: World, base: datetime) -> int:
    """Quarter by quarter, the oldest first; returns how many reviews there are."""
    if not {"vendor_manager", "finance", "service_manager"} <= set(world.users):
        return 0
    if ServiceReview.objects.exists():
        return 0
    for name, contact, role in _REVIEWED:
        cards = Scorecard.objects.filter(vendor__name=name, period=PeriodKind.QUARTER)
        locked = list(cards.filter(status=CardStatus.LOCKED).order_by("-starts_on")[:_CLOSED])
        for number, card in enumerate(reversed(locked)):
            with in_one_piece():
                _tell_closed(world, card, number, len(locked), (contact, role), base)
    with in_one_piece():
        _tell_planned(world, base)
    return ServiceReview.objects.count()


def _tell_closed(
    world: World,
    card: Scorecard,
    number: int,
    count: int,
    contact: tuple[str, str],
    base: datetime,
) -> None:
    """A fortnight after the quarter; closed two days later."""
    manager, finance = world.users["vendor_manager"], world.users["finance"]
    at = Period(card.period, card.starts_on).ends_at + timedelta(days=14, hours=16)
    if at + timedelta(days=2) > base:
        return

    def on(days: int) -> Any:
        return acting(channel=Channel.DEMO, at=min(at + timedelta(days=days), base))

    with on(-7):
        facts = {"planned_at": at, "place": "Sala Cedro, Ciudad de México", "chair": manager}
        review = services.plan_review(actor=manager, scorecard=card, **facts)
        services.add_attendee(review, actor=manager, name=contact[0], role=contact[1])
        services.add_attendee(review, actor=manager, user=finance)
    with on(0):
        services.hold_review(review, actor=manager)
        services.tell_attendance(review, actor=finance, there=list(review.attendees.all()))
        services.write_minutes(review, actor=finance, number=1, minutes=_AGREED)
        due_on = timezone.localdate(at) + timedelta(days=30)
        for who in ({"contact": contact[0]}, {"owner": manager}):
            what = _ACTIONS[(number * 2 + ("owner" in who)) % len(_ACTIONS)]
            services.add_action(review, actor=finance, what=what, due_on=due_on, **who)
        if number >= count - 2:
            _plan(review, contact[0], manager, finance, at, is_agreed=number == count - 2)
    with on(2):
        services.close_review(review, actor=manager)
    if number < count - 1:
        _finish(review, world, on)


def _finish(review: ServiceReview, world: World, on: Any) -> None:
    """The actions of all but the latest are done and verified."""
    for action in review.actions.order_by("pk"):
        with on(25):
            note = "Se recibió y se revisó en la sesión semanal."
            services.finish_action(review, actor=world.users["finance"], part=action, note=note)
        with on(28):
            checker = world.users["service_manager"]
            services.verify_action(review, actor=checker, part=action)


def _plan(
    review: ServiceReview,
    contact: str,
    manager: Any,
    finance: Any,
    at: datetime,
    *,
    is_agreed: bool,
) -> None:
    """For the first figure below its target; nothing where all is well."""
    lines = review.scorecard.lines.select_related("kpi").filter(value__isnull=False, worth__lt=100)
    line = lines.order_by("worth", "kpi").first()
    if line is None:
        return
    try:
        services.draft_improvement(
            review, actor=finance, kpi=line.kpi.key, target_value=Decimal(line.kpi.target),
            due_on=timezone.localdate(at) + timedelta(days=270), contact=contact, owner=manager,
            measures="Duplicar los enlaces, revisar turnos y reportar cada semana.",
        )  # fmt: skip
    except (Refused, ValidationError):
        return
    if is_agreed:
        services.agree_improvement(review, actor=manager, part=review.plans.get())


def _tell_planned(world: World, base: datetime) -> None:
    """Next week, about a scorecard that is open."""
    manager = world.users["vendor_manager"]
    name, contact, role = _REVIEWED[0][0], _REVIEWED[0][1], _REVIEWED[0][2]
    cards = Scorecard.objects.filter(vendor__name=name, period=PeriodKind.MONTH)
    card = cards.filter(status=CardStatus.OPEN).order_by("-starts_on").first()
    if card is None:
        return
    with acting(channel=Channel.DEMO, at=base - timedelta(days=1)):
        facts = {
            "planned_at": base + timedelta(days=7),
            "place": "https://meet.example.com/servicio",
            "chair": manager,
        }
        review = services.plan_review(actor=manager, scorecard=card, **facts)
        services.add_item(review, actor=manager, title="Migración del enlace de respaldo")
        services.add_attendee(review, actor=manager, name=contact, role=role)
