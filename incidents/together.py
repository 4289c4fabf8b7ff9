"""What people do together on an incident, as its page shows it: where it went, whole and parts,
vendors, promises. Read once for a page, in a constant number of queries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin import Button, Panel
from core.showing import ago, badge, link, moment
from incidents.enums import ConsultationState, LinkKind, PromiseOutcome, Status
from incidents.help_panel import calls_of, help_facts, help_section
from incidents.models import (
    Cascade,
    Consultation,
    Incident,
    IncidentLink,
    Merge,
    PromisedContact,
    VendorEscalation,
)
from incidents.page import priority_badge, status_badge
from incidents.rules import is_asked

type ButtonFor = Callable[..., Button | None]

OUTCOME_TONES = {PromiseOutcome.KEPT: "green", PromiseOutcome.BROKEN: "red"}


@dataclass(frozen=True)
class Together:
    """All of it, as far as the reader sees the other incidents."""

    into: Incident | None
    was_merged: bool
    absorbed: list[Incident]
    whole: IncidentLink | None
    parts: list[IncidentLink]
    cascade: Cascade | None
    escalations: list[VendorEscalation]
    promises: list[PromisedContact]
    consultations: list[Consultation]
    promise: PromisedContact | None = field(default=None)


def together_of(incident: Incident, user: Any) -> Together:
    """Asked once; kept with the incident that the page is made of."""
    kept = getattr(incident, "together", None)
    if kept is None:
        kept = incident.together = _read(incident, user)  # type: ignore[attr-defined]  # -- kept for the page
    return kept


def merged_into(record: Any, user: Any) -> QuerySet[Any]:
    """The records of its kind that went into this one, as far as somebody sees them."""
    standing = Merge.objects.filter(
        life=OuterRef("life"), into=record.life_id, undone_at__isnull=True
    )
    return (
        type(record)
        .objects.visible_to(user)
        .filter(Exists(standing))
        .annotate(status_before=Subquery(standing.values("status_before")))
    )


def _read(incident: Incident, user: Any) -> Together:
    life = incident.life_id
    was_merged, into = gone_into(incident, user)
    whole, parts = family_of(incident, user)
    promises = list(
        PromisedContact.objects.filter(life=life).select_related("promised_by").order_by("-pk")
    )
    asked = Consultation.objects.filter(life=life).order_by("asked_at", "pk")
    escalations = VendorEscalation.objects.filter(life=life).select_related("vendor", "sent_by")
    return Together(
        into=into,
        was_merged=was_merged,
        absorbed=list(merged_into(incident, user).select_related("owner").order_by("pk")),
        whole=whole,
        parts=parts,
        cascade=Cascade.objects.filter(life=life).first(),
        escalations=list(escalations),
        promises=promises,
        consultations=list(asked.select_related("team", "asked_by", "ended_by")),
        promise=next((p for p in promises if p.outcome == PromiseOutcome.OPEN), None),
    )


def family_of(record: Any, user: Any) -> tuple[Any, list[Any]]:
    """The link to the whole that a record is a part of, and those of its parts, as far as somebody
    sees them."""
    seen = type(record).objects.visible_to(user).values("pk")
    near = Q(source=record.pk, target__in=seen) | Q(target=record.pk, source__in=seen)
    links = record.links.model.objects.filter(near, kind=LinkKind.CHILD_OF)
    found = list(links.select_related("source", "source__owner", "target").order_by("pk"))
    whole = next((link for link in found if link.source_id == record.pk), None)
    return whole, [link for link in found if link.target_id == record.pk]


def part_of(found: Any) -> Iterator[tuple[Any, Any]]:
    """Of what is a part: the whole."""
    if found.whole:
        yield _("part of"), link(found.whole.target, found.whole.target.reference)


def gone_into(record: Any, user: Any) -> tuple[bool, Any]:
    """Whether a record was merged, and into which one, where the reader sees that."""
    if record.status != Status.MERGED:
        return False, None
    merge = Merge.objects.filter(life=record.life_id, undone_at__isnull=True).first()
    seen = type(record).objects.visible_to(user)
    return merge is not None, seen.filter(life=merge.into_id).first() if merge else None


def merged_facts(found: Any) -> Iterator[tuple[Any, Any]]:
    """Of what was merged: where it went on."""
    if found.was_merged:
        yield _("merged into"), link(found.into) if found.into else _("a record out of sight")


def header_facts(incident: Incident, user: Any) -> Iterator[tuple[Any, Any]]:
    """What must not be overlooked: it went elsewhere; the client waits for a word."""
    found = together_of(incident, user)
    yield from merged_facts(found)
    yield from part_of(found)
    yield from help_facts(incident)
    if found.promise and incident.is_open:
        yield _("promised contact"), due_shown(found.promise.due_at)


def due_shown(due_at: Any) -> Any:
    """The moment, marked where it has passed."""
    if due_at > timezone.now():
        return moment(due_at)
    return format_html("{} {}", badge(pgettext("promise", "Overdue"), "red"), moment(due_at))


def together_panel(incident: Incident, user: Any, button: ButtonFor) -> Panel:
    """The tab: a table for each way of working together."""
    found = together_of(incident, user)
    sections = [
        help_section(incident, button),
        *merges_section(found, button),
        family_section(found, button, lambda part: (status_badge(part), priority_badge(part))),
        consultations_section(found, user, button),
        vendors_section(found, button),
        promises_section(found, button),
    ]
    count = len(found.parts) + len(found.absorbed) + len(found.escalations) + len(found.promises)
    count += len(found.consultations) + len(calls_of(incident))
    content = {"sections": sections}
    return Panel("together", _("Together"), "incidents/together.html", content, count)


def _section(title: Any, columns: list[Any], rows: list[Any], **rest: Any) -> dict[str, Any]:
    buttons = [given for given in rest.pop("buttons", ()) if given is not None]
    return {"title": title, "columns": columns, "rows": rows, "buttons": buttons, **rest}


def status_called(record: Any, status: str) -> str:
    """What a status is called on records of its kind."""
    field = record._meta.get_field("status")
    return str(dict(field.flatchoices).get(status, status))


def merges_section(found: Any, button: ButtonFor) -> Iterator[dict[str, Any]]:
    """What went into an incident or a request, or where it went; nothing where nothing did."""
    if not (found.was_merged or found.absorbed):
        return
    note = ""
    if found.was_merged:
        where = link(found.into) if found.into else _("a record out of sight")
        note = format_html("{} {}", _("It goes on in"), where)
    yield _section(
        _("Merges"),
        [_("Record"), _("Status before"), _("Owner"), _("Opened")] if found.absorbed else [],
        [
            (link(i), status_called(i, i.status_before), i.owner, ago(i.opened_at))
            for i in found.absorbed
        ],
        note=note,
        nothing=_("None was merged into this one."),
        buttons=[button("unmerge", _("Undo the merge"))] if found.was_merged else [],
    )


def family_section(
    found: Any, button: ButtonFor, badges: Callable[[Any], tuple[Any, Any]]
) -> dict[str, Any]:
    """The parts of an incident or a request; `badges` shows status and priority of one."""
    rows = []
    for part in found.parts:
        answers = {"part": part.source.reference, "follows": "" if part.follows else "on"}
        label = pgettext("part", "Leave out") if part.follows else pgettext("part", "Let follow")
        spoken = f"{label}: {part.source.reference}"
        switch = button("set_following", label, spoken, **answers)
        rows.append(
            (
                link(part.source),
                *badges(part.source),
                part.source.owner,
                _("yes") if part.follows else _("no"),
                shown_in_row(switch),
            )
        )
    return _section(
        _("Parts"),
        [_("Record"), _("Status"), _("Priority"), _("Owner"), _("Follows"), _("Action")],
        rows,
        note=_passed_on(found.cascade),
        nothing=_("No parts. Another one becomes a part by a link “Part of” to this one."),
        buttons=[button("set_cascade", _("What its parts take over"))],
    )


def _passed_on(cascade: Cascade | None) -> str:
    named = {
        "resolves": _("resolution"),
        "tells": _("comments for the client"),
        "prioritizes": _("priority"),
        "waits": _("waiting and resuming"),
        "tells_requests": _("comments for the client, on requests"),
        "resolves_requests": _("resolution, to requests"),
    }
    taken = [label for name, label in named.items() if cascade and getattr(cascade, name)]
    return _("Passed on to parts: %s.") % ", ".join(taken) if taken else ""


def consultations_section(found: Any, user: Any, button: ButtonFor) -> dict[str, Any]:
    """What other teams were asked, of an incident or a request."""
    rows = []
    for row in found.consultations:
        waits = row.state == ConsultationState.ASKED
        mine = waits and is_asked(row, user) is None
        action = "answer_consultation" if mine else "withdraw_consultation"
        label = _("Answer") if mine else pgettext("question", "Withdraw")
        choice = button(action, label, f"{label}: {row}", consultation=row.pk)
        rows.append(
            (
                row.team.slug,
                row.question,
                str(row.asked_by),
                due_shown(row.due_at) if waits else moment(row.due_at),
                row.get_state_display(),  # type: ignore[call-overload]  # -- of the stubs
                row.answer and format_html("{} · {}", row.answer, row.ended_by),
                shown_in_row(choice if waits else None),
            )
        )
    return _section(
        _("Questions to other teams"),
        [
            _("Asked team"),
            _("Question"),
            _("Asked by"),
            _("Due"),
            _("State"),
            _("Answer"),
            _("Action"),
        ],
        rows,
        nothing=_("No other team was asked."),
        buttons=[button("consult_team", _("Ask another team"))],
    )


def vendors_section(found: Any, button: ButtonFor) -> dict[str, Any]:
    """Calls on vendors, of an incident or a request."""
    rows = []
    for row in found.escalations:
        spoken = f"{_('Note the reply')}: {row}"
        note = button("note_vendor_reply", _("Note the reply"), spoken, escalation=row.pk)
        rows.append(
            (
                str(row.vendor),
                row.vendor_reference,
                row.contact,
                moment(row.sent_at),
                row.acknowledged_at and moment(row.acknowledged_at),
                row.answered_at and format_html("{} {}", moment(row.answered_at), row.answer),
                shown_in_row(None if row.answered_at else note),
            )
        )
    return _section(
        _("Escalations to vendors"),
        [
            _("Vendor"),
            _("Vendor's reference"),
            _("Contact used"),
            _("Sent"),
            _("Acknowledged"),
            _("Answered"),
            _("Action"),
        ],
        rows,
        nothing=_("No vendor was asked. “Wait for the vendor” asks one."),
        buttons=[button("escalate_again", _("Escalate again"))] if found.escalations else [],
    )


def promises_section(found: Any, button: ButtonFor) -> dict[str, Any]:
    """Promises to the client, of an incident or a request."""
    rows = [
        (
            due_shown(row.due_at) if row.outcome == PromiseOutcome.OPEN else moment(row.due_at),
            row.note,
            str(row.promised_by),
            badge(row.get_outcome_display(), OUTCOME_TONES.get(row.outcome, "")),  # type: ignore[call-overload]  # -- of the stubs
            row.settled_at and moment(row.settled_at),
        )
        for row in found.promises
    ]
    return _section(
        _("Promised contacts"),
        [_("Promised for"), _("What was promised"), _("By"), _("Outcome"), _("Settled")],
        rows,
        nothing=_("Nothing was promised to the client."),
        buttons=[button("promise_contact", _("Promise a contact"))],
    )


def shown_in_row(button: Button | None) -> Any:
    """A button as the cell of a table."""
    if button is None:
        return ""
    return format_html(
        '<a class="button button-small" role="button" href="{}" aria-label="{}" data-dialog>{}</a>',
        button.url,
        button.full_label or button.label,
        button.label,
    )
