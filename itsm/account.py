"""One's own account page: language, time zone, API tokens, what one wants to be told."""
from typing import Any
from django.urls import path
from django.http import HttpResponse

def urls(site: Any) -> list[Any]:
    return [path("account/", site.admin_view(lambda r: HttpResponse("x")), name="account")]
