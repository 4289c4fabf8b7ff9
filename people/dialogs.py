"""The dialogs about accounts, grants, teams and tokens. Those that give or take access want a
freshly confirmed session."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from people import services
from people.enums import Country, TokenScope
from people.models import ApiToken, CalendarKey, Person, Team, WallboardKey
from people.roles import Role
from people.scope import scope_of


class _Reasoned(ActionForm):
    wants_confirmation = True
    reason = forms.CharField(label=_("Reason"), max_length=300)


class DisableForm(_Reasoned):
    action = "disable"
    title = _("Disable the account")

    def perform(self) -> Any:
        return services.disable_account(self.record, actor=self.actor, **self.cleaned_data)


class EnableForm(_Reasoned):
    action = "enable"
    title = _("Enable the account")

    def perform(self) -> Any:
        return services.enable_account(self.record, actor=self.actor, **self.cleaned_data)


class GrantForm(_Reasoned):
    action = "grant"
    title = _("Grant a role")
    role = forms.ChoiceField(label=_("Role"), choices=[("", "---------"), *Role.choices])
    team = forms.ModelChoiceField(
        label=_("For a team"),
        queryset=Team.objects.none(),
        required=False,
        help_text=_("The role then reaches the team's country."),
    )
    country = forms.ChoiceField(
        label=_("Or for a country"),
        choices=[("", "---------"), *Country.choices],
        required=False,
        help_text=_("Neither team nor country: everywhere."),
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text=_("An auditor's role must end."),
    )
    field_order = ("role", "team", "country", "ends_at", "reason")

    def prepare(self) -> None:
        self.fields["team"].queryset = Team.objects.visible_to(self.actor)

    def perform(self) -> Any:
        given = dict(self.cleaned_data)
        return services.grant_role(self.record, given.pop("role"), actor=self.actor, **given)


class EndGrantForm(_Reasoned):
    action = "end"
    title = _("End this grant")

    def perform(self) -> Any:
        return services.end_grant(self.record, actor=self.actor, **self.cleaned_data)


class AddMemberForm(ActionForm):
    action = "add_member"
    title = _("Add a member")
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}))

    def prepare(self) -> None:
        people = Person.objects.visible_to(self.actor).filter(left_on__isnull=True)
        self.fields["person"].queryset = people.order_by("full_name")
        self.fields["starts_on"].initial = timezone.localdate()

    def perform(self) -> Any:
        given = self.cleaned_data
        return services.add_to_team(
            given["person"], self.record, actor=self.actor, starts_on=given["starts_on"]
        )


class RemoveMemberForm(ActionForm):
    action = "remove_member"
    title = _("Remove a member")
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def prepare(self) -> None:
        today = timezone.localdate()
        members = self.record.memberships.not_ended(today).values("person")
        people = Person.objects.visible_to(self.actor).filter(pk__in=members)
        self.fields["person"].queryset = people.order_by("full_name")

    def perform(self) -> Any:
        given = self.cleaned_data
        return services.remove_from_team(
            given["person"], self.record, actor=self.actor, reason=given["reason"]
        )


class MintTokenForm(ActionForm):
    """A new token of one's own; its secret is shown in the answer and nowhere else, ever."""

    action = "mint"
    title = _("New API token")
    wants_confirmation = True
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What will use it?"))
    scope = forms.ChoiceField(
        label=_("It may"),
        choices=[(s.value, s.label) for s in (TokenScope.READ, TokenScope.WRITE, TokenScope.VOTE)],
        initial=TokenScope.READ,
    )
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=365, initial=90)
    outcome: dict[str, Any] | None = None

    def perform(self) -> ApiToken:
        given = self.cleaned_data
        token, secret = services.mint_token(
            self.actor,
            actor=self.actor,
            name=given["name"],
            scopes=[given["scope"]],
            days=given["days"],
        )
        self.outcome = {
            "text": _("Copy the token now. It is not shown again."),
            "secrets": [(_("Token"), secret)],
        }
        return token


class RevokeTokenForm(ActionForm):
    action = "revoke"
    title = _("Revoke the token")

    def perform(self) -> Any:
        return services.revoke_token(self.record, actor=self.actor)


class MintCalendarForm(ActionForm):
    """A new address of a calendar; it is shown in the answer and nowhere else, ever."""

    action = "mint_calendar"
    title = _("New calendar address")
    wants_confirmation = True
    team = forms.ModelChoiceField(
        label=_("Calendar"),
        queryset=Team.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Mine: what I play a part in"),
    )
    outcome: dict[str, Any] | None = None

    def prepare(self) -> None:
        own = scope_of(self.actor).own_team_ids
        self.fields["team"].queryset = Team.objects.filter(pk__in=own).order_by("name")

    def effect(self) -> Any:
        return _(
            "Whoever has the address reads the calendar without signing in. An address that you "
            "had for the same calendar ends."
        )

    def perform(self) -> CalendarKey:
        key, secret = services.mint_calendar_key(
            self.actor, actor=self.actor, team=self.cleaned_data["team"]
        )
        address = f"{settings.SITE_URL.rstrip('/')}{reverse('calendar_feed', args=[secret])}"
        self.outcome = {
            "text": _("Copy the address into your calendar program now. It is not shown again."),
            "secrets": [(_("Address"), address)],
        }
        return key


class MintWallboardForm(ActionForm):
    """A new address of the wallboard for a screen; it is shown in the answer and nowhere else."""

    action = "mint_wallboard"
    title = _("New address for a screen")
    wants_confirmation = True
    name = forms.CharField(
        label=_("Screen"), max_length=80, help_text=_("Where it hangs, such as “NOC, wall left”.")
    )
    outcome: dict[str, Any] | None = None

    def effect(self) -> Any:
        return _(
            "Whoever has the address sees the wallboard as you do, without signing in and without "
            "any other page. An address that you had for the same screen ends."
        )

    def perform(self) -> WallboardKey:
        name = self.cleaned_data["name"]
        key, secret = services.mint_wallboard_key(self.actor, actor=self.actor, name=name)
        address = f"{settings.SITE_URL.rstrip('/')}{reverse('wallboard_screen', args=[secret])}"
        self.outcome = {
            "text": _("Open the address on the screen now. It is not shown again."),
            "secrets": [(_("Address"), address)],
        }
        return key


class RevokeWallboardForm(ActionForm):
    action = "revoke_wallboard"
    title = _("Revoke the address")

    def perform(self) -> Any:
        return services.revoke_wallboard_key(self.record, actor=self.actor)


class RevokeCalendarForm(ActionForm):
    action = "revoke_calendar"
    title = _("Revoke the address")

    def perform(self) -> Any:
        return services.revoke_calendar_key(self.record, actor=self.actor)
