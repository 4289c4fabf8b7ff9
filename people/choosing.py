"""How dialogs offer people: those whom the person knows, by the name that colleagues use."""

from typing import Any

from people.models import User


def offer_people(field: Any, actor: Any) -> None:
    """Fill a choice of one account with the active ones that the actor sees."""
    people = User.objects.visible_to(actor).filter(is_active=True)
    field.queryset = people.select_related("person").order_by("person__full_name", "username")
    field.label_from_instance = full_name


def full_name(user: Any) -> str:
    """“Alma Núñez (agent_l1)”; a service account has its username only."""
    return f"{user.get_full_name()} ({user})" if user.person else str(user)
