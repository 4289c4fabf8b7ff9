"""Taking a part of an incident out: it becomes an incident of its own, and both say so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, ValidationError
from incidents.enums import LinkKind
from incidents.models import Incident, IncidentAttachment, IncidentComment, IncidentLink
from incidents.services.locking import work
from incidents.services.opening import open_incident


def split_incident(
    incident: Incident,
    *,
    actor: Any,
    title: str,
    note: str,
    description: str = "",
    comments: Iterable[int] = (),
    files: Iterable[int] = (),
    at: datetime | None = None,
) -> Incident:
    """Open a new incident for a part of an open one: for the same service, client and team, as
    urgent, without an owner; its life begins now. Chosen comments and files stand on both, under
    who wrote and gave them, when they did. Gives the new incident.

    Refused: what is over, and comments and files of other incidents.
    """
    with work(incident, "split", actor=actor, note=note) as row:
        if not row.is_open:
            raise Refused(_("only an open incident is split"))
        said = _chosen("comments", row.comments, comments)
        given = _chosen("files", row.attachments, files)
        made = open_incident(
            actor=actor,
            title=title,
            description=description,
            service=row.service,
            team=row.team,
            client=row.client,
            vendor=row.vendor,
            tier=row.tier,
            channel=row.channel,
            impact=row.impact,
            urgency=row.urgency,
            assets=[affected.asset for affected in row.affected_assets.select_related("asset")],
            at=at,
        )
        IncidentLink.objects.create(
            source=made, kind=LinkKind.SPLIT_FROM, target=row, created_by=actor
        )
        IncidentComment.objects.bulk_create(_copies(said, made))
        IncidentAttachment.objects.bulk_create(_copies(given, made))
    return made


def _chosen(name: str, rows: Any, pks: Iterable[int]) -> list[Any]:
    """Those rows of the incident, all of them or none."""
    wanted = set(pks)
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise ValidationError({name: _("Choose among those of this incident.")})
    return found


def _copies(rows: list[Any], made: Incident) -> list[Any]:
    """The same on another incident. Equal files are one in the storage."""
    for row in rows:
        row.pk, row.incident, row._state.adding = None, made, True
    return rows
