"""How every verb on a record begins and ends: locked, checked, recorded under its name, its life
told, still in sight. Incidents, requests and problems each bind it to their own rules."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Reason
from core.transitions import Workflow
from core.writing import refuse_stale
from records.services import mask_fields
from sla.life_services import Happening, tell

_SEEN_BY = {"team_id", "service_id", "vendor_id"}  # what decides who sees a record


@dataclass(frozen=True)
class Verbs[R: Model]:
    """The verbs of one kind of record, which has a status, a life and a version.

    `happened` says what a life is told of the columns before and the row after; `out_of_sight`
    what somebody hears who would no longer see it.
    """

    model: type[R]
    workflow: Workflow
    may_work: Callable[[Any], bool]
    is_within_reach: Callable[[Any, Any], Reason | None]
    happened: Callable[[dict[str, Any], Any], Iterable[Happening]]
    out_of_sight: Reason

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @contextmanager
    def step(
        self, record: R, action: str, *, actor: Any, note: str = "", at: datetime | None = None
    ) -> Iterator[R]:
        """One move of the workflow, made at a moment (now, where none is given): yields the locked
        row with its new status, then saves it and tells its life."""
        with self._locked(record, action, actor=actor, note=note) as row:
            self._reaches(row, actor)
            before = _columns(row)
            row.status = self.workflow.check(row, action, actor).target
            yield row
            self._save(row, actor, before, at)

    @contextmanager
    def work(
        self, record: R, action: str, *, actor: Any, note: str = "", at: datetime | None = None
    ) -> Iterator[R]:
        """Work that does not move the workflow: yields the locked row, then saves it.

        Refused to those whose role does not include it or does not reach the record.
        """
        with self._locked(record, action, actor=actor, note=note) as row:
            if not self.may_work(actor):
                raise NotAllowed(_("your role does not include this action"))
            self._reaches(row, actor)
            before = _columns(row)
            yield row
            if _columns(row) != before:
                self._save(row, actor, before, at)

    def lock(self, record: R, actor: Any) -> R:
        """The row as it is now, held until the transaction ends; DoesNotExist when out of sight.

        The key is left free: a link to a record that somebody else holds need not wait, and two
        people who link two records to each other do not wait for each other for ever.
        """
        rows = self.seen_by(actor).select_related("life").defer("search")
        row: R = rows.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
        refuse_stale(row)
        return row

    def hold(self, pks: Iterable[int]) -> dict[int, str]:
        """Hold several until the transaction ends, always in the same order; their statuses by id.
        What takes one after the other has all that it needs before it begins."""
        rows = self.model._default_manager.filter(pk__in=sorted(set(pks))).order_by("pk")
        held = rows.select_for_update(of=("self",), no_key=True).values_list("pk", "status")
        return dict(held)

    def stays_in_sight(self, row: R, actor: Any) -> int:
        """Nobody moves a record to where they could not see it any more. Gives the version it
        has."""
        version = self.seen_by(actor).filter(pk=row.pk).values_list("version", flat=True).first()
        if version is None:
            raise NotAllowed(self.out_of_sight)
        return int(version)

    def seen_by(self, actor: Any) -> Any:
        manager: Any = self.model._default_manager
        return manager.all() if actor is None else manager.visible_to(actor)

    @contextmanager
    def _locked(self, record: Any, action: str, *, actor: Any, note: str) -> Iterator[Any]:
        name = self.model._meta.model_name
        with transaction.atomic(), acting(actor=actor, action=f"{name}.{action}"):
            told = mask_fields(self.table, {"note": note}, actor=actor, reference=record.reference)
            with acting(reason=told["note"]):
                yield self.lock(record, actor)

    def _reaches(self, row: R, actor: Any) -> None:
        """Seeing it but not working there is a matter of the person, not of the record's state."""
        if self.may_work(actor) and (reason := self.is_within_reach(row, actor)):
            raise NotAllowed(reason)

    def _save(self, row: Any, actor: Any, before: dict[str, Any], at: datetime | None) -> None:
        """Tell its life what happened, write what is new in the row, and take over the version
        that the database gave it. What stays is not sent: from long texts the words of the search
        would be made anew."""
        if happened := list(self.happened(before, row)):
            tell(row.life, *happened, actor=actor, at=at)
        changed = {name for name, value in _columns(row).items() if value != before[name]}
        row.save(update_fields=changed)
        row.version = self.stays_in_sight(row, actor if changed & _SEEN_BY else None)


def _columns(row: Model) -> dict[str, Any]:
    return {field.attname: row.__dict__.get(field.attname) for field in row._meta.concrete_fields}
