"""The portal as a Django admin site: who gets in, what the sidebar offers, how the pages look."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from itsm import account, home
from itsm.menu import AREAS
from people.scope import scope_of

_DROPPED = {"password_change", "password_change_done", "view_on_site", "search"}


class PortalAdminSite(UnfoldAdminSite):
    """Everybody with an active account gets in; what they find is another matter."""

    site_title = site_header = index_title = "ITSM"
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

    def get_urls(self) -> list[Any]:
        """Django's and Unfold's, without the pages that are not ours to offer."""
        return [url for url in super().get_urls() if getattr(url, "name", "") not in _DROPPED]

    def extra_urls(self) -> list[Any]:
        return account.urls(self)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return []  # the sidebar is ours; nothing else lists the models


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: areas with the pages that the person may open; nothing without a role."""
    if not scope_of(request.user).roles:
        return []
    groups = []
    for title, pages in AREAS:
        items = [
            {"title": page.title, "icon": page.icon, "link": link}
            for page in pages
            if page.opens_for(request.user) and (link := _link(page.url_name))
        ]
        if items:
            groups.append({"title": title, "separator": bool(groups), "items": items})
    return groups


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """What the menu under one's own name offers."""
    return [{"title": _("My account"), "link": reverse("admin:account")}]


def environment_badge(request: HttpRequest) -> list[str]:
    """Where one is, so that nobody tries something out in production."""
    tones = {"production": "danger", "staging": "warning"}
    return [settings.ENVIRONMENT, tones.get(settings.ENVIRONMENT, "info")]


def icon(request: HttpRequest) -> str:
    return static("itsm/icon.svg")


def _link(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
