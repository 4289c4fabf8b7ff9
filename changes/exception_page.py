"""What the tab about approval tells beside the votes: exceptions, and words given by telephone."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.models import Change, SegregationException
from changes.task_page import ButtonFor
from core.admin_pages import row_of_buttons
from core.showing import badge


def exceptions_of(change: Change, user: Any, button: ButtonFor, now: datetime) -> dict[str, Any]:
    """Who may approve although they have a part, who asked for it and who agreed, as a table."""
    rows = change.segregation_exceptions.select_related(
        "person", "asked_by__person", "approved_by__person"
    )
    found = list(rows)
    actions = [_approving(one, user, button, now) for one in found]
    columns = [_("Who may approve"), _("State"), _("Reason"), _("Asked by"), _("Agreed by")]
    shown: list[tuple[Any, ...]] = [
        (
            str(one.person),
            state_badge(one, now),
            one.reason,
            one.asked_by.get_full_name(),
            one.approved_by and one.approved_by.get_full_name(),
            one.expires_at,
        )
        for one in found
    ]
    columns.append(_("Expires"))
    if any(actions):
        columns.append(_("Actions"))
        shown = [(*row, action) for row, action in zip(shown, actions, strict=True)]
    return {"columns": columns, "rows": shown}


def state_badge(exception: SegregationException, now: datetime) -> Any:
    if exception.expires_at <= now:
        return badge(pgettext_lazy("exception", "Expired"))
    if exception.approved_at is None:
        return badge(_("A second person must agree"), "yellow")
    return badge(pgettext_lazy("exception", "In force"), "green")


def _approving(one: SegregationException, user: Any, button: ButtonFor, now: datetime) -> Any:
    """The button for a second person; nothing for who asked and who profits."""
    if one.approved_at is not None or one.expires_at <= now:
        return ""
    if user.person_id in (one.person_id, one.asked_by.person_id):
        return ""
    found = button("approve_exception", _("Approve…"), exception=one.pk)
    if found is None:
        return ""
    label = _("Approve the exception for %(person)s") % {"person": one.person}
    return row_of_buttons([replace(found, full_label=label)])


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
