"""Who plays a part in a change, and what its content consists of beside its own columns."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from changes.models import Change
from people.models import Person, User


def involved_people(change: Change) -> Any:
    """The people who asked for it, made it or do it: they do not approve it (ids, a subquery).

    By person and not by account: a second account of somebody involved is involved too.
    """
    accounts = [pk for pk in (change.requester_id, change.builder_id, change.implementer_id) if pk]
    seats = Person.objects.filter(accounts__in=accounts)
    doing = Person.objects.filter(accounts__change_tasks__change=change)
    return (seats | doing).order_by().values("pk")


def involved_accounts(change: Change) -> Any:
    """The accounts that play those parts."""
    accounts = [pk for pk in (change.requester_id, change.builder_id, change.implementer_id) if pk]
    doing = change.tasks.filter(assignee__isnull=False).values("assignee")
    return User.objects.filter(Q(pk__in=accounts) | Q(pk__in=doing))


def parts_of(change: Change) -> Mapping[str, list[str]]:
    """What is material and lies in rows of its own, each as people and programs name it."""
    return {
        "services": list(change.affected_services.values_list("service__reference", flat=True)),
        "assets": list(change.changed_assets.values_list("asset__reference", flat=True)),
        "clients": list(change.affected_clients.values_list("client__slug", flat=True)),
        "commits": [f"{c.repository}@{c.commit}" for c in change.commits.all()],
    }
