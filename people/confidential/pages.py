"""The pages of break-glass: asked for, decided by two others, and what participants read of it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.admin import add_refusal
from core.api.collisions import attempt
from core.errors import Refused, ValidationError
from people.choosing import offer_people
from people.confidential.enums import GlassStatus
from people.confidential.workflow import GLASS_WORKFLOW, may_approve_glass, may_ask_for_glass
from people.models import GlassAccess, User
from people.services import break_glass

MOST = 100
_STEPS = {
    "approve": break_glass.approve_opening,
    "refuse": break_glass.refuse_opening,
    "withdraw": break_glass.withdraw_asking,
    "end": break_glass.end_access,
}


class AskForm(forms.Form):
    """Whose 1:1s, and why they have to be read."""

    lead = forms.ModelChoiceField(label=_("lead"), queryset=User.objects.none())
    employee = forms.ModelChoiceField(label=_("employee"), queryset=User.objects.none())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=break_glass.LONGEST_REASON,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
        help_text=_("Read by those who decide, and afterwards by those whose record it is."),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for name in ("lead", "employee"):
            offer_people(self.fields[name], actor)

    def perform(self) -> GlassAccess:
        return break_glass.ask_to_open(actor=self.actor, **self.cleaned_data)


def urls(site: Any) -> list[Any]:
    """The addresses of the pages, to stand in the admin site."""

    def view(page: Any) -> Any:
        guarded = sensitive_post_parameters()(never_cache(lambda r, **k: page(site, r, **k)))
        return site.admin_view(guarded)

    return [
        path("break-glass/", view(list_page), name="break_glass"),
        path("break-glass/<int:access_id>/", view(access_page), name="break_glass_one"),
    ]


def list_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The accesses one sees; whoever may, asks for one here."""
    user: Any = request.user
    rows = GlassAccess.objects.visible_to(user).select_related("record", "asked_by__person")
    found = list(rows.order_by("-pk")[:MOST])
    may_ask = may_ask_for_glass(user)
    if not (found or may_ask or may_approve_glass(user)):
        raise PermissionDenied
    form = AskForm(request.POST or None, actor=user) if may_ask else None
    status = 200
    if request.method == "POST":
        status = 400
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = attempt(transaction.atomic(form.perform))
                return HttpResponseRedirect(reverse("admin:break_glass_one", args=[made.pk]))
            except (Refused, ValidationError) as refusal:
                status = add_refusal(form, refusal)
    context = {
        **site.each_context(request),
        "title": _("Break-glass"),
        "accesses": found,
        "form": form,
    }
    return TemplateResponse(request, "people/break_glass/list.html", context, status=status)


def access_page(site: Any, request: HttpRequest, access_id: int) -> HttpResponse:
    """One access: who asked and why, who approved, until when it is open."""
    user: Any = request.user
    rows = GlassAccess.objects.visible_to(user).select_related("record__series", "asked_by__person")
    access = rows.filter(pk=access_id).first()
    if access is None:
        raise Http404
    refusal, status = "", 200
    if request.method == "POST":
        step = _STEPS.get(request.POST.get("do", ""))
        if step is None:
            raise Http404
        try:
            step(access, actor=user)
            return HttpResponseRedirect(request.path)
        except Refused as error:
            refusal, status = str(error), 409
    series = access.record.series
    is_open = access.status == GlassStatus.OPEN and access.closes_at > timezone.now()
    context = {
        **site.each_context(request),
        "title": access.reference,
        "crumbs": [(_("Break-glass"), reverse("admin:break_glass"))],
        "access": access,
        "series": series,
        "reason": break_glass.read_reason(access, actor=user),
        "approvals": access.approvals.select_related("approved_by__person").order_by("pk"),
        "moves": [m for m in GLASS_WORKFLOW.available(access, user) if m.action in _STEPS],
        "refusal": refusal,
        "reads": is_open and access.asked_by_id == user.pk,
    }
    return TemplateResponse(request, "people/break_glass/access.html", context, status=status)
