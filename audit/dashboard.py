"""Cards about the audit trail: writes that nobody signed, sign-ins that failed, the last events."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.filters import tables
from audit.models import LedgerEntry
from audit.naming import title_of_action
from core.cards import Figure, Figures, Line, Lines, Link, Note
from core.dashboard import Content, card, list_url, record_url
from core.showing import moment

SHOWN = 5
COUNTED = 999  # no further: more of these is an incident of its own
INTEGRITY_DAYS = 30
FAILED, LOCKED = "event:login.failed", "event:login.locked"
COMINGS_AND_GOINGS = [
    *("event:login", "event:logout", FAILED, LOCKED, "event:session.end"),
    "event:ledger.verified",  # every night; a failure of it has a card of its own
]
READINGS = ["event:auditor.read"]  # they stand on the page of the engagement
VIEW = "audit.view_ledgerentry"
IN_WORDS = {
    "evidence.export": _("Exceptions were taken away"),
    "event.replayed": _("A received event was read again"),
    "export": _("Rows were exported"),
    "ledger.epoch": _("A new epoch of the ledger began"),
    "ledger.key_rotation": _("The signer got a new key"),
    "password.change": _("Somebody changed their password"),
    "password.reset": _("A password was set anew"),
    "source.key_revoked": _("Keys of an alert source were revoked"),
    "source.key_rotated": _("An alert source got new keys"),
    "token.mint": _("An API token was made"),
    "token.revoke": _("An API token was revoked"),
}


@card("integrity", _("Writes that nobody signed"), permission=VIEW)
def integrity(user: Any, now: datetime) -> Content:
    """Changes past the portal: the database tells the role that made them, and no person."""
    since = now - timedelta(days=INTEGRITY_DAYS)
    found = LedgerEntry.objects.visible_to(user).filter(context__isnull=True, at__gte=since)
    count = found.order_by()[: COUNTED + 1].count()
    rows = found.order_by("-at")[:SHOWN]
    return Content(
        (
            Figures(
                (
                    Figure(
                        _("in the last 30 days"),
                        _counted(count),
                        tone="red" if count else "green",
                    ),
                )
            ),
            Lines(
                tuple(
                    Line(
                        f"{_table_name(entry.relation)} {entry.key}",
                        record_url(entry),
                        facts=(
                            entry.get_operation_display(),
                            entry.database_role,
                            moment(entry.at),
                        ),
                    )
                    for entry in rows
                ),
                _("Every write of the last 30 days names who made it."),
            ),
        ),
        list_url(LedgerEntry),
    )


@card("sign_ins", _("Sign-ins that failed today"), permission=VIEW)
def sign_ins(user: Any, now: datetime) -> Content:
    """By account; names that no account has are not repeated: people type passwords there."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = LedgerEntry.objects.visible_to(user).filter(operation="E", at__gte=today)
    failed = found.filter(relation=FAILED).order_by()[: COUNTED + 1].count()
    locked = list(found.filter(relation=LOCKED).order_by("-at")[: COUNTED + 1])
    latest = list(found.filter(relation=FAILED).order_by("-at")[:SHOWN])
    known = _known_names([*locked[:SHOWN], *latest])
    lines = [
        _sign_in_line(entry, known, pgettext_lazy("sign-in", "locked out"))
        for entry in locked[:SHOWN]
    ]
    lines += [_sign_in_line(entry, known, pgettext_lazy("sign-in", "refused")) for entry in latest]
    url = list_url(LedgerEntry, relation="event", at__gte=today)
    return Content(
        (
            Figures(
                (
                    Figure(
                        pgettext_lazy("sign-ins", "refused"),
                        _counted(failed),
                        url,
                        tone="orange" if failed else "",
                    ),
                    Figure(
                        pgettext_lazy("sign-ins", "while locked out"),
                        _counted(len(locked)),
                        url,
                        tone="red" if locked else "",
                    ),
                )
            ),
            Lines(tuple(lines[:SHOWN]), _("Nobody failed to sign in today.")),
        ),
        url,
    )


@card("events", _("Last events"), permission=VIEW)
def events(user: Any, now: datetime) -> Content:
    """Exports, tokens, keys, passwords: what is no change of a record, and where to look on."""
    since = now - timedelta(days=INTEGRITY_DAYS)
    found = LedgerEntry.objects.visible_to(user).filter(operation="E", at__gte=since)
    rows = found.exclude(relation__in=[*COMINGS_AND_GOINGS, *READINGS]).order_by("-at")[:SHOWN]
    more = Link(_("All events"), list_url(LedgerEntry, relation="event"))
    return Content(
        (
            Lines(
                tuple(
                    Line(
                        _in_words(entry),
                        record_url(entry),
                        facts=((entry.context or {}).get("name", ""), moment(entry.at)),
                    )
                    for entry in rows
                ),
                _("No export, key or token in the last 30 days."),
                more=more,
            ),
        ),
        list_url(LedgerEntry, relation="event"),
    )


@card("evidence", _("Where to go next"), permission=VIEW)
def evidence(user: Any, now: datetime) -> Content:
    text = _(
        "The audit trail holds every change as the database saw it. Start with a person or a table."
    )
    links = (
        Link(_("Audit trail"), list_url(LedgerEntry)),
        Link(_("My own actions"), list_url(LedgerEntry, actor=user.get_username())),
    )
    return Content((Note(text, links),))


def _in_words(entry: LedgerEntry) -> Any:
    code = entry.relation.removeprefix("event:")
    return IN_WORDS.get(code) or title_of_action(code)


def _table_name(table: str) -> Any:
    """What people call the rows of a table, or an event."""
    if table.startswith("event:"):
        return title_of_action(table.removeprefix("event:"))
    model = tables().get(table)
    return capfirst(model._meta.verbose_name) if model else table


def _counted(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count)


def _given(entry: LedgerEntry) -> str:
    return str((entry.after or {}).get("given") or "")


def _known_names(entries: list[LedgerEntry]) -> set[str]:
    names = {_given(entry) for entry in entries}
    accounts = get_user_model()._default_manager.filter(username__in=names)
    return set(accounts.values_list("username", flat=True))


def _sign_in_line(entry: LedgerEntry, known: set[str], what: Any) -> Line:
    given = _given(entry)
    title = given if given in known else _("a name that no account has")
    return Line(title, record_url(entry), facts=(what, moment(entry.at)))
