"""Every address of the portal. The admin is last, since it answers for all that is left."""

from django.contrib import admin
from django.urls import include, path, re_path

from integrations.calendar_feed import send_calendar
from itsm import health
from itsm.wallboard import screen_page
from sla.feedback_page import ask_feedback

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("people.urls")),
    re_path(r"^calendar/(?P<secret>[\w-]{20,100})\.ics$", send_calendar, name="calendar_feed"),
    re_path(r"^wallboard/(?P<secret>[\w-]{20,100})/$", screen_page, name="wallboard_screen"),
    path("feedback/<str:token>/", ask_feedback, name="feedback"),
    path("hooks/", include("integrations.urls")),
    path("ledger/", include("evidence.urls")),
    path("", include("itsm.api")),
    path("", admin.site.urls),
]

handler400 = "itsm.errors.bad_request"
handler403 = "itsm.errors.forbidden"
handler404 = "itsm.errors.not_found"
handler500 = "itsm.errors.server_error"
