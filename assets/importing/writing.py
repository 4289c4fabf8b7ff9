"""Writes rows that were checked and confirmed: exactly what the check showed, or nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.enums import RowOutcome
from assets.importing.checking import errors_of
from assets.importing.resource import AssetResource
from assets.models import Asset, AssetImportRow
from core.errors import Refused


class RowWriter:
    """Adds or changes the asset of one row after the other, by the services it was given."""

    def __init__(
        self,
        actor: Any,
        *,
        add: Callable[..., Asset],
        edit: Callable[..., Asset],
        tidy: Callable[..., Any],
    ) -> None:
        self._actor, self._add, self._edit = actor, add, edit
        self._resource = AssetResource(actor, write=self._write, tidy=tidy)

    def write(self, row: AssetImportRow) -> None:
        """Write the row's asset and note on the row what became of it, in the transaction around.

        Refused is what has changed since the check: nobody finds what they were not shown.
        """
        self._row = row
        result = self._resource.check(row.line, row.cells)
        row.errors = errors_of(result)
        if row.errors:
            row.outcome = RowOutcome.REFUSED
        elif result.is_skip():
            row.outcome = RowOutcome.UNCHANGED
        else:
            row.outcome = RowOutcome.CREATED if result.is_new() else RowOutcome.CHANGED
            row.asset_id = result.instance.pk
        row.save(update_fields=["outcome", "errors", "asset"])

    def _write(self, asset: Asset, facts: Mapping[str, Any]) -> Asset:
        if asset.pk != self._row.asset_id:
            raise Refused(_("another asset of this name was made since the file was checked"))
        if asset.pk is None:
            return self._add(actor=self._actor, **facts)
        return self._edit(asset, actor=self._actor, version=self._row.seen_version, **facts)
