"""Every address of the portal. The admin is last, since it answers for all that is left."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from itsm import health

_PARTS = [("accounts/", "people.urls"), ("", "itsm.api"), ("hooks/", "integrations.urls")]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    *(path(at, include(module)) for at, module in _PARTS if find_spec(module)),
    path("", admin.site.urls),
]

handler400 = "itsm.errors.bad_request"
handler403 = "itsm.errors.forbidden"
handler404 = "itsm.errors.not_found"
handler500 = "itsm.errors.server_error"
