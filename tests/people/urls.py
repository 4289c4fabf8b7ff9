"""A portal of two pages and one endpoint, to try sign-in, sessions and tokens on."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone, translation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from people.enums import TokenScope
from people.stepup import confirmed


def page(request: HttpRequest) -> HttpResponse:
    """Says who looks, in which language and time zone."""
    zone = timezone.get_current_timezone_name()
    return HttpResponse(f"{request.user} {translation.get_language()} {zone}")


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    return page(request)


@confirmed
def sensitive(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"done by {request.user}")


class Endpoint(APIView):
    """Answers whoever got in."""

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.username, "language": translation.get_language()})

    def post(self, request: Request) -> Response:
        return Response({"user": request.user.username}, status=201)


class Ballot(Endpoint):
    token_scope = TokenScope.VOTE


class Diary(Endpoint):
    personal_only = True


urlpatterns = [
    path("accounts/", include("people.urls")),
    path("api/v1/thing/", Endpoint.as_view()),
    path("api/v1/ballot/", Ballot.as_view()),
    path("api/v1/diary/", Diary.as_view()),
    path("public/", public),
    path("sensitive/", sensitive),
    path("", page),
    path("portal/", admin.site.urls),  # the sign-in pages' skeleton asks it for its look
]
