"""When a certification may be verified or rejected, and by whom."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from people.growth.querysets import people_within
from people.roles import Role
from people.scope import scope_of


def may_verify(actor: Any) -> bool:
    return "people.verify_certification" in scope_of(actor).permissions


def is_held_by_another(certification: Any, actor: Any) -> Reason | None:
    """Nobody verifies their own, under any account."""
    if actor is not None and actor.person_id == certification.holder_id:
        return _("you do not verify what you hold yourself")
    return None


def is_led_by_actor(certification: Any, actor: Any) -> Reason | None:
    if actor is None:
        return None
    reach = scope_of(actor).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER)
    if reach.everywhere or people_within(reach).filter(person=certification.holder_id).exists():
        return None
    return _("you do not lead a team of this person")


def has_its_document(certification: Any, actor: Any) -> Reason | None:
    return None if certification.documents.exists() else _("its document is not attached")
