"""Taking a part of a record out: it becomes a record of its own, and both say so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, ValidationError
from incidents.enums import LinkKind
from incidents.models import Incident, Request
from incidents.services.opening import open_incident
from incidents.services.requests.opening import open_request
from incidents.services.whichever import work_on


def split[R: Incident | Request](
    record: R,
    *,
    actor: Any,
    title: str,
    note: str,
    description: str = "",
    comments: Iterable[int] = (),
    files: Iterable[int] = (),
    at: datetime | None = None,
) -> R:
    """Open a new record for a part of an open one: for the same service, client and team, as
    urgent, without an owner; its life begins now. Chosen comments and files stand on both, under
    who wrote and gave them, when they did. Gives the new record.

    Refused: what is over, comments and files of other records, and a request that its client is
    not entitled to.
    """
    with work_on(record, "split", actor=actor, note=note) as row:
        if not row.is_open:
            raise Refused(_("only an open record is split"))
        said = _chosen("comments", row.comments, comments)
        given = _chosen("files", row.attachments, files)
        opened = {"actor": actor, "title": title, "description": description, "at": at}
        made: R = _open_request(row, opened) if isinstance(row, Request) else _open(row, opened)
        row.links.model.objects.create(
            source=made, kind=LinkKind.SPLIT_FROM, target=row, created_by=actor
        )
        for rows in (said, given):
            _copy(rows, made)
    return made


def _open(row: Incident, opened: dict[str, Any]) -> Any:
    return open_incident(
        **opened,
        service=row.service,
        team=row.team,
        client=row.client,
        vendor=row.vendor,
        tier=row.tier,
        channel=row.channel,
        impact=row.impact,
        urgency=row.urgency,
        assets=[affected.asset for affected in row.affected_assets.select_related("asset")],
    )


def _open_request(row: Request, opened: dict[str, Any]) -> Any:
    return open_request(
        **opened,
        kind=row.kind,
        request_type=row.request_type,
        service=row.service,
        team=row.team,
        client=row.client,
        contact=row.contact,
        asked_by=row.asked_by,
        channel=row.channel,
        language=row.language,
        priority=row.priority,
    )


def _chosen(name: str, rows: Any, pks: Iterable[int]) -> list[Any]:
    """Those rows of the record, all of them or none."""
    wanted = set(pks)
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise ValidationError({name: _("Choose among those of this record.")})
    return found


def _copy(rows: list[Any], made: Incident | Request) -> None:
    """The same on another record. Equal files are one in the storage."""
    of = str(made._meta.model_name)
    for row in rows:
        row.pk, row._state.adding = None, True
        setattr(row, of, made)
    if rows:
        type(rows[0]).objects.bulk_create(rows)
