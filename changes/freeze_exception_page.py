"""The tab about a change's exceptions from freezes: why, who agreed, and what the review found."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from changes.models import Change, FreezeException
from changes.task_page import ButtonFor
from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.showing import badge, exact, link, span


def exception_panels(change: Change, button: ButtonFor) -> list[Panel]:
    """Every exception that was asked for, the latest first; no tab where nobody asked."""
    people = ("asked_by__person", "approved_by__person", "second_approved_by__person")
    rows = change.freeze_exceptions.select_related("window", "reviewed_by__person", *people)
    exceptions = list(rows.order_by("-pk"))
    if not exceptions:
        return []
    buttons = [list(_buttons(held, button)) for held in exceptions]
    table = [_row(held) for held in exceptions]
    columns = [
        _("Freeze"),
        _("State"),
        _("Justification"),
        _("Compensating controls"),
        _("Asked by"),
        _("Agreed by"),
        _("Review"),
    ]
    if any(buttons):
        columns.append(_("Actions"))
        table = [(*row, row_of_buttons(own)) for row, own in zip(table, buttons, strict=True)]
    content = {"columns": columns, "rows": table}
    title = _("Freeze exceptions")
    return [Panel("freezes", title, "portal/table.html", content, len(exceptions))]


def state_badge(held: FreezeException) -> Any:
    """How far it got: asked, granted, reviewed or overdue."""
    if held.second_approved_at is None:
        done = 0 if held.approved_at is None else 1
        return badge(_("%(done)s of 2 agreed") % {"done": done}, "yellow")
    if held.reviewed_at is not None:
        return badge(_("Reviewed"), "green")
    if held.review_due_at and held.review_due_at <= timezone.now():
        return badge(_("Review overdue"), "red")
    return badge(_("Granted"), "green")


def _row(held: FreezeException) -> tuple[Any, ...]:
    agreed = [a.get_full_name() for a in (held.approved_by, held.second_approved_by) if a]
    if held.is_beyond_budget:
        agreed.append(_("beyond the budget"))
    return (
        format_html("{} <small>{}</small>", link(held.window), span(held.occurs_at, held.ends_at)),
        state_badge(held),
        held.justification,
        held.compensating_controls,
        held.asked_by.get_full_name(),
        agreed,
        _review(held),
    )


def _review(held: FreezeException) -> Any:
    if held.reviewed_by is not None and held.reviewed_at is not None:
        by = held.reviewed_by.get_full_name()
        return format_html(
            "{} <small>{}, {}</small>", held.review_note, by, exact(held.reviewed_at)
        )
    if held.review_due_at is not None:
        return _("due by %(when)s") % {"when": exact(held.review_due_at)}
    return None


def _buttons(held: FreezeException, button: ButtonFor) -> Iterator[Button]:
    found = None
    if held.second_approved_at is None:
        found = button("approve_freeze_exception", _("Agree"), exception=held.pk)
    elif held.reviewed_at is None:
        found = button("review_freeze_exception", _("Review"), exception=held.pk)
    if found:
        yield found
