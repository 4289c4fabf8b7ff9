"""The search over everything: records by reference and words, pages of the menu, actions, recents.

Answers in JSON to the page's script. Everything it names has passed `visible_to` or the menu.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.palette import PALETTE, Question, RecordSource, question_of
from core.references import code_of
from core.search import folded
from itsm.menu import AREAS
from people.scope import scope_of

LIMIT = 8  # of a kind
REMEMBERED = 10
SHORTEST = 2  # letters before records are looked for
PATIENCE = 250  # milliseconds that a question to the database may take

type Hit = dict[str, Any]
type Group = dict[str, Any]


def urls(site: Any) -> list[Any]:
    """The address of the search; it answers scripts, so it sends nobody to the sign-in page."""
    view = never_cache(lambda request: palette(site, request))
    return [path("palette/", login_not_required(view), name="palette")]


def palette(site: Any, request: HttpRequest) -> HttpResponseBase:
    """What was found for `q`, in groups; without it what was opened lately (`recent`)."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not site.has_permission(request):
        return JsonResponse({"detail": gettext("You are signed out.")}, status=401)
    if not scope_of(request.user).roles:
        return JsonResponse({"groups": [], "is_complete": True})
    question = question_of(request.GET.get("q", ""))
    pages = _group(gettext("Pages"), _offered(_pages(request), question))
    actions = _group(gettext("Actions"), _offered(_actions(site, request), question))
    if question.words:
        exact, records, is_complete = _records(request.user, question)
        groups = [exact, pages, actions, *records]
    else:
        recent, is_complete = _recent(request)
        groups = [recent, actions, pages]
    found = [group for group in groups if group["hits"]]
    return JsonResponse({"groups": found, "is_complete": is_complete})


def _group(title: str, hits: list[Hit]) -> Group:
    return {"title": title, "hits": hits}


# --- Records ------------------------------------------------------------------------------------


def _sources(user: Any) -> dict[str, RecordSource]:
    """The kinds of records that the person may open, in the order of the menu."""
    names = [page.url_name for area in AREAS for page in area.pages]
    place = {name: at for at, name in reversed(list(enumerate(names)))}

    def place_of(entry: tuple[str, RecordSource]) -> int:
        return place.get(f"admin:{entry[0].replace('.', '_')}_changelist", len(names))

    return {
        name: source for name, source in sorted(PALETTE, key=place_of) if source.opens_for(user)
    }


def _records(user: Any, question: Question) -> tuple[Group, list[Group], bool]:
    """The records whose reference was typed; what has the words, kind by kind; is that all?"""
    sources = _sources(user)
    exact: list[Hit] = []
    found: dict[str, list[Hit]] = {}

    def ask() -> None:
        for source in sources.values():
            exact.extend(_hit(source, record) for record in source.by_reference(user, question))
        if max(map(len, question.words)) < SHORTEST:
            return
        for name, source in reversed(sources.items()):  # the largest tables last
            records = source.by_words(user, question, LIMIT)
            found[name] = [hit for r in records if (hit := _hit(source, r)) not in exact]

    is_complete = _in_time(ask)
    groups = [
        _group(capfirst(str(source.model._meta.verbose_name_plural)), found.get(name, []))
        for name, source in sources.items()
    ]
    return _group(gettext("Reference"), exact), groups, is_complete


def _recent(request: HttpRequest) -> tuple[Group, bool]:
    """What the browser remembers as `incidents.incident:42,…`: named anew, and only if visible."""
    sources = _sources(request.user)
    order: list[tuple[str, int]] = []
    for given in request.GET.get("recent", "")[:1000].split(",")[:REMEMBERED]:
        name, _colon, key = given.partition(":")
        if name in sources and key.isascii() and key.isdecimal() and len(key) < 19:
            order.append((name, int(key)))
    hits: dict[tuple[str, int], Hit] = {}

    def ask() -> None:
        for name in dict.fromkeys(name for name, _key in order):
            keys = [key for kind, key in order if kind == name]
            for record in sources[name].recall(request.user, keys):
                hits[name, record.pk] = _hit(sources[name], record)

    is_complete = _in_time(ask)
    shown = [hits[place] for place in dict.fromkeys(order) if place in hits]
    return _group(gettext("Recently opened"), shown), is_complete


def _in_time(ask: Callable[[], None]) -> bool:
    """Asks the database with little patience: one slow question must not keep people waiting."""
    timeout = "SELECT set_config('statement_timeout', %s, true)"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(timeout, [str(PATIENCE)])
            ask()
            cursor.execute(timeout, ["0"])
    except OperationalError:
        return False
    return True


def _hit(source: RecordSource, record: Any) -> Hit:
    meta = source.model._meta
    return {
        "title": source.title(record),
        "reference": code_of(record) if source.prefix else "",
        "detail": str(source.detail(record)),
        "icon": source.icon,
        "url": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk]),
    }


# --- Pages and actions --------------------------------------------------------------------------


def _pages(request: HttpRequest) -> Iterator[tuple[str, Hit]]:
    """The lines of the menu with all names that they go by."""
    from itsm.site import navigation

    for area in navigation(request):
        for page in area["pages"]:
            hit = {"title": str(page["title"]), "detail": str(area["title"]), "icon": page["icon"]}
            yield _names(page["title"]), {**hit, "url": page["link"]}


def _actions(site: Any, request: HttpRequest) -> Iterator[tuple[str, Hit]]:
    """New records of the kinds that one may open, then what the shell itself offers."""
    for source in _sources(request.user).values():
        admin = site._registry.get(source.model)
        if admin and admin.has_add_permission(request):
            opts = source.model._meta
            title = gettext("New %(name)s") % {"name": opts.verbose_name}
            with override("en"):
                names = f"{title} new {opts.verbose_name}"
            url = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
            yield names, _action(title, source.icon, url=url)
    account = reverse("admin:account")
    yield _names(_("My account")), _action(_("My account"), "account_circle", url=account)
    for code, label in _LANGUAGES.items():
        if code != get_language():
            names = f"{_names(label)} language idioma english español spanish inglés"
            yield names, _action(label, "translate", command=f"language-{code}")
    for command, (symbol, label) in _COMMANDS.items():
        yield _names(label), _action(label, symbol, command=command)


_LANGUAGES = {"en": _("Switch to English"), "es-mx": _("Switch to Spanish")}
_COMMANDS = {
    "light": ("light_mode", _("Light colours")),
    "dark": ("dark_mode", _("Dark colours")),
    "system": ("computer", _("Colours as the system has them")),
    "keys": ("keyboard", _("Keyboard shortcuts")),
    "sign-out": ("logout", _("Sign out")),
}


def _action(title: Any, symbol: str, **how: str) -> Hit:
    """Either leads to a `url` or presses the button of the page that carries the `command`."""
    return {"title": str(title), "icon": symbol, "detail": "", **how}


def _names(title: Any) -> str:
    """In one's own language and in English, which many know the pages by."""
    own = str(title)
    with override("en"):
        return f"{own} {title}"


def _offered(entries: Iterator[tuple[str, Hit]], question: Question) -> list[Hit]:
    """Those that every typed word begins a word of."""
    typed = [folded(word.lower()) for word in question.words]

    def fits(names: str) -> bool:
        words = folded(names.lower()).split()
        return all(any(word.startswith(part) for word in words) for part in typed)

    return [hit for names, hit in entries if fits(names)][:LIMIT]
