"""The portal as a Django admin site: who gets in, what the menu offers, how the pages look."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from evidence import pages as evidence_pages
from incidents.queues import pages as queue_pages
from itsm import (
    account,
    agreed_rows,
    guide,
    home,
    mandate_page,
    measures,
    palette,
    team_page,
    wallboard,
)
from itsm.counts import counts_for
from itsm.menu import AREAS, Page
from people.coaching import pages as coaching_pages
from people.confidential import pages as glass_pages
from people.one_on_ones import pages as one_on_one_pages
from people.quality import page as quality_page
from people.scope import scope_of

_DROPPED = {"password_change", "password_change_done", "view_on_site", "search"}
_ENVIRONMENTS = {
    "production": (_("Production"), _("What you do here is real.")),
    "staging": (_("Staging"), _("For trying out; the data are copies.")),
    "demo": (_("Demo"), _("An invented company: try whatever you like.")),
}


class PortalAdminSite(UnfoldAdminSite):
    """Everybody with an active account gets in; what they find is another matter."""

    site_title = site_header = index_title = settings.SITE_NAME
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.is_active

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        query = urlencode({"next": request.GET.get("next") or "/"})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")

    login.login_required = False  # type: ignore[attr-defined]  # -- as `login_not_required` marks it

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return LogoutView.as_view(next_page=reverse("account_login"))(request)

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return home.page(self, request)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("admin:index"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the shell shows on every page. Unfold's own counts and copies more than we show."""
        context = AdminSite.each_context(self, request)

        def lazily(what: Any) -> Any:  # answers that draw no page ask for nothing
            return SimpleLazyObject(lambda: what(request))

        return {
            **context,
            "site_title": settings.SITE_NAME,
            "styles": [static(f"itsm/{part}.css") for part in settings.PORTAL_STYLES],
            "scripts": [static(f"itsm/{part}.js") for part in settings.PORTAL_SCRIPTS],
            "environment_code": settings.ENVIRONMENT,
            "environment_badge": environment_badge(),
            "sidebar_navigation": lazily(navigation) if context["has_permission"] else [],
            "first_steps": lazily(guide.first_steps) if context["has_permission"] else None,
            "shell_languages": settings.LANGUAGES,
            "shell_zones": zones_offered(request.user),
        }

    def get_urls(self) -> list[Any]:
        """Django's and Unfold's, without the pages that are not ours to offer."""
        return [url for url in super().get_urls() if getattr(url, "name", "") not in _DROPPED]

    def extra_urls(self) -> list[Any]:
        own: tuple[Any, ...] = (
            *(account, palette, guide, measures, wallboard, mandate_page, agreed_rows),
        )
        own += (evidence_pages, queue_pages, one_on_one_pages, coaching_pages, glass_pages)
        own += (quality_page, team_page)
        return [url for pages in own for url in pages.urls(self)]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return []  # the sidebar is ours; nothing else lists the models


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu: areas with the pages that the person may open; nothing without a role."""
    if not scope_of(request.user).roles:
        return []
    areas = []
    for area in AREAS:
        pages = [(page, link) for page in area.pages if (link := _link(page, request.user))]
        if pages:
            areas.append({"code": area.code, "title": area.title, "pages": pages})
    wanted = [(link, page.count) for area in areas for page, link in area["pages"] if page.count]
    counted = counts_for(request, wanted)
    here = _here(request, [link for area in areas for _page, link in area["pages"]])
    for area in areas:
        area["pages"] = [_line(page, link, here, counted) for page, link in area["pages"]]
    return areas


def _link(page: Page, user: Any) -> str:
    """Where a line of the menu leads; nowhere for those who may not go there."""
    if not page.opens_for(user):
        return ""
    try:
        link = reverse(page.url_name)
    except NoReverseMatch:
        return ""
    return f"{link}?{page.query}" if page.query else link


def _here(request: HttpRequest, links: list[str]) -> str:
    """The line that stands for the page: the same address, else the one furthest up its path."""
    if request.get_full_path() in links:
        return request.get_full_path()
    above = [x for x in links if x == request.path or (x != "/" and request.path.startswith(x))]
    return max(above, key=len, default="")


def _line(page: Page, link: str, here: str, counted: dict[str, str]) -> dict[str, Any]:
    return {
        "title": page.title,
        "icon": page.icon,
        "link": link,
        "shortcut": page.shortcut,
        "is_part": bool(page.query),
        "is_here": link == here,
        "count": counted.get(link, ""),
        "count_note": page.count_note,
    }


def environment_badge() -> dict[str, Any]:
    """Where one is, so that nobody tries something out in production."""
    label, note = _ENVIRONMENTS.get(settings.ENVIRONMENT, (settings.ENVIRONMENT, ""))
    return {"label": label, "note": note}


def zones_offered(user: Any) -> list[str]:
    """One's own time zone and those of the company; the account page knows all of them."""
    own = getattr(user, "time_zone", settings.DEFAULT_TIME_ZONE)
    return list(dict.fromkeys([own, settings.DEFAULT_TIME_ZONE, *settings.TIME_ZONES_OFFERED]))
