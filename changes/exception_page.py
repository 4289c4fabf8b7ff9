"""What the tab about approval tells beside the votes: exceptions, and words given by telephone."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.models import Change, SegregationException
from changes.task_page import ButtonFor
from core.admin import Button
from core.showing import badge


@dataclass(frozen=True)
class ShownException:
    """Who may approve although they have a part, who asked for it and who agreed."""

    exception: SegregationException
    state: str  # as that of a step: it colours the line beside it
    badge: Any
    asked_by: str
    agreed_by: str
    button: Button | None


def exceptions_of(
    change: Change, user: Any, button: ButtonFor, now: datetime
) -> list[ShownException]:
    """The latest first, each with the button for a second person."""
    rows = change.segregation_exceptions.select_related(
        "person", "asked_by__person", "approved_by__person"
    )
    return [_shown(one, _approving(one, user, button, now), now) for one in rows]


def _shown(one: SegregationException, button: Button | None, now: datetime) -> ShownException:
    state, mark = "void", badge(pgettext_lazy("exception", "Expired"))
    if one.expires_at > now and one.approved_at is None:
        state, mark = "open", badge(_("A second person must agree"), "yellow")
    elif one.expires_at > now:
        state, mark = "approved", badge(pgettext_lazy("exception", "In force"), "green")
    agreed_by = one.approved_by.get_full_name() if one.approved_by else ""
    return ShownException(one, state, mark, one.asked_by.get_full_name(), agreed_by, button)


def _approving(
    one: SegregationException, user: Any, button: ButtonFor, now: datetime
) -> Button | None:
    """None for who asked, who profits, and what was approved or has expired."""
    if one.approved_at is not None or one.expires_at <= now:
        return None
    if user.person_id in (one.person_id, one.asked_by.person_id):
        return None
    found = button("approve_exception", _("Approve the exception"), exception=one.pk)
    label = _("Approve the exception for %(person)s") % {"person": one.person}
    return replace(found, full_label=label) if found else None


def words_of(change: Change) -> dict[str, Any]:
    """Who said by word of mouth that an emergency may start, as a table."""
    rows = change.verbal_approvals.select_related("person", "recorded_by__person")
    return {
        "columns": [_("Who agreed"), _("Given at"), _("How"), _("Recorded by")],
        "rows": [
            (str(one.person), one.given_at, one.how, one.recorded_by.get_full_name())
            for one in rows
        ],
    }
