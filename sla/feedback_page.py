"""The page on which a contact answers, without signing in. It tells nothing of the record beyond
its reference and title, and an unknown link is a page that is not there."""

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.errors import Refused, ValidationError
from sla.feedback_enums import SCORES, FeedbackKind, InvitationState
from sla.feedback_services import answer_invitation, digest_of
from sla.models import FeedbackInvitation

RATE = "30/m/ip"
_CSAT_LABELS = {
    1: _("Very dissatisfied"),
    2: _("Dissatisfied"),
    3: _("Neither"),
    4: _("Satisfied"),
    5: _("Very satisfied"),
}


class AnswerForm(forms.Form):
    """A score and, for who wants, some words."""

    score = forms.TypedChoiceField(label=_("Score"), coerce=int, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Anything you would like to add?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, kind: FeedbackKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = _CSAT_LABELS if kind == FeedbackKind.CSAT else {}
        score: Any = self.fields["score"]
        score.choices = [(n, named.get(n, str(n))) for n in SCORES[kind]]
        score.error_messages["required"] = _("Choose one of the scores.")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_feedback(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST takes the answer: 404 for unknown links, 429 for too many requests from one
    address, 410 after the end, 409 where it was answered already."""
    rate = {"feedback": RATE}
    if not ratelimit.consume(request, app="sla", action="feedback", config=rate, limit_get=True):
        return _page(request, None, status=429, said=_("Too many requests: wait a minute."))
    found = FeedbackInvitation.objects.filter(digest=digest_of(token))
    row = found.exclude(state=InvitationState.WITHDRAWN).first()
    if row is None:
        raise Http404
    with translation.override(row.language):
        return _asked(request, row)


def _asked(request: HttpRequest, row: FeedbackInvitation) -> HttpResponse:
    if hasattr(row, "answer"):
        status = 409 if request.method == "POST" else 200
        return _page(request, row, status=status, said=_("You have answered. Thank you."))
    if row.expires_at <= timezone.now():
        return _page(request, row, status=410, said=_("This question can no longer be answered."))
    kind = FeedbackKind(row.kind)
    if request.method != "POST":
        return _page(request, row, form=AnswerForm(kind=kind))
    form = AnswerForm(request.POST, kind=kind)
    if form.is_valid():
        try:
            answer_invitation(row, **form.cleaned_data)
        except ValidationError as refused:
            for name, errors in refused.error_dict.items():
                form.add_error(name, errors)
        except Refused as refused:
            return _page(request, row, status=409, said=str(refused))
        else:
            return _page(request, row, said=_("Thank you: your answer has reached us."))
    return _page(request, row, status=400, form=form)


def _page(
    request: HttpRequest,
    row: FeedbackInvitation | None,
    *,
    status: int = 200,
    form: AnswerForm | None = None,
    said: Any = "",
) -> HttpResponse:
    context = {"row": row, "form": form, "said": said, "site_title": settings.SITE_NAME}
    response = render(request, "sla/feedback.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
