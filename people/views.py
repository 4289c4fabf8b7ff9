"""The sign-in pages: allauth's views in the portal's look. What is not here is not offered."""

from typing import Any

from allauth.account import views as account
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters


class _PortalPage:
    """Gives a page what the portal's skeleton shows."""

    title: Any
    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),  # type: ignore[misc]  # -- a mixin of views
            "title": self.title,
            "languages": settings.LANGUAGES,
            "is_demo": settings.DEMO,
        }


class SignIn(_PortalPage, account.LoginView):
    title = _("Sign in")


@method_decorator(never_cache, name="dispatch")
class SignOut(_PortalPage, account.LogoutView):
    title = _("Sign out")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class Reauthenticate(_PortalPage, account.ReauthenticateView):
    title = _("Confirm that it is you")


@method_decorator(never_cache, name="dispatch")
class ChangePassword(_PortalPage, account.PasswordChangeView):
    title = _("Change password")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_usable_password():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return settings.LOGIN_REDIRECT_URL
