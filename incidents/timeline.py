"""All that happened to an incident as one list of data, newest first. The portal's page draws its
own from the same rows."""

from typing import Any

from core.history import history_of
from incidents.models import Incident
from sla.models import Mark


def timeline_entries(incident: Incident, user: Any, limit: int) -> list[dict[str, Any]]:
    """Comments, marks that hold, files and changes: at most `limit`, five queries."""
    entries = [
        _entry(c.created_at, "comment", c.author, c.text, id=c.pk, is_internal=c.is_internal)
        for c in incident.comments.select_related("author").order_by("-pk")[:limit]
    ]
    entries += [
        _entry(f.created_at, "file", f.uploaded_by, f.name, id=f.pk, size=f.size, sha256=f.sha256)
        for f in incident.attachments.select_related("uploaded_by").order_by("-pk")[:limit]
    ]
    entries += [
        _entry(m.at, "mark", m.set_by, m.evidence, mark=m.kind, precision=m.precision)
        for m in Mark.objects.current().filter(life=incident.life_id).select_related("set_by")
    ]
    entries += [
        _entry(
            line.at,
            "change",
            line.actor,
            line.reason,
            action=line.action,
            fields=[change.field.name for change in line.changes],
        )
        for line in history_of(incident, user, limit=limit)
    ]
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)[:limit]


def _entry(at: Any, kind: str, actor: Any, text: str, **details: Any) -> dict[str, Any]:
    return {"at": at, "kind": kind, "actor": str(actor or ""), "text": text, "details": details}
