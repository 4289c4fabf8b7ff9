"""Writes what a change says: its own texts and what it touches; freezes it, and thaws it."""

from collections.abc import Iterable, Mapping
from typing import Any

from audit.context import told_moment
from changes.content import MATERIAL_PARTS, canonical, content_of, hash_of
from changes.models import (
    AffectedClient,
    AffectedService,
    Change,
    ChangeCommit,
    ChangedAsset,
    ContentVersion,
)
from changes.parts import parts_of
from changes.services.locking import TABLE
from changes.services.tasks import move_tasks
from core.querysets import visible_rows
from records.services import mask_fields

TEXTS = (
    "title",
    "reason",
    "description",
    "security_impact",
    "test_plan",
    "test_result",
    "backout_plan",
    "communication_plan",
)
_ROWS = {
    "services": (AffectedService, "service"),
    "assets": (ChangedAsset, "asset"),
    "clients": (AffectedClient, "client"),
}


def write(row: Change, given: Mapping[str, Any], *, actor: Any) -> bool:
    """Set fields and parts of a locked change; says whether rows of parts came or went."""
    texts = {name: given[name] for name in TEXTS if name in given}
    reference = row.reference if row.pk and not row._state.adding else ""
    fields = dict(given) | mask_fields(TABLE, texts, actor=actor, reference=reference)
    parts = {name: fields.pop(name) for name in MATERIAL_PARTS if name in fields}
    began = row.planned_start_at
    for name, value in fields.items():
        setattr(row, name, value)
    if reference and began and row.planned_start_at:
        move_tasks(row, row.planned_start_at - began)
    return write_parts(row, parts, actor=actor) if reference else False


def write_parts(row: Change, parts: Mapping[str, Iterable[Any]], *, actor: Any) -> bool:
    """Make the parts exactly these. What the actor does not see stays: nobody takes away what
    they were never shown."""
    altered = False
    for name, chosen in parts.items():
        if name == "commits":
            altered |= _write_commits(row, chosen)
            continue
        model, target = _ROWS[name]
        wanted = {record.pk for record in chosen}
        rows = model._default_manager.filter(change=row)
        present = set(rows.values_list(target, flat=True))
        gone = present - wanted
        if actor is not None and gone:
            related: Any = model._meta.get_field(target).related_model
            seen = visible_rows(related, actor).filter(pk__in=gone)
            gone = set(seen.values_list("pk", flat=True))
        rows.filter(**{f"{target}__in": gone}).delete()
        model._default_manager.bulk_create(
            model(change=row, **{f"{target}_id": pk}) for pk in sorted(wanted - present)
        )
        altered |= bool(gone or wanted - present)
    return altered


def _write_commits(row: Change, chosen: Iterable[tuple[str, str]]) -> bool:
    wanted = set(chosen)
    present = {(c.repository, c.commit): c.pk for c in row.commits.all()}
    gone = [pk for key, pk in present.items() if key not in wanted]
    row.commits.filter(pk__in=gone).delete()
    ChangeCommit.objects.bulk_create(
        ChangeCommit(change=row, repository=repository, commit=commit)
        for repository, commit in sorted(wanted - set(present))
    )
    return bool(gone or wanted - set(present))


def freeze(row: Change, *, actor: Any) -> ContentVersion:
    """Keep what the change says now as its next version, and name it on the change."""
    number = row.versions.count() + 1
    text = canonical(content_of(row, number=number, parts=parts_of(row)))
    version = ContentVersion.objects.create(
        change=row,
        number=number,
        content=text,
        sha256=hash_of(text),
        frozen_at=told_moment(),
        frozen_by=actor,
    )
    row.version_hash = version.sha256
    return version
