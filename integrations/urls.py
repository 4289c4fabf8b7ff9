"""Addresses under `/hooks/`, which other systems post to."""

from django.urls import re_path

from integrations.views import receive

app_name = "integrations"

urlpatterns = [
    # A redirect would turn the POST into a GET, so the closing slash may be missing.
    re_path(r"^(?P<kind>[a-z]{1,20})/(?P<key>[^/]{1,200})/?$", receive, name="hook"),
]
