"""What the page of a client shows beside its contacts: agreements, feedback, and what upper apps
know of it. Everything through what its reader sees."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assets.models import Service
from core.admin_pages import Panel
from core.registry import Registry
from core.showing import ago, duration, link
from people.scope import scope_of
from sla.enums import AgreementKind, VersionStatus
from sla.feedback_figures import Handling, answers_lately, handling_of, scores_of
from sla.feedback_lists import score_badge
from sla.models import Agreement, AgreementVersion, Client, FeedbackInvitation

type PanelOf = Callable[[Client, Any], Panel | None]

# Upper apps add tabs: `(client, user) -> Panel`, or None where there is nothing to show.
CLIENT_PANELS: Registry[PanelOf] = Registry("client panel")
# Upper apps add dialogs: `(user) -> form class`, or None where the person has none.
CLIENT_ACTIONS: Registry[Callable[[Any], Any]] = Registry("client action")
LATELY = timedelta(days=30)


def client_panels(client: Client, user: Any) -> list[Panel]:
    """In the order in which one prepares for a call with the client."""
    made = [make(client, user) for _name, make in CLIENT_PANELS]
    own = [
        agreements_panel(client, user),
        handling_panel(client, user),
        feedback_panel(client, user),
    ]
    return [panel for panel in [*made, *own] if panel is not None]


def agreement_rows(client: Client, user: Any) -> list[tuple[Any, ...]]:
    """The client's own agreements in force, of those the person sees, with their times."""
    seen = Agreement.objects.visible_to(user).filter(client=client, kind=AgreementKind.SLA)
    versions = AgreementVersion.objects.filter(status=VersionStatus.ACTIVE, agreement__in=seen)
    found = versions.select_related("agreement__service").prefetch_related("targets")
    return [
        (
            version.agreement.name,
            str(version.agreement.service or _("every service")),
            version.number,
            "; ".join(
                f"{target.get_metric_display()} P{target.priority}: {duration(target.target)}"
                for target in version.targets.all()
            ),
        )
        for version in found.order_by("agreement__name")
    ]


def agreements_panel(client: Client, user: Any) -> Panel | None:
    if "sla.view_agreement" not in scope_of(user).permissions:
        return None
    rows = agreement_rows(client, user)
    content = {
        "columns": [_("Agreement"), _("Service"), _("Version"), _("Times")],
        "rows": rows,
        "nothing": _("No agreement of this client's own is in force."),
    }
    return Panel("agreements", _("Agreements"), "portal/table.html", content, len(rows))


def feedback_panel(client: Client, user: Any) -> Panel | None:
    """The answers of the last thirty days as figures with their n, and the latest comments."""
    if "sla.view_feedbackinvitation" not in scope_of(user).permissions:
        return None
    now = timezone.now()
    span = (now - LATELY, now)
    seen = FeedbackInvitation.objects.visible_to(user).filter(client=client)
    rows = [
        (
            link(row, row.reference),
            row.get_kind_display(),
            score_badge(row),
            row.answer.comment,
            str(row.service or "–"),
            ago(row.answer.answered_at),
        )
        for row in answers_lately(client.pk, user)
    ]
    told = [_said(scores) for scores in scores_of(seen, span)]
    note = format_html("{} {}", _("Last thirty days:"), " · ".join(told))
    content = {
        "note": note,
        "columns": [
            *(_("Record"), _("Question"), _("Score"), _("Comment"), _("Service"), _("Answered")),
        ],
        "rows": rows,
        "nothing": _("Nobody has answered yet."),
    }
    return Panel("feedback", _("Feedback"), "portal/table.html", content, len(rows))


def handling_panel(client: Client, user: Any) -> Panel | None:
    """How what the client brought in the last thirty days was handled, in all and by service."""
    if "sla.view_feedbackinvitation" not in scope_of(user).permissions:
        return None
    now = timezone.now()
    found = handling_of(user, (now - LATELY, now), client_id=client.pk)
    columns = handling_rows(found.get((None, None)) or Handling())
    content = {
        "columns": [_("Service"), *(label for label, _value, _n in columns), _("n")],
        "rows": [
            (name, *(value for _label, value, _n in handling_rows(one)), one.opened)
            for name, one in by_service(found)
        ],
        "note": _("Last thirty days, of the records that you see; n are those opened in them."),
        "nothing": _("Nothing came in."),
    }
    return Panel("handling", _("Handling"), "portal/table.html", content)


def by_service(found: Mapping[Any, Handling]) -> list[tuple[str, Handling]]:
    """All together, then each service by its name, those with the most contacts first."""
    named = {pk for _client, pk in found if pk is not None}
    names = dict(Service.objects.filter(pk__in=named).values_list("pk", "name"))
    parts = [(pk, one) for (client, pk), one in found.items() if client is not None]
    parts.sort(key=lambda pair: (-pair[1].opened, names.get(pair[0], "")))
    total = [(_("all services"), found[None, None])] if (None, None) in found else []
    return [*total, *((names.get(pk, _("without a service")), one) for pk, one in parts)]


def _said(scores: Any) -> str:
    figure = "–" if scores.figure is None else f"{scores.figure:.0f}"
    unit = " %" if scores.kind == "csat" and scores.figure is not None else ""
    return f"{scores.kind.upper()} {figure}{unit} (n {scores.n})"


def handling_rows(handling: Any) -> list[tuple[str, str, int]]:
    """Label, value and n of each figure, in the language that is active."""

    def number(value: float | None, unit: str = "") -> str:
        return "–" if value is None else f"{value:.1f}{unit}"

    def length(value: timedelta | None) -> str:
        return "–" if value is None else duration(value)

    return [
        (
            _("Contact rate per 30 days"),
            number(handling.contact_rate),
            handling.opened,
        ),
        (_("First response rate"), number(handling.first_response_rate, " %"), handling.opened),
        (_("Average handle time"), length(handling.handle_time), handling.resolved),
        (_("Contact resolution time"), length(handling.resolution_time), handling.resolved),
        (
            pgettext("figure", "Tickets per hour"),
            "–" if handling.per_hour is None else f"{handling.per_hour:.3f}",
            handling.opened,
        ),
    ]
