"""The tab about a change's risk: what was answered, what follows, and whether it came true."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.enums import Risk, Status
from changes.models import Change, RiskAssessment
from changes.page import RISK_TONES
from changes.risk import WENT_WRONG, Line
from core.admin import Panel
from core.showing import badge, exact, shown

_EARLIER = 20


def risk_panel(change: Change) -> Panel:
    """The current assessment with every reason, and those before it; constant queries."""
    rows = change.risk_assessments.select_related("assessed_by__person").order_by("-pk")
    current, *earlier = [*rows[: _EARLIER + 1]] or [None]
    content = {
        "assessment": current,
        "level": _badge(current.level) if current else None,
        "by": _by(current) if current else "",
        "reasons": {
            "columns": [_("Reason"), _("Points"), pgettext_lazy("risk", "At least")],
            "rows": [_reason(line) for line in _weightiest_first(current)] if current else [],
        },
        "verdict": verdict_on(change, current) if current else "",
        "earlier": {
            "columns": [_("Assessed at"), _("Risk"), _("Points"), _("Assessed by")],
            "rows": [(exact(a.assessed_at), _badge(a.level), a.points, _by(a)) for a in earlier],
        },
    }
    return Panel("risk", _("Risk"), "changes/risk.html", content)


def verdict_on(change: Change, assessment: RiskAssessment) -> Any:
    """What was foretold beside what happened; nothing while the change is open."""
    if change.status != Status.CLOSED:
        return ""
    told = {
        "percent": round(assessment.chance * 100),
        "level": assessment.get_level_display(),
        "outcome": change.get_outcome_display(),
    }
    if change.outcome in WENT_WRONG:
        text = _(
            "Of changes with this risk (%(level)s), %(percent)s%% are expected to fail or to be "
            "backed out. This one did not go well: %(outcome)s."
        )
    else:
        text = _(
            "Of changes with this risk (%(level)s), %(percent)s%% are expected to fail or to be "
            "backed out. This one was not among them: %(outcome)s."
        )
    return text % told


def _weightiest_first(assessment: RiskAssessment) -> list[Line]:
    """The rules, then the questions by their points."""
    return sorted(assessment.reasons, key=lambda line: (line.level is None, -line.points))


def _reason(line: Line) -> tuple[Any, ...]:
    """A question's line has points, a rule's line the level below which the risk does not fall."""
    if line.level:
        return line.text, shown(None), _badge(line.level)
    return line.text, line.points, shown(None)


def _badge(level: str) -> Any:
    return badge(Risk(level).label, RISK_TONES[Risk(level)])


def _by(assessment: RiskAssessment) -> Any:
    return shown(assessment.assessed_by and assessment.assessed_by.get_full_name())
