"""People, teams, accounts and grants in the portal. Password hashes appear nowhere."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from core.admin import Panel, ScopedModelAdmin
from core.showing import link
from people import (
    calendar_admin,  # noqa: F401 -- registers its pages
    dialogs,
    lists,
    privacy_admin,  # noqa: F401 -- registers its pages
    retention_admin,  # noqa: F401 -- as above
    review_admin,  # noqa: F401 -- registers its pages
    services,
)
from people.calibration import admin as calibration_admin  # noqa: F401 -- as above
from people.growth import admin as growth_admin  # noqa: F401 -- as above
from people.models import ApiToken, Membership, Person, RoleGrant, Subsidiary, Team, User
from people.quality import admin as quality_admin  # noqa: F401 -- as above
from people.quality import rubric_admin  # noqa: F401 -- as above
from people.stepup import require_confirmation


class ConfirmedAdmin(ScopedModelAdmin):
    """Asks for the password again before the dialogs that want it."""

    def before_action(self, request: HttpRequest, form_class: Any) -> None:
        if getattr(form_class, "wants_confirmation", False):
            require_confirmation(request)


@admin.register(Subsidiary)
class SubsidiaryAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.found_subsidiary)
    change_with = staticmethod(services.edit_subsidiary)
    list_class = lists.SubsidiaryList
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "country")


@admin.register(Person)
class PersonAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.hire_person)
    change_with = staticmethod(services.edit_person)
    list_class = lists.PersonList
    search_fields = ("full_name", "employee_number")
    ordering = ("full_name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ["full_name", "employee_number", "job_title", "subsidiary"]
        return [*facts, "left_on"] if obj else facts

    def get_panels(self, request: HttpRequest, record: Person) -> list[Panel]:
        visible = Membership.objects.visible_to(request.user).filter(person=record)
        memberships = list(visible.select_related("team").order_by("-starts_on"))
        accounts = list(User.objects.visible_to(request.user).filter(person=record))
        teams = {
            "columns": [_("Team"), _("From"), _("Until")],
            "rows": [(link(m.team), m.starts_on, m.ends_on) for m in memberships],
            "nothing": _("In no team."),
        }
        owned = {
            "columns": [_("Account"), _("State")],
            "rows": [
                (link(a) if _sees(request, a) else str(a), lists.activity_badge(a))
                for a in accounts
            ],
            "nothing": _("No account."),
        }
        return [
            Panel("teams", _("Teams"), "portal/table.html", teams, len(memberships)),
            Panel("accounts", _("Accounts"), "portal/table.html", owned, len(accounts)),
        ]


@admin.register(Team)
class TeamAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.found_team)
    change_with = staticmethod(services.edit_team)
    action_forms = {"add_member": dialogs.AddMemberForm, "remove_member": dialogs.RemoveMemberForm}
    list_class = lists.TeamList
    search_fields = ("slug", "name")
    ordering = ("slug",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = ["name", "tier", "subsidiary", "country"]
        return facts if obj else ["slug", *facts]

    def get_action_forms(self, request: HttpRequest, record: Team) -> Mapping[str, Any]:
        return self.action_forms if request.user.has_perm("people.change_membership") else {}

    def get_panels(self, request: HttpRequest, record: Team) -> list[Panel]:
        visible = Membership.objects.visible_to(request.user).filter(team=record)
        members = list(visible.select_related("person").order_by("ends_on", "person__full_name"))
        content = {
            "columns": [_("Person"), _("From"), _("Until")],
            "rows": [(link(m.person), m.starts_on, m.ends_on) for m in members],
            "nothing": _("Nobody is in this team."),
        }
        return [Panel("members", _("Members"), "portal/table.html", content, len(members))]


class AccountForm(forms.ModelForm):
    """A new account may get a first password; without one nobody signs in with it yet."""

    password = forms.CharField(
        label=_("First password"),
        required=False,
        max_length=1000,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("At least twelve characters. The person changes it after signing in."),
    )


@admin.register(User)
class UserAdmin(ConfirmedAdmin):
    form = AccountForm
    create_with = staticmethod(services.create_account)
    change_with = staticmethod(services.edit_account)
    action_forms = {
        "grant": dialogs.GrantForm,
        "disable": dialogs.DisableForm,
        "enable": dialogs.EnableForm,
    }
    list_class = lists.AccountList
    search_fields = ("username", "email", "person__full_name")
    ordering = ("username",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("password")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["username", "email", "person", "language", "time_zone", "password"]
        return ["email", "person", "language", "time_zone"]

    def get_header(self, request: HttpRequest, record: User) -> dict[str, Any]:
        return {
            "reference": record.username,
            "title": record.get_full_name(),
            "badges": [lists.activity_badge(record)],
        }

    def get_action_forms(self, request: HttpRequest, record: User) -> Mapping[str, Any]:
        hidden = {"enable" if record.is_active else "disable"}
        if not request.user.has_perm("people.change_user"):
            hidden |= {"enable", "disable"}
        if not request.user.has_perm("people.add_rolegrant"):
            hidden.add("grant")
        return {name: form for name, form in self.action_forms.items() if name not in hidden}

    def get_panels(self, request: HttpRequest, record: User) -> list[Panel]:
        grants = list(
            RoleGrant.objects.visible_to(request.user)
            .filter(user=record)
            .select_related("team", "granted_by")
            .order_by("-starts_at")
        )
        tokens = list(ApiToken.objects.visible_to(request.user).filter(user=record))
        held = {
            "columns": [_("Role"), _("Where"), _("From"), _("Until"), _("Reason"), _("Granted by")],
            "rows": [
                (
                    link(g, g.get_role_display()),
                    g.where,
                    g.starts_at,
                    g.ends_at,
                    g.reason,
                    g.granted_by,
                )
                for g in grants
            ],
            "nothing": _("No role: the person sees nothing."),
        }
        keys = {
            "columns": [_("Name"), _("Begins with"), _("It may"), _("Ends"), _("Last used")],
            "rows": [
                (t.name, t.hint, ", ".join(t.scopes), t.revoked_at or t.expires_at, t.last_used_at)
                for t in tokens
            ],
            "nothing": _("No API tokens."),
        }
        return [
            Panel("roles", _("Roles"), "portal/table.html", held, len(grants)),
            Panel("tokens", _("API tokens"), "portal/table.html", keys, len(tokens)),
        ]


@admin.register(RoleGrant)
class RoleGrantAdmin(ConfirmedAdmin):
    action_forms = {"end": dialogs.EndGrantForm}
    list_class = lists.RoleGrantList
    search_fields = ("user__username", "user__person__full_name", "reason")
    ordering = ("-starts_at",)
    fields = ("user", "role", "team", "country", "starts_at", "ends_at", "reason")

    def get_header(self, request: HttpRequest, record: RoleGrant) -> dict[str, Any]:
        return {"reference": "", "title": str(record), "badges": [lists.grant_badge(record)]}

    def get_action_forms(self, request: HttpRequest, record: RoleGrant) -> Mapping[str, Any]:
        is_over = record.ends_at is not None and record.ends_at <= timezone.now()
        may = request.user.has_perm("people.change_rolegrant") and not is_over
        return self.action_forms if may else {}


def _sees(request: HttpRequest, account: User) -> bool:
    return request.user.has_perm("people.view_user")
