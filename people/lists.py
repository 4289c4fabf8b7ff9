"""The lists of people, teams, accounts and grants."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import badge
from people.filters import PersonFilters, RoleGrantFilters, TeamFilters, UserFilters
from people.inactivity import inactive, with_last_use
from people.models import RoleGrant, User


def activity_badge(account: User) -> Any:
    return badge(_("Active"), "green") if account.is_active else badge(_("Disabled"), "red")


def grant_badge(grant: RoleGrant) -> Any:
    now = timezone.now()
    if grant.ends_at is not None and grant.ends_at <= now:
        return badge(_("Ended"))
    return badge(_("To come"), "blue") if grant.starts_at > now else badge(_("In force"), "green")


def _unused(accounts: Any) -> Any:
    return inactive(accounts, timezone.now())


class SubsidiaryList(RecordList):
    orderings = {"name": ("name", "pk")}
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("country", phone="meta"),
    )


class PersonList(RecordList):
    filterset = PersonFilters
    orderings = {"full_name": ("full_name", "pk")}
    ordering = "full_name"
    columns = (
        Column("full_name", ordering="full_name", leads_to_record=True, phone="title"),
        Column("job_title", phone="meta"),
        Column("employee_number"),
        Column("subsidiary", phone="meta"),
        Column("left_on"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("subsidiary")


class TeamList(RecordList):
    filterset = TeamFilters
    orderings = {"slug": ("slug", "pk"), "name": ("name", "pk")}
    ordering = "slug"
    columns = (
        Column("slug", ordering="slug", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("tier", phone="meta"),
        Column("subsidiary"),
        Column("country", phone="meta"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("subsidiary")


class AccountList(RecordList):
    filterset = UserFilters
    orderings = {"username": ("username", "pk")}
    ordering = "username"
    tabs = (
        Tab("all", pgettext_lazy("accounts", "All"), lambda rows, user: rows, is_counted=False),
        Tab("inactive", _("Not used for 90 days"), lambda rows, user: _unused(rows)),
    )
    columns = (
        Column("username", ordering="username", leads_to_record=True, phone="meta"),
        Column(
            "person",
            show=lambda account: account.person or _("Service account"),
            leads_to_record=True,
            phone="title",
        ),
        Column("email"),
        Column("is_active", _("state"), show=activity_badge, phone="meta"),
        Column(
            "roles",
            _("roles"),
            show=lambda account: [grant.get_role_display() for grant in account.current_grants],
            phone="meta",
        ),
        Column("last_use_at", _("last used"), is_default=False),
        Column("language"),
    )

    def prepared(self, rows: Any) -> Any:
        rows = with_last_use(rows)
        grants = RoleGrant.objects.visible_to(self.user).in_force(timezone.now())
        held = Prefetch("grants", queryset=grants, to_attr="current_grants")
        return rows.select_related("person").defer("password").prefetch_related(held)


class RoleGrantList(RecordList):
    filterset = RoleGrantFilters
    orderings = {"starts_at": ("starts_at", "pk")}
    ordering = "-starts_at"
    columns = (
        Column("user", leads_to_record=True, phone="title"),
        Column("role", leads_to_record=True, phone="meta"),
        Column("where", _("where"), phone="meta"),
        Column("starts_at", ordering="starts_at"),
        Column("ends_at"),
        Column("state", _("state"), show=grant_badge, phone="meta"),
        Column("reason"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("user__person", "team")
