"""What a record's page needs for its timeline: pages of entries, previews, people to mention."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.markdown import render_markdown
from core.record.entries import Entry, Position, Timeline, joined
from core.record.side import Block

LONGEST_PREVIEW = 20_000  # characters
SUGGESTED = 8
_EVERYTHING = "all"

type View = Callable[..., HttpResponseBase]


class TellsTimeline:
    """Mixed into a record's pages. A record whose app names a `timeline` has one."""

    timeline: ClassVar[Timeline | None] = None
    # Whether the browser keeps what was typed and not sent; never for what is confidential.
    keeps_drafts: ClassVar[bool] = False

    opts: Any
    get_object: Any
    url_of: Any

    # --- What apps say --------------------------------------------------------------------------

    def get_side(self, request: HttpRequest, record: Any) -> list[Block]:
        """What stands beside the record."""
        return []

    def get_talk(self, request: HttpRequest, record: Any) -> dict[str, Any] | None:
        """The add box: `form`, `action_url` and whom a public comment reaches; None for those who
        only read."""
        return None

    def get_mentionable(self, request: HttpRequest, record: Any, typed: str) -> Any:
        """Accounts that may be mentioned, by the beginning of a name: those who may see this very
        record. None where nobody is mentioned."""
        return None

    # --- The timeline ---------------------------------------------------------------------------

    def timeline_urls(self, wrap: Callable[[View], View]) -> list[Any]:
        if self.timeline is None:
            return []
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        views = {
            "timeline": self.timeline_view,
            "preview": self.preview_view,
            "people": self.people_view,
        }
        return [
            path(f"<path:object_id>/{part}/", wrap(view), name=f"{name}_{part}")
            for part, view in views.items()
        ]

    def timeline_context(self, request: HttpRequest, record: Any) -> dict[str, Any] | None:
        """A page of the timeline, with the chips that narrow it."""
        if self.timeline is None:
            return None
        kinds = self._chosen_kinds(request)
        start = Position.read(request.GET.get("from", ""))
        before = start.after() if start else Position.read(request.GET.get("before", ""))
        page = self.timeline.read(record, request.user, before=before, kinds=kinds)
        url = self.url_of(record)
        show = ",".join(kinds) or _EVERYTHING
        older = urlencode({"show": show, "before": page.older}) if page.older else ""
        return {
            "days": _by_day(joined(page.entries)),
            "url": url,
            "parts_url": self.url_of(record, "timeline"),
            "chips": list(self._chips(kinds)),
            "is_everything": not kinds,
            "older": older,
            "is_from_within": before is not None,
            "now": timezone.now(),
            "box": self.get_talk(request, record),
            "people_url": self.url_of(record, "people"),
            "preview_url": self.url_of(record, "preview"),
            "draft": self.draft_name(record, "comment"),
            "remembers": f"shown_{self.opts.model_name}",
        }

    def timeline_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """A page of entries alone, for a page that is open already."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        record = self.get_object(request, unquote(object_id))
        context = {"talk": self.timeline_context(request, record), "original": record}
        return TemplateResponse(request, "portal/entries.html", context)

    def _chosen_kinds(self, request: HttpRequest) -> list[str]:
        """The kinds of entries that are asked for: by the address, else as the browser remembers;
        a link to one entry shows all around it."""
        asked = request.GET.get("show")
        if asked is None and "from" not in request.GET:
            asked = request.COOKIES.get(f"shown_{self.opts.model_name}", "").replace(".", ",")
        known = self._kinds()
        chosen = [code for code in known if code in (asked or "").split(",")]
        return [] if len(chosen) == len(known) else chosen

    def _kinds(self) -> Mapping[str, Any]:
        return self.timeline.kinds() if self.timeline else {}

    def _chips(self, chosen: list[str]) -> Iterable[dict[str, Any]]:
        for code, kind in self._kinds().items():
            others = [each for each in chosen if each != code]
            wanted = others if code in chosen else [*chosen, code]
            query = urlencode({"show": ",".join(wanted) or _EVERYTHING})
            yield {"kind": kind, "is_on": code in chosen, "url": f"?{query}"}

    def draft_name(self, record: Any, form: str) -> str:
        """Under which name the browser keeps what was typed into a form; empty: it does not."""
        return f"{self.opts.model_name}-{record.pk if record else 'new'}-{form}" * self.keeps_drafts

    # --- The add box ----------------------------------------------------------------------------

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """A text as it will be shown."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self.get_object(request, unquote(object_id))
        text = request.POST.get("text", "")
        if len(text) > LONGEST_PREVIEW:
            return HttpResponse(_("This text is too long."), status=413)
        return HttpResponse(render_markdown(text, has_mentions=True))

    def people_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """People to mention whose names begin with what was typed."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        record = self.get_object(request, unquote(object_id))
        typed = request.GET.get("q", "").replace("\x00", "")[:60]
        people = self.get_mentionable(request, record, typed)
        if people is None:
            raise Http404
        told = [{"username": p.username, "name": p.get_full_name()} for p in people[:SUGGESTED]]
        return JsonResponse({"people": told})


def _by_day(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries under the days of the person's time zone."""
    days: dict[date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(timezone.localtime(entry.at).date(), []).append(entry)
    today = timezone.localdate()
    return [(_day(day, today), found) for day, found in days.items()]


def _day(day: date, today: date) -> str:
    named = date_format(day, pgettext("format of a day's heading", "l j F Y"))
    if day == today:
        return _("Today · %s") % named
    if day == today - timedelta(days=1):
        return _("Yesterday · %s") % named
    return named[:1].upper() + named[1:]
