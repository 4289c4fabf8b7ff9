"""The list of incidents: what one works from."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import ago, moment
from incidents import page
from incidents.enums import OPEN, PromiseOutcome
from incidents.filters import ORDERINGS, IncidentFilters
from incidents.help_panel import lives_asked_of, lives_that_ask
from incidents.models import PromisedContact
from incidents.together import due_shown
from people.scope import scope_of

# Of an incident at most one, read from the index of the open ones alone.
_PROMISED = PromisedContact.objects.filter(life=OuterRef("life"), outcome=PromiseOutcome.OPEN)


def _promised(incident: Any) -> Any:
    return incident.promise_due_at and due_shown(incident.promise_due_at)


def _open(incidents: Any, user: Any) -> Any:
    return incidents.open()


def _mine(incidents: Any, user: Any) -> Any:
    return incidents.open().filter(owner=user.pk)


def _unowned(incidents: Any, user: Any) -> Any:
    """What nobody in one's own teams has taken on."""
    own_teams = scope_of(user).own_team_ids
    return incidents.open().filter(owner__isnull=True, team__in=own_teams)


def _urgent(incidents: Any, user: Any) -> Any:
    return incidents.open().filter(priority__lte=2)


def _over(incidents: Any, user: Any) -> Any:
    return incidents.exclude(status__in=OPEN)


def _asked(incidents: Any, user: Any) -> Any:
    """What one's own teams were asked about, and have not answered."""
    return incidents.filter(life__in=lives_asked_of(user))


def _asking(incidents: Any, user: Any) -> Any:
    """What somebody asks help for, in the teams that one leads or belongs to."""
    return incidents.filter(life__in=lives_that_ask(user))


class IncidentList(RecordList):
    filterset = IncidentFilters
    main_filters = ("status", "priority", "service", "team", "owner")
    orderings = ORDERINGS
    ordering = "priority"
    tabs = (
        Tab("open", pgettext_lazy("incidents", "Open"), _open),
        Tab("mine", pgettext_lazy("incidents", "Mine"), _mine),
        Tab("unowned", pgettext_lazy("incidents", "Nobody's in my teams"), _unowned),
        Tab("urgent", _("P1 and P2"), _urgent),
        Tab("asked", pgettext_lazy("incidents", "Asked of my teams"), _asked, is_counted=False),
        Tab("help", pgettext_lazy("incidents", "Asks for help"), _asking, is_counted=False),
        Tab("over", pgettext_lazy("incidents", "Over"), _over, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("status", show=page.status_badge, phone="meta"),
        Column("priority", show=page.priority_badge, ordering="priority", phone="meta"),
        Column("service"),
        Column("team", show=lambda incident: incident.team.slug),
        Column("owner"),
        Column(
            "opened_at",
            _("opened"),
            show=lambda incident: ago(incident.opened_at),
            export=lambda incident: incident.opened_at,
            ordering="opened_at",
        ),
        Column("clock", _("clocks"), show=page.clock_badge, ordering="breaches_at", phone="meta"),
        Column(
            "breaches_at",
            _("agreed time ends"),
            show=lambda incident: incident.life.breaches_at and moment(incident.life.breaches_at),
            export=lambda incident: incident.life.breaches_at,
            ordering="breaches_at",
            is_default=False,
        ),
        Column(
            "promise_due_at",
            _("promised contact"),
            show=_promised,
            export=lambda incident: incident.promise_due_at,
            is_default=False,
        ),
        Column("client", is_default=False),
        Column("vendor", is_default=False),
        Column("channel", is_default=False),
        Column("tier", is_default=False),
        Column("impact", is_default=False),
        Column("urgency", is_default=False),
        Column("resolved_at", is_default=False),
        Column("is_drill", is_default=False),
    )
    bulk_actions = ("assign", "triage", "close", "watch")
    row_action = "assign"
    search_hint = _("Words, or INC-000042")
    is_live = True

    def prepared(self, rows: Any) -> Any:
        rows = page.incident_rows(rows)
        shown = {column.name for column in self.query.columns}
        if "promise_due_at" in shown:
            rows = rows.annotate(promise_due_at=Subquery(_PROMISED.values("due_at")))
        related = {"client", "vendor"} & shown
        return rows.select_related(*sorted(related)) if related else rows
