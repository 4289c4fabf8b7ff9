"""Writes rows that were checked and confirmed: exactly what the check showed, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from assets.enums import RowOutcome
from assets.importing.checking import errors_of, note_outcomes
from assets.importing.resource import AssetResource
from assets.models import Asset, AssetImportRow
from core.errors import Refused, Stale, ValidationError


@dataclass(frozen=True)
class Services:
    """What writes assets: one with all its checks, or many that were checked."""

    add: Callable[..., Asset]
    edit: Callable[..., Asset]
    add_all: Callable[..., None]
    edit_all: Callable[..., None]


class RowWriter:
    """Adds or changes the assets of rows, by the services it was given, in the transaction around.

    Refused is what has changed since the check: nobody finds what they were not shown.
    """

    def __init__(self, actor: Any, services: Services, *, tidy: Callable[..., Any]) -> None:
        self._actor, self._services = actor, services
        self._one = AssetResource(actor, write=self._write, tidy=tidy)
        self._many = AssetResource(actor, write=self._collect, tidy=tidy)

    def write_all(self, rows: Sequence[AssetImportRow]) -> None:
        """Write the rows' assets in a few statements, and note on each row what became of it.

        What is refused only then, be it one of them, sends all of them the long way.
        """
        try:
            with transaction.atomic():
                self._write_at_once(rows)
        except OperationalError:
            raise
        except (Refused, ValidationError, DatabaseError):
            for row in rows:
                self.write(row)

    def write(self, row: AssetImportRow) -> None:
        """Write one row's asset with all that its service looks at."""
        self._row = row
        result = self._one.check(row.line, row.cells)
        _note(row, result)
        if not row.errors:
            row.asset_id = result.instance.pk
        row.save(update_fields=["outcome", "errors", "asset"])

    def _write_at_once(self, rows: Sequence[AssetImportRow]) -> None:
        self._added: list[Asset] = []
        self._changed: list[Asset] = []
        self._many.prepare([row.cells for row in rows], hold=True)
        written, columns = [], set[str]()
        for row in rows:
            self._row = row
            result = self._many.check(row.line, row.cells)
            _note(row, result)
            if not row.errors:
                written.append((row, result.instance))
            if row.outcome == RowOutcome.CHANGED:
                columns |= self._many.differing(result.original, result.instance)
        if self._added:
            self._services.add_all(self._added, actor=self._actor)
        if self._changed:
            self._services.edit_all(self._changed, columns, actor=self._actor)
        for row, asset in written:
            row.asset_id = asset.pk
        note_outcomes(list(rows), ["outcome", "errors", "asset"])

    def _write(self, asset: Asset, facts: Mapping[str, Any]) -> Asset:
        self._refuse_another(asset)
        if asset.pk is None:
            return self._services.add(actor=self._actor, **facts)
        version = self._row.seen_version
        return self._services.edit(asset, actor=self._actor, version=version, **facts)

    def _collect(self, asset: Asset, facts: Mapping[str, Any]) -> Asset:
        self._refuse_another(asset)
        if asset.pk and asset.version != self._row.seen_version:
            raise Stale(_("somebody else changed this record meanwhile"))
        (self._changed if asset.pk else self._added).append(asset)
        return asset

    def _refuse_another(self, asset: Asset) -> None:
        if asset.pk != self._row.asset_id:
            raise Refused(_("another asset of this name was made since the file was checked"))


def _note(row: AssetImportRow, result: Any) -> None:
    row.errors = errors_of(result)
    if row.errors:
        row.outcome = RowOutcome.REFUSED
    elif result.is_skip():
        row.outcome = RowOutcome.UNCHANGED
    else:
        row.outcome = RowOutcome.CREATED if result.is_new() else RowOutcome.CHANGED
