"""Freezes: declared, altered, ended; when they are, what they hit, and who is let in."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting, told_moment
from changes.models import (
    Change,
    FreezeOccurrence,
    FreezeWindow,
    FrozenService,
    MaintenanceWindow,
)
from changes.recurrence import Dated, Recurring, Window, occurrences
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.calendars import Roll, WorkingCalendar
from people.scope import scope_of
from records.services import mask_fields

AHEAD = timedelta(days=548)
"""How far a rule is expanded: eighteen months, every day anew."""

OF_WINDOWS = frozenset(
    {"name", "reason", "is_active", "starts_at", "ends_at", "rule", "begins_on", "begins_clock"}
    | {"lasts", "time_zone", "roll", "calendar"}
)
EDITABLE = OF_WINDOWS | {"mode", "source", "countries", "tiers", "asset_classes"}
_TEXTS = ("name", "reason")
_FIELD_OF = {"order": "ends_at", "lasts": "lasts", "begins": "begins_on", "zone": "time_zone"}


def declare_freeze(*, actor: Any, services: Iterable[Service] = (), **facts: Any) -> FreezeWindow:
    """From now on changes inside it are kept out, ask for more, or are warned.

    Refused (NotAllowed) to people whose role does not reach everywhere, unless it is narrowed to
    countries that it does reach. ValidationError for rules that cannot be read.
    """
    with transaction.atomic(), acting(actor=actor, action="freeze.declare"):
        window = FreezeWindow()
        _write(window, facts, "add", actor)
        _write_services(window, services, actor)
        expand(window, told_moment())
    return window


def edit_freeze(
    window: FreezeWindow,
    *,
    actor: Any,
    version: int | None = None,
    services: Iterable[Service] | None = None,
    **changes: Any,
) -> FreezeWindow:
    """Correct a freeze. Stale when `version` is not the current one. What is past stays as it was;
    what is to come follows the new words."""
    with transaction.atomic(), acting(actor=actor, action="freeze.edit"):
        row = hold(window, actor=actor, version=version)
        _refuse_beyond_reach(row, "change", actor)
        if services is not None and _write_services(row, services, actor):
            row.version += 1  # the rows hang on this one: whoever edits it must know
        _write(row, changes, "change", actor)
        expand(row, told_moment())
    return row


def end_freeze(window: FreezeWindow, *, actor: Any, note: str) -> FreezeWindow:
    """It holds no longer, from now on. Refused where it holds no more already."""
    with transaction.atomic(), acting(actor=actor, action="freeze.end"):
        told = mask_fields("changes_freezewindow", {"note": note}, actor=actor)
        if not note.strip():
            raise ValidationError({"note": _("Say why.")})
        with acting(reason=told["note"]):
            row = hold(window, actor=actor)
            _refuse_beyond_reach(row, "change", actor)
            if not row.is_active:
                raise Refused(_("this freeze is not in force"))
            end_window(row)
    return row


def end_window(row: FreezeWindow | MaintenanceWindow) -> None:
    """It was until now and is no more."""
    row.is_active = False
    row.save()
    row.refresh_from_db(fields=["version"])
    at = told_moment()
    row.occurrences.filter(starts_at__gte=at).delete()
    row.occurrences.filter(ends_at__gt=at).update(ends_at=at)


def refresh_freezes(at: datetime) -> int:
    """Expand every rule in force once more, those of maintenance windows too, eighteen months
    ahead; returns of how many."""
    models: tuple[Any, ...] = (FreezeWindow, MaintenanceWindow)
    return sum(_refresh(model, at) for model in models)


def _refresh(model: Any, at: datetime) -> int:
    refreshed = 0
    for pk in list(model.objects.filter(is_active=True).values_list("pk", flat=True)):
        with transaction.atomic():
            row = model.objects.select_for_update(no_key=True).get(pk=pk)
            if row.is_active:
                expand(row, at)
                refreshed += 1
    return refreshed


def expand(window: FreezeWindow | MaintenanceWindow, at: datetime) -> None:
    """Make what is to come exactly what the window says; what is past stays."""
    shape = shape_of(window)
    rows = window.occurrences.all()
    if isinstance(shape, Dated):
        wanted = {(shape.starts_at, shape.ends_at)}
    else:
        wanted = set(occurrences(shape, at, at + AHEAD))
        rows = rows.filter(ends_at__gt=at)
    present = {(row.starts_at, row.ends_at): row.pk for row in rows}
    rows.filter(pk__in=[pk for span, pk in present.items() if span not in wanted]).delete()
    times: Any = window.occurrences.model
    times.objects.bulk_create(
        [
            times(window=window, starts_at=start, ends_at=end)
            for start, end in sorted(wanted - set(present))
        ],
        update_conflicts=True,
        unique_fields=["window", "starts_at"],
        update_fields=["ends_at"],
    )


def shape_of(window: FreezeWindow | MaintenanceWindow) -> Window:
    """When it is, as `recurrence` understands it. ValidationError by field where it is never."""
    try:
        if not window.rule:
            return Dated(*_both(window.starts_at, window.ends_at))
        first, clock = _both(window.begins_on, window.begins_clock)
        roll = Roll(window.roll or Roll.NONE)
        return Recurring(
            window.rule,
            datetime.combine(first, clock),
            window.lasts or timedelta(),
            window.time_zone,
            roll,
            None if roll == Roll.NONE else WorkingCalendar.of_country(window.calendar),
        )
    except ValidationError as error:
        field = _FIELD_OF.get(str(error.code), "rule") if hasattr(error, "code") else "rule"
        raise ValidationError({field: error.messages}) from error


def refuse_unreadable(row: FreezeWindow | MaintenanceWindow) -> None:
    """ValidationError by field where the words give no times."""
    if row.roll != Roll.NONE and not row.calendar:
        raise ValidationError({"calendar": _("Say of which country the business days are.")})
    shape_of(row)


def _both(first: Any, second: Any) -> tuple[Any, Any]:
    if first is None or second is None:
        raise ValidationError(
            _("Give two moments, or a rule with its first day, time of day and duration.")
        )
    return first, second


def preview(window: FreezeWindow, *, actor: Any, most: int = 200) -> list[
    tuple[Change, FreezeOccurrence]
]:  # fmt: skip
    """Every pair of a change that the actor sees and the occurrence in which it is planned."""
    at = told_moment()
    hit = Change.objects.visible_to(actor).hit_by(window, at).select_related("team")
    changes = list(hit.order_by("planned_start_at", "pk").defer("search")[:most])
    if not changes:
        return []
    spans = [change.window for change in changes if change.window]
    last = max(end for _start, end in spans)
    near = window.occurrences.filter(starts_at__lt=last, ends_at__gt=min(s for s, _e in spans))
    times = list(near.order_by("starts_at"))
    return [
        (change, time)
        for change in changes
        for time in times
        if change.window and time.starts_at < change.window[1] and time.ends_at > change.window[0]
    ]


def _write(row: FreezeWindow, changes: Mapping[str, Any], verb: str, actor: Any) -> None:
    texts = {name: changes[name] for name in _TEXTS if name in changes}
    fields = dict(changes) | mask_fields("changes_freezewindow", texts, actor=actor)
    for name in fields.keys() & {"countries", "tiers", "asset_classes"}:
        fields[name] = sorted(set(fields[name]))
    for name in fields.keys() & EDITABLE:
        setattr(row, name, fields[name])
    _refuse_beyond_reach(row, verb, actor)
    refuse_unreadable(row)
    store(row, fields, actor=actor, editable=EDITABLE)


def _refuse_beyond_reach(row: FreezeWindow, verb: str, actor: Any) -> None:
    """Whose role holds in one country freezes nothing elsewhere."""
    if actor is None:
        return
    permission = f"changes.{verb}_freezewindow"
    if permission not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
    reach = scope_of(actor).reach_with(permission)
    if not reach.everywhere and not (row.countries and reach.countries >= set(row.countries)):
        raise NotAllowed(_("your role reaches some countries only; narrow the freeze to them"))


def _write_services(row: FreezeWindow, services: Iterable[Service], actor: Any) -> bool:
    """Make the services exactly these, but for those that the actor does not see."""
    wanted = {service.pk for service in services}
    present = set(row.frozen_services.values_list("service", flat=True))
    gone = present - wanted
    if actor is not None and gone:
        seen = Service.objects.visible_to(actor).filter(pk__in=gone)
        gone = set(seen.values_list("pk", flat=True))
    row.frozen_services.filter(service__in=gone).delete()
    FrozenService.objects.bulk_create(
        FrozenService(window=row, service_id=pk) for pk in sorted(wanted - present)
    )
    return bool(gone or wanted - present)
