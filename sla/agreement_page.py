"""What the page of an agreement shows: its times and where each comes from, versions, months."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import Panel
from core.showing import NOTHING, badge, link
from sla.agreed import agreed_versions
from sla.agreement_lists import kind_badge, party, scope_words, state_badge, version_in
from sla.agreement_services import ambiguity, rival_of
from sla.durations import written
from sla.enums import PRIORITIES, AgreementKind, Holder, Metric, VersionStatus
from sla.freezing import figures_of
from sla.life_events import version_key
from sla.models import Agreement, AgreementVersion, MonthlyStatement

TABLE = "portal/table.html"
_TONES = {VersionStatus.ACTIVE: "green", VersionStatus.DRAFT: "orange"}


def header_of(row: Agreement) -> dict[str, Any]:
    return {
        "reference": row.slug,
        "title": row.name,
        "badges": [kind_badge(row), state_badge(row)],
        "facts": [(_("with"), party(row)), (_("for"), scope_words(row))],
    }


def facts_of(row: Agreement) -> list[tuple[Any, Any]]:
    active = version_in(row, VersionStatus.ACTIVE)
    return [
        (_("kind"), row.get_kind_display()),
        (_("client"), link(row.client) if row.client else _("every client")),
        (_("team"), row.team and link(row.team)),
        (_("vendor"), row.vendor and link(row.vendor)),
        (_("service"), link(row.service) if row.service else _("every service")),
        (_("country"), row.get_country_display() or _("any")),
        (_("request type"), row.request_type or _("any")),
        (_("inherits from"), row.parent and link(row.parent)),
        (_("working calendar"), calendar_words(active) if active else None),
        (_("counts the time of"), counts_words(row, active) if active else None),
        (_("in force since"), active.approved_at if active else None),
        (_("approved by"), active.approved_by if active else None),
    ]


def warning_of(row: Agreement) -> str:
    """The other agreement of an ambiguous pair, named before anybody tries to approve."""
    other = rival_of(row)
    return f"{ambiguity(row, other)}." if other else ""


def calendar_words(version: AgreementVersion) -> Any:
    return link(version.calendar) if version.calendar else _("around the clock")


def counts_words(row: Agreement, version: AgreementVersion) -> Any:
    if row.kind == AgreementKind.OLA:
        return row.team
    if row.kind == AgreementKind.UC:
        return row.vendor
    return ", ".join(str(Holder(holder).label) for holder in version.counts)


def times_panel(row: Agreement, version: AgreementVersion, title: Any) -> Panel:
    """The matrix of a version: what it inherits says from whom."""
    try:
        times = agreed_versions([version.pk])[version_key(version.pk)].targets
    except ValueError:  # a draft without any
        times = {}
    own = {(line.metric, line.priority) for line in version.targets.all()}
    source = row.parent.name if row.parent else ""
    lines = [
        (
            metric.label,
            *(_cell(times.get((metric, n)), (metric, n) in own, source) for n in PRIORITIES),
        )
        for metric in Metric
        if any((metric, n) in times for n in PRIORITIES)
    ]
    content = {
        "columns": [_("metric"), *(f"P{n}" for n in PRIORITIES)],
        "rows": lines,
        "nothing": _("It sets no time."),
    }
    return Panel("times", title, TABLE, content)


def _cell(target: timedelta | None, is_own: bool, source: str) -> Any:
    if target is None:
        return NOTHING
    if is_own:
        return written(target)
    said = _("from %s") % source
    return format_html("{} <small>{}</small>", written(target), said)


def versions_panel(row: Agreement) -> Panel:
    rows = [
        (
            version.number,
            badge(version.get_status_display(), _TONES.get(VersionStatus(version.status), "")),
            calendar_words(version),
            version.drafted_by,
            version.approved_by,
            version.approved_at,
            version.retired_at,
        )
        for version in sorted(row.versions.all(), key=lambda version: -version.number)
    ]
    content = {
        "columns": [
            *(_("version"), _("status"), _("working calendar"), _("drafted by")),
            *(_("approved by"), _("approved at"), _("replaced at")),
        ],
        "rows": rows,
        "note": _("A version that was in force says the same for ever; a record keeps its own."),
        "nothing": _("No version yet."),
    }
    return Panel("versions", _("Versions"), TABLE, content, len(rows))


def months_panel(row: Agreement, statements: Sequence[MonthlyStatement]) -> Panel:
    """Frozen months, each with its restatements: what they say otherwise."""
    lines: list[tuple[Any, ...]] = []
    before: dict[date, dict[str, dict[str, int]]] = {}
    for statement in statements:
        figures = figures_of(statement.content)
        was = before.get(statement.month, {}) if statement.number else {}
        for metric in Metric:
            now = figures.get(metric)
            if now is None and metric not in was:
                continue
            if statement.number and now == was.get(metric):
                continue
            lines.append(_statement_line(statement, metric, now or {}, was.get(metric)))
        if not figures and not statement.number:
            month = f"{statement.month:%Y-%m}"
            lines.append((month, _("frozen"), NOTHING, 0, 0, 0, NOTHING, 0, statement.known_at, ""))
        before[statement.month] = figures
    content = {
        "columns": [
            *(_("month"), _("statement"), _("metric"), _("n"), _("met"), _("breached")),
            *(_("attained"), _("late at the close"), _("as known at"), _("digest")),
        ],
        "rows": [(*line[:9], _short(line[9])) for line in lines],
        "note": _(
            "A clock counts in the month in which it stopped. What was frozen stays; what was "
            "corrected later is a restatement below it."
        ),
        "nothing": _("No month is frozen yet."),
    }
    return Panel("months", _("Months"), TABLE, content, len({s.month for s in statements}))


def _statement_line(
    statement: MonthlyStatement, metric: Metric, now: dict[str, int], was: dict[str, int] | None
) -> tuple[Any, ...]:
    def figure(name: str) -> Any:
        value = now.get(name, 0)
        if was is None or was.get(name, 0) == value:
            return value
        return f"{was.get(name, 0)} → {value}"

    n = now.get("n", 0)
    share = f"{100 * now.get('met', 0) / n:.1f} %" if n else NOTHING
    kind = _("frozen") if not statement.number else _("restatement %d") % statement.number
    return (
        f"{statement.month:%Y-%m}",
        kind,
        metric.label,
        *(figure("n"), figure("met"), figure("breached")),
        *(share, figure("late"), statement.known_at, statement.digest),
    )


def _short(digest: str) -> Any:
    return format_html('<code title="{}">{}</code>', digest, digest[:12]) if digest else NOTHING


def heirs_panel(heirs: Sequence[Agreement]) -> Panel:
    rows = [(link(heir), party(heir), scope_words(heir), state_badge(heir)) for heir in heirs]
    content = {
        "columns": [_("agreement"), _("with"), _("for"), _("state")],
        "rows": rows,
        "note": _("They keep what they inherited until their own next version."),
    }
    return Panel("heirs", _("Inherited by"), TABLE, content, len(rows))
