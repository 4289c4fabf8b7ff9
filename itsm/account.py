"""One's own account: language and time zone, messages, API tokens. And the page about the roles."""

import zoneinfo
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
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
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin import add_refusal
from core.api.collisions import attempt
from core.errors import Refused, ValidationError
from notifications.enums import MessageKind
from notifications.models import Preference
from notifications.services import edit_preferences
from people.dialogs import (
    MintCalendarForm,
    MintTokenForm,
    MintWallboardForm,
    RevokeCalendarForm,
    RevokeTokenForm,
    RevokeWallboardForm,
)
from people.models import ApiToken, CalendarKey, User, WallboardKey
from people.roles import ROLES, Role
from people.scope import scope_of
from people.services import edit_account
from people.stepup import require_confirmation


class LocaleForm(forms.ModelForm):
    """How the portal speaks to one."""

    class Meta:
        model = User
        fields = ("language", "time_zone", "first_page")
        widgets = {"time_zone": forms.TextInput({"list": "time-zones", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_page"].required = False

    def clean_first_page(self) -> str:
        """What is not said stays."""
        return self.cleaned_data["first_page"] or self.instance.first_page


class MessagesForm(forms.Form):
    """What one wants by e-mail, and when not."""

    wanted = forms.MultipleChoiceField(
        label=_("By e-mail"), required=False, widget=forms.CheckboxSelectMultiple
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput({"type": "time"}),
        help_text=_("In your time zone. Urgent messages come anyway."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = MessageKind.choices

    def changes(self) -> dict[str, Any]:
        """What `edit_preferences` takes: the kinds that are not wanted."""
        given = dict(self.cleaned_data)
        wanted = set(given.pop("wanted"))
        return {"muted_kinds": [k for k in MessageKind.values if k not in wanted], **given}


def urls(site: Any) -> list[Any]:
    """The addresses of these pages, to stand in the admin site."""
    pages = [
        ("account/", account_page, "account"),
        ("account/locale/", locale_switch, "account_locale"),
        ("account/tokens/mint/", mint_page, "account_mint"),
        ("account/tokens/<int:token_id>/revoke/", revoke_page, "account_revoke"),
        ("account/calendars/mint/", mint_calendar_page, "account_calendar_mint"),
        ("account/calendars/<int:key_id>/revoke/", revoke_calendar_page, "account_calendar_revoke"),
        ("account/screens/mint/", mint_screen_page, "account_screen_mint"),
        ("account/screens/<int:key_id>/revoke/", revoke_screen_page, "account_screen_revoke"),
        ("people/roles/", roles_page, "people_roles"),
    ]
    return [
        path(at, site.admin_view(_with_site(site, view)), name=name) for at, view, name in pages
    ]


def _with_site(site: Any, view: Any) -> Any:
    return lambda request, **kwargs: view(site, request, **kwargs)


def account_page(site: Any, request: HttpRequest) -> HttpResponse:
    """Shows everything that one may set about oneself; each part is a form of its own."""
    user = User.objects.get(pk=request.user.pk)  # services want the row, not Django's lazy one
    forms_by_part = {"locale": LocaleForm(instance=user), "messages": _messages_form(user)}
    if request.method == "POST":
        part = request.POST.get("part", "")
        if part == "locale":
            form: Any = LocaleForm(request.POST, instance=User.objects.get(pk=user.pk))
        elif part == "messages":
            form = MessagesForm(request.POST)
        else:
            raise Http404
        if form.is_valid() and _saved(user, part, form):
            with translation.override(form.cleaned_data.get("language", user.language)):
                messages.success(request, gettext("Your changes were saved."))
            return HttpResponseRedirect(reverse("admin:account"))
        forms_by_part[part] = form
    now = timezone.now()
    tokens = ApiToken.objects.filter(user=user.pk).order_by("-created_at")[:100]
    context = {
        **site.each_context(request),
        "title": _("My account"),
        "parts": forms_by_part,
        "tokens": [(t, t.revoked_at is None and t.expires_at > now) for t in tokens],
        "calendars": user.calendar_keys.select_related("team").order_by("-created_at")[:50],
        "screens": user.wallboard_keys.order_by("-created_at")[:50],
        "has_wallboard": user.has_perm("incidents.view_incident"),
        "grants": user.grants.in_force(now).select_related("team"),
        "time_zones": sorted(zoneinfo.available_timezones()),
    }
    status = 400 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/account.html", context, status=status)


def locale_switch(site: Any, request: HttpRequest) -> HttpResponse:
    """Another language or time zone, chosen in the menu of any page; one stays on that page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = User.objects.get(pk=request.user.pk)
    now = {name: getattr(user, name) for name in LocaleForm.Meta.fields}
    asked = {name: request.POST.get(name, kept) for name, kept in now.items()}
    form = LocaleForm(asked, instance=User.objects.get(pk=user.pk))
    if not (form.is_valid() and _saved(user, "locale", form)):
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    to = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(to if is_ours else reverse("admin:index"))


def mint_page(site: Any, request: HttpRequest) -> HttpResponse:
    """A new token, its secret shown in the answer to this one request."""
    require_confirmation(request)
    return _dialog_page(site, request, MintTokenForm, request.user)


def revoke_page(site: Any, request: HttpRequest, token_id: int) -> HttpResponse:
    """Ends one of one's own tokens."""
    token = ApiToken.objects.filter(user=request.user.pk, pk=token_id).first()
    if token is None:
        raise Http404
    return _dialog_page(site, request, RevokeTokenForm, token)


def mint_calendar_page(site: Any, request: HttpRequest) -> HttpResponse:
    """A new address of a calendar, shown in the answer to this one request."""
    require_confirmation(request)
    return _dialog_page(site, request, MintCalendarForm, request.user)


def revoke_calendar_page(site: Any, request: HttpRequest, key_id: int) -> HttpResponse:
    """Ends one of one's own addresses."""
    key = CalendarKey.objects.filter(user=request.user.pk, pk=key_id).first()
    if key is None:
        raise Http404
    return _dialog_page(site, request, RevokeCalendarForm, key)


def mint_screen_page(site: Any, request: HttpRequest) -> HttpResponse:
    """A new address of the wallboard, shown in the answer to this one request."""
    require_confirmation(request)
    return _dialog_page(site, request, MintWallboardForm, request.user)


def revoke_screen_page(site: Any, request: HttpRequest, key_id: int) -> HttpResponse:
    """Ends one of one's own addresses of the wallboard."""
    key = WallboardKey.objects.filter(user=request.user.pk, pk=key_id).first()
    if key is None:
        raise Http404
    return _dialog_page(site, request, RevokeWallboardForm, key)


def roles_page(site: Any, request: HttpRequest) -> HttpResponse:
    """What each role is for and permits, for everybody who has one."""
    if not scope_of(request.user).roles:
        raise Http404
    roles = [(Role(role), facts.description, _readable(facts)) for role, facts in ROLES.items()]
    context = {**site.each_context(request), "title": _("Roles"), "roles": roles}
    return TemplateResponse(request, "admin/roles.html", context)


_VERBS = {
    "view": _("see"),
    "add": _("create"),
    "change": _("edit"),
    "import": _("import"),
    "override": _("override the priority"),
    "share": _("share"),
    "judge": _("judge drills and missed targets"),
    "export": _("export"),
}
_NAMES = {"list": _("lists"), "exceptions": _("exceptions")}  # permissions that are of no model


def _readable(facts: Any) -> list[tuple[str, str]]:
    """What a role permits, in words: the kind of record and what may be done with it."""
    verbs: dict[str, list[str]] = {}
    for permission in sorted(facts.permissions):
        app, _dot, code = permission.partition(".")
        verb, _bar, model = code.partition("_")
        model = model if model != "priority" else "incident"
        name = _NAMES.get(model) or apps.get_model(app, model)._meta.verbose_name_plural
        name = capfirst(str(name))
        verbs.setdefault(name, []).append(str(_VERBS.get(verb, verb)))
    return [(name, ", ".join(found)) for name, found in sorted(verbs.items())]


def _messages_form(user: Any) -> MessagesForm:
    wish = Preference.objects.filter(user=user.pk).first() or Preference()
    wanted = [kind for kind in MessageKind.values if kind not in wish.muted_kinds]
    quiet = {"quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until}
    return MessagesForm(initial={"wanted": wanted, **quiet})


def _saved(user: Any, part: str, form: Any) -> bool:
    def save() -> None:
        if part == "locale":
            edit_account(user, actor=user, **form.cleaned_data)
        else:
            edit_preferences(user, actor=user, **form.changes())

    try:
        attempt(transaction.atomic(save))
    except (Refused, ValidationError) as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _dialog_page(site: Any, request: HttpRequest, form_class: Any, record: Any) -> HttpResponse:
    form = form_class(
        request.POST if request.method == "POST" else None, record=record, actor=request.user
    )
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                attempt(transaction.atomic(form.perform))
            except (Refused, ValidationError) as refusal:
                status = add_refusal(form, refusal)
            else:
                status = 200
                if not getattr(form, "outcome", None):
                    done = gettext("Done: %(action)s.") % {"action": form.title}
                    messages.success(request, done)
                    return HttpResponseRedirect(reverse("admin:account"))
    context = {
        **site.each_context(request),
        "form": form,
        "title": form.title,
        "record": record,
        "record_url": reverse("admin:account"),
        "crumbs": [(gettext("My account"), reverse("admin:account"))],
        "action_url": request.path,
        "outcome": getattr(form, "outcome", None),
    }
    return TemplateResponse(request, "portal/action_page.html", context, status=status)
