"""The list of agreements, and how their kind, scope and state are said."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.api.filters import Flag, OneOf
from core.lists import Column, RecordList
from core.showing import badge
from people.enums import Country
from sla.enums import AgreementKind, VersionStatus
from sla.models import Agreement, AgreementVersion

ORDERINGS = {"slug": ("slug", "pk"), "name": ("name", "pk")}
_SHORT = {
    AgreementKind.SLA: pgettext_lazy("kind of agreement", "SLA"),
    AgreementKind.OLA: pgettext_lazy("kind of agreement", "OLA"),
    AgreementKind.UC: _("Underpinning contract"),
}


def _in_force(rows: Any, wanted: bool) -> Any:
    active = Agreement.objects.filter(versions__status=VersionStatus.ACTIVE).values("pk")
    return rows.filter(pk__in=active) if wanted else rows.exclude(pk__in=active)


def _with_draft(rows: Any, wanted: bool) -> Any:
    drafted = Agreement.objects.filter(versions__status=VersionStatus.DRAFT).values("pk")
    return rows.filter(pk__in=drafted) if wanted else rows.exclude(pk__in=drafted)


class AgreementFilters(FilterSet):
    kind = OneOf("kind", AgreementKind)
    country = OneOf("country", Country)
    is_in_force = Flag(_in_force, _("in force"))
    has_draft = Flag(_with_draft, _("with a draft"))


def with_versions(rows: Any) -> Any:
    """With all that a row or the head of a page says, by a fixed number of queries."""
    versions = AgreementVersion.objects.order_by("number").select_related(
        "calendar", "drafted_by", "approved_by"
    )
    related = ("client", "team", "vendor", "service", "parent")
    return rows.select_related(*related).prefetch_related(Prefetch("versions", versions))


def version_in(row: Agreement, status: str) -> AgreementVersion | None:
    """Its version of a status, of versions that were read."""
    return next((version for version in row.versions.all() if version.status == status), None)


def kind_badge(row: Agreement) -> Any:
    return badge(_SHORT[AgreementKind(row.kind)], "violet")


def state_badge(row: Agreement) -> Any:
    active, draft = (version_in(row, s) for s in (VersionStatus.ACTIVE, VersionStatus.DRAFT))
    if active:
        return badge(_("In force: version %d") % active.number, "green")
    if draft:
        return badge(pgettext_lazy("agreement", "Draft"), "orange")
    return badge(_("Says nothing yet"), "")


def party(row: Agreement) -> Any:
    """With whom it is agreed."""
    return row.team or row.vendor or row.client or _("every client")


def scope_words(row: Agreement) -> str:
    """For which records, in words."""
    named = [
        row.client and (row.team or row.vendor) and str(row.client),
        row.service and str(row.service),
        row.country and row.get_country_display(),
        row.request_type,
    ]
    return " · ".join(str(one) for one in named if one) or str(_("all records"))


class AgreementList(RecordList):
    filterset = AgreementFilters
    orderings = ORDERINGS
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("kind", show=kind_badge, phone="meta"),
        Column("party", _("with"), show=party, export=party, phone="meta"),
        Column("scope", _("for"), show=scope_words, export=scope_words, phone="meta"),
        Column("state", _("state"), show=state_badge, phone="meta"),
        Column("parent"),
    )

    def prepared(self, rows: Any) -> Any:
        return with_versions(rows)
