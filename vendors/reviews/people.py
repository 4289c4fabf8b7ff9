"""Whom of ours service reviews may name: those who deal with vendors and read about them."""

from typing import Any

from django.utils import timezone

from people.models import RoleGrant, User
from people.roles import Role

DEALING = (
    *(Role.VENDOR_MANAGER, Role.FINANCE, Role.SERVICE_MANAGER, Role.TEAM_LEAD),
    *(Role.CAB_MEMBER, Role.CAB_CHAIR, Role.SENIOR_APPROVER),
)


def offer_ours(field: Any) -> None:
    """Fill a choice with their active accounts, by the names of their people."""
    held = RoleGrant.objects.in_force(timezone.now()).filter(role__in=DEALING)
    accounts = User.objects.filter(is_active=True, pk__in=held.values("user"))
    field.queryset = accounts.select_related("person").order_by("person__full_name", "username")
    field.label_from_instance = lambda account: f"{account.get_full_name()} ({account})"
