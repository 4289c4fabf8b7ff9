"""Maintenance windows: agreed, altered, ended; when they are follows from `windows`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting, told_moment
from changes.models import MaintainedService, MaintenanceWindow
from changes.services.windows import OF_WINDOWS, end_window, expand, refuse_unreadable
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.scope import scope_of
from records.services import mask_fields

TABLE = "changes_maintenancewindow"
_TEXTS = ("name", "reason")


def declare_maintenance(
    *, actor: Any, services: Iterable[Service], **facts: Any
) -> MaintenanceWindow:
    """From now on changes of these services belong inside it.

    Refused (NotAllowed) to people whose role does not reach every country of the services.
    ValidationError for no service at all and for rules that cannot be read.
    """
    with transaction.atomic(), acting(actor=actor, action="maintenance.declare"):
        window = MaintenanceWindow()
        chosen = list(services)
        _refuse_beyond_reach("add", chosen, actor)
        _write(window, facts, actor)
        _write_services(window, chosen, actor)
        expand(window, told_moment())
    return window


def edit_maintenance(
    window: MaintenanceWindow,
    *,
    actor: Any,
    version: int | None = None,
    services: Iterable[Service] | None = None,
    **changes: Any,
) -> MaintenanceWindow:
    """Correct it. Stale when `version` is not the current one. What is past stays as it was."""
    with transaction.atomic(), acting(actor=actor, action="maintenance.edit"):
        row = hold(window, actor=actor, version=version)
        _refuse_beyond_reach("change", [*row.services.all()], actor)
        if services is not None:
            chosen = list(services)
            _refuse_beyond_reach("change", chosen, actor)
            if _write_services(row, chosen, actor):
                row.version += 1  # the rows hang on this one: whoever edits it must know
        _write(row, changes, actor)
        expand(row, told_moment())
    return row


def end_maintenance(window: MaintenanceWindow, *, actor: Any, note: str) -> MaintenanceWindow:
    """It is agreed no longer, from now on. Refused where it is not in force."""
    with transaction.atomic(), acting(actor=actor, action="maintenance.end"):
        told = mask_fields(TABLE, {"note": note}, actor=actor)
        if not note.strip():
            raise ValidationError({"note": _("Say why.")})
        with acting(reason=told["note"]):
            row = hold(window, actor=actor)
            _refuse_beyond_reach("change", [*row.services.all()], actor)
            if not row.is_active:
                raise Refused(_("this maintenance window is not in force"))
            end_window(row)
    return row


def _write(row: MaintenanceWindow, changes: Mapping[str, Any], actor: Any) -> None:
    texts = {name: changes[name] for name in _TEXTS if name in changes}
    fields = dict(changes) | mask_fields(TABLE, texts, actor=actor)
    for name in fields.keys() & OF_WINDOWS:
        setattr(row, name, fields[name])
    refuse_unreadable(row)
    store(row, fields, actor=actor, editable=OF_WINDOWS)


def _refuse_beyond_reach(verb: str, services: list[Service], actor: Any) -> None:
    """Whose role holds in one country agrees on nothing elsewhere."""
    if actor is None:
        return
    permission = f"changes.{verb}_maintenancewindow"
    if permission not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
    reach = scope_of(actor).reach_with(permission)
    if reach.everywhere:
        return
    if any(not set(service.countries) <= set(reach.countries) for service in services):
        raise NotAllowed(_("your role does not reach every country of these services"))


def _write_services(row: MaintenanceWindow, services: list[Service], actor: Any) -> bool:
    """Make the services exactly these, but for those that the actor does not see."""
    wanted = {service.pk for service in services}
    present = set(row.maintained_services.values_list("service", flat=True))
    gone = present - wanted
    if actor is not None and gone:
        seen = Service.objects.visible_to(actor).filter(pk__in=gone)
        gone = set(seen.values_list("pk", flat=True))
    if not wanted | (present - gone):
        raise ValidationError({"services": _("Name at least one service.")})
    row.maintained_services.filter(service__in=gone).delete()
    MaintainedService.objects.bulk_create(
        MaintainedService(window=row, service_id=pk) for pk in sorted(wanted - present)
    )
    return bool(gone or wanted - present)
