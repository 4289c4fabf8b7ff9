"""The workbench: one change at a time, with all that deciding needs; by keys, or with a thumb."""

from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from changes.dossier import dossier_of, open_step_of
from changes.enums import Decision
from changes.forms.conditions import SetConditionForm, unoffered
from changes.forms.votes import VoteForm
from changes.models import Change, Meeting, Vote
from changes.sitting import Sitting, sitting_of
from core.admin_forms import add_refusal
from core.api.collisions import attempt
from core.errors import Refused, ValidationError
from people.stepup import confirmed_for_sitting


def urls(site: Any) -> list[Any]:
    view = site.admin_view
    return [
        path("workbench/", view(start), name="changes_workbench"),
        path("workbench/<int:pk>/", view(decide_about), name="changes_workbench_at"),
    ]


def workbench_url(pk: int) -> str:
    return reverse("admin:changes_workbench_at", args=[pk])


def start(request: HttpRequest) -> HttpResponse:
    """Leads to the first change that awaits one's vote; says so where none does."""
    if not request.user.has_perm("changes.approve_change"):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    sitting = sitting_of(request)
    following = sitting.following()
    if following is not None:
        return HttpResponseRedirect(workbench_url(following))
    upcoming = Meeting.objects.visible_to(request.user).to_come(timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("Workbench"),
        "sitting": sitting,
        "meeting": upcoming.select_related("board").order_by("starts_at").first(),
    }
    return TemplateResponse(request, "changes/workbench_done.html", context)


def decide_about(request: HttpRequest, pk: int) -> HttpResponse:
    """One change (GET), and one's vote about it (POST)."""
    if not request.user.has_perm("changes.approve_change"):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    change = change_or_404(request.user, pk)
    sitting = sitting_of(request, pk)
    if request.method == "POST":
        return _vote(request, change, sitting)
    panel = vote_panel(request, change)
    return _page(request, change, sitting, panel)


def change_or_404(user: Any, pk: int) -> Change:
    people = ("requester__person", "implementer__person", "team")
    rows = Change.objects.visible_to(user).select_related(*people).defer("search")
    change = rows.filter(pk=pk).first()
    if change is None:
        raise Http404
    return change


def vote_panel(request: HttpRequest, change: Change, form: Any = None) -> dict[str, Any]:
    """The form for one's vote where it is asked for, else what one said. Whoever wants to vote
    confirms the password once a sitting."""
    user = request.user
    asks = Change.objects.filter(pk=change.pk).awaiting_vote_of(user, timezone.now()).exists()
    said = request.GET.get("say", "")
    if asks and said in Decision.values and not confirmed_for_sitting(request):
        raise ReauthenticationRequired
    if asks and form is None:
        form = VoteForm(record=change, actor=user, initial=_known(change, user, said))
    own = None
    if change.version_hash and user.person_id:
        votes = Vote.objects.filter(version_hash=change.version_hash, cast_by_person=user.person_id)
        own = votes.order_by("-pk").first()
    return {
        "form": form if asks else None,
        "own": own,
        "is_open": said in Decision.values or (form is not None and form.is_bound),
        "is_confirmed": confirmed_for_sitting(request),
        "action_url": workbench_url(change.pk),
        "choices": [(code, label, _KEYS[code]) for code, label in Decision.choices],
    }


_KEYS = {
    Decision.APPROVE.value: "a",
    Decision.REJECT.value: "r",
    Decision.ABSTAIN.value: "b",
    Decision.RECUSE.value: "",
}


def _known(change: Change, user: Any, said: str) -> dict[str, Any]:
    """The decision that a key chose, and for whom one votes who has no seat of one's own."""
    known = {"decision": said if said in Decision.values else ""}
    step = open_step_of(change)
    if step and not step["step"].electors.filter(person=user.person_id).exists():
        away = step["step"].electors.filter(
            user__absences__substitute=user.pk,
            user__absences__starts_at__lte=timezone.now(),
            user__absences__ends_at__gt=timezone.now(),
        )
        for seat in away.select_related("user")[:1]:
            known["on_behalf_of"] = seat.user.username
    return known


def cast(request: HttpRequest, change: Change) -> Any:
    """Cast what was posted; returns the form where something is wrong with it, else None."""
    form = VoteForm(request.POST, record=change, actor=request.user)
    if not form.is_valid():
        return form
    try:
        attempt(transaction.atomic(form.perform))
    except (Refused, ValidationError) as refusal:
        add_refusal(form, refusal)
        return form
    told = {"decision": dict(Decision.choices)[form.cleaned_data["decision"]]}
    told["reference"] = change.reference
    messages.success(request, _("%(reference)s: %(decision)s") % told)
    return None


def _vote(request: HttpRequest, change: Change, sitting: Sitting) -> HttpResponse:
    back = _room_of(request)
    if not confirmed_for_sitting(request):
        decision = request.POST.get("decision", "")
        query = f"?say={decision}" if decision in Decision.values else ""
        return HttpResponseRedirect(workbench_url(change.pk) + query)
    form = cast(request, change)
    if form is not None:
        change = change_or_404(request.user, change.pk)
        panel = vote_panel(request, change, form)
        if panel["form"] is None:
            for reason in form.non_field_errors():
                messages.error(request, reason)
        return _page(request, change, sitting, panel, status=400)
    if back:
        return HttpResponseRedirect(back)
    following = Sitting(sitting.ids, sitting.open_ids - {change.pk}).following(change.pk)
    if following is None:
        return HttpResponseRedirect(reverse("admin:changes_workbench"))
    return HttpResponseRedirect(workbench_url(following))


def _room_of(request: HttpRequest) -> str:
    """The meeting from which the vote was cast, where one sees it."""
    meeting, item = request.POST.get("meeting", ""), request.POST.get("item", "")
    if not (meeting.isdecimal() and item.isdecimal() and len(meeting + item) < 30):
        return ""
    if not Meeting.objects.visible_to(request.user).filter(pk=int(meeting)).exists():
        return ""
    return f"{reverse('admin:changes_meeting_room', args=[int(meeting)])}?item={int(item)}"


def _page(
    request: HttpRequest, change: Change, sitting: Sitting, panel: dict[str, Any], status: int = 200
) -> HttpResponse:
    before, after = sitting.beside(change.pk, -1), sitting.beside(change.pk, 1)
    context = {
        **admin.site.each_context(request),
        "title": _("Workbench"),
        "crumbs": [(_("Changes"), reverse("admin:changes_change_changelist"))],
        "dossier": dossier_of(change, request.user),
        "open_step": open_step_of(change),
        "panel": panel,
        "sitting": sitting,
        "place": sitting.place_of(change.pk),
        "previous_url": workbench_url(before) if before else "",
        "next_url": workbench_url(after) if after else "",
        "condition_url": condition_url(change, request.user),
    }
    return TemplateResponse(request, "changes/workbench.html", context, status=status)


def condition_url(change: Change, user: Any) -> str:
    """The dialog for a condition, where one may set one."""
    if SetConditionForm.action in unoffered(change, user):
        return ""
    return reverse("admin:changes_change_action", args=[change.pk, SetConditionForm.action])
