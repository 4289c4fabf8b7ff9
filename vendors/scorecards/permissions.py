"""Who may do what with scorecards: questions about the person only."""

from typing import Any

from vendors.opex.permissions import may


def may_draft_score_models(actor: Any) -> bool:
    return may(actor, "change_scoremodel")


def may_approve_score_models(actor: Any) -> bool:
    """Nothing is put in force by itself."""
    return actor is not None and may(actor, "approve_scoremodel")


def may_keep_scorecards(actor: Any) -> bool:
    return may(actor, "change_scorecard")


def may_mark_vendors(actor: Any) -> bool:
    """A mark is somebody's."""
    return actor is not None and may(actor, "mark_scorecard")
