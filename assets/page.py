"""What the pages of services and assets show beside the form: read only, constant queries."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.enums import Criticality, Custody
from assets.models import Asset, Dependency, HandOut, Service
from assets.open_work import count_open_work
from assets.picture import picture_of
from core.admin import Button, Panel
from core.showing import NOTHING, badge, link, shown
from people.enums import Country

_CRITICALITY_TONES = {Criticality.CRITICAL: "red", Criticality.HIGH: "orange"}
_CUSTODY_TONES = {Custody.OFFERED: "yellow", Custody.HELD: "blue", Custody.DECLINED: "orange"}
SOON = timedelta(days=90)


def criticality_badge(service: Service) -> Any:
    tone = _CRITICALITY_TONES.get(service.criticality, "")
    return badge(service.get_criticality_display(), tone)


def custody_badge(hand_out: HandOut) -> Any:
    """How a hand-out stands; late is what should have come back."""
    if hand_out.is_overdue:
        return badge(_("Overdue"), "red")
    return badge(hand_out.get_status_display(), _CUSTODY_TONES.get(hand_out.status, ""))


def custody_badges(asset: Asset) -> list[Any]:
    """Who has a device, in a word; nothing for what nobody takes home."""
    if asset.open_hand_out is not None:
        return [custody_badge(asset.open_hand_out)]
    return [badge(Custody.IN_STOCK.label)] if asset.is_device else []


def header_of_service(service: Service) -> list[tuple[Any, Any]]:
    """What people look for first."""
    return [
        (_("owner team"), link(service.owner_team)),
        (_("support team"), link(service.support_team)),
        (_("RTO"), shown(service.rto)),
        (_("RPO"), shown(service.rpo)),
    ]


def facts_of_service(service: Service) -> list[tuple[Any, Any]]:
    return [
        (_("alert label"), service.label),
        (_("countries"), ", ".join(str(Country(code).label) for code in service.countries)),
    ]


def header_of_asset(asset: Asset) -> list[tuple[Any, Any]]:
    """What people look for first."""
    hand_out = asset.open_hand_out
    return [
        (_("class"), asset.get_asset_class_display()),
        (_("owner team"), link(asset.owner_team)),
        *([(_("holder"), link(hand_out, hand_out.holder.get_full_name()))] if hand_out else []),
        *([(_("vendor"), link(asset.vendor))] if asset.vendor else []),
    ]


def facts_of_asset(asset: Asset) -> list[tuple[Any, Any]]:
    """The rest of what is known."""
    facts = [
        (_("environment"), asset.get_environment_display()),
        (_("data residency"), asset.get_data_residency_display()),
        (_("manufacturer"), asset.manufacturer),
        (_("model or product"), asset.product),
        (_("release"), asset.release),
        (_("serial number"), asset.serial_number),
        (_("location"), asset.location),
        (_("host name"), asset.hostname),
        (_("IP address"), asset.ip_address),
        (_("end of life"), _dated(asset.end_of_life_on)),
        (_("warranty until"), _dated(asset.warranty_until)),
    ]
    return [(label, value) for label, value in facts if value]


def _dated(day: date | None) -> Any:
    """A day, red when it is past, yellow when it is near."""
    if day is None:
        return ""
    left = day - timezone.localdate()
    tone = "red" if left < timedelta() else "yellow" if left < SOON else ""
    return badge(shown(day), tone) if tone else shown(day)


def edit_button(reasons: tuple[Any, ...]) -> Button:
    """Leads to the form; disabled with the reason for those whose team does not own it."""
    return Button("edit", _("Edit"), "?edit=1", reasons, is_dialog=False, shortcut="e")


def drawn(record: Service | Asset, request: HttpRequest, *, may_add: bool) -> dict[str, Any]:
    """The picture of what depends on what, around the record, for its template."""
    picture = picture_of(record, request.user, timezone.localdate(), request.GET)
    add, links = reverse("admin:assets_dependency_add"), []
    if may_add and request.user.has_perm("assets.add_dependency"):
        name = "service" if isinstance(record, Service) else "asset"
        links.append((_("Add what it needs"), f"{add}?{name}={record.pk}"))
        if isinstance(record, Asset):
            links.append((_("Add what needs it"), f"{add}?needs={record.pk}"))
    return {"picture": picture, "add_links": links}


def impact_panel(asset: Asset, user: Any) -> Panel:
    """The services that a failure of the asset reaches."""
    reached = Service.objects.visible_to(user).affected_by(asset.pk, timezone.localdate())
    hit = list(reached.select_related("owner_team").order_by("name"))
    content = {
        "columns": [_("Service"), _("Criticality"), _("Owner team")],
        "rows": [(link(s), criticality_badge(s), s.owner_team) for s in hit],
        "note": _("Services that stop or suffer when this asset fails, however far away."),
        "nothing": _("No service depends on this asset."),
    }
    return Panel("impact", _("Impact"), "portal/table.html", content, len(hit))


def carriers_panel(service: Service, user: Any) -> Panel:
    """The assets that carry the service, with how many services each of them carries."""
    today = timezone.localdate()
    needed = Asset.objects.visible_to(user).needed_by(service.pk, today).order_by("name")
    assets = list(needed.select_related("owner_team"))
    services = Service.objects.visible_to(user).counted_by_asset([a.pk for a in assets], today)
    work = count_open_work([("asset", asset.pk) for asset in assets], user)
    content = {
        "columns": [
            _("Asset"),
            _("Class"),
            _("Lifecycle"),
            _("Owner team"),
            _("Services it carries"),
            _("Open incidents"),
        ],
        "rows": [
            (
                link(asset),
                asset.get_asset_class_display(),
                asset.get_lifecycle_display(),
                asset.owner_team,
                services.get(asset.pk, 0),
                work.get(("asset", asset.pk)) or NOTHING,
            )
            for asset in assets
        ],
        "note": _("Assets without which this service stops or suffers, however far away."),
        "nothing": _("This service depends on no asset."),
    }
    return Panel("carriers", _("Runs on"), "portal/table.html", content, len(assets))


def dependencies_panel(slug: str, title: Any, user: Any, **of: Any) -> Panel:
    """Direct dependencies with their dates, ended ones too."""
    rows = Dependency.objects.visible_to(user).filter(**of)
    found = list(rows.select_related("service", "asset", "needs").order_by("ends_on", "pk"))
    content = {
        "columns": [_("What"), _("Kind"), _("Since"), _("Until")],
        "rows": [
            (
                link(row.needs if slug == "needs" else row.service or row.asset),
                row.get_kind_display(),
                link(row, shown(row.starts_on)),
                row.ends_on,
            )
            for row in found
        ],
        "nothing": _("Nothing is recorded."),
    }
    return Panel(slug, title, "portal/table.html", content, len(found))


def hand_outs_panels(asset: Asset, user: Any) -> list[Panel]:
    """Everybody who has had a device; nothing for what was never handed out and never will be."""
    seen = HandOut.objects.visible_to(user).filter(asset=asset)
    found = list(seen.select_related("holder__person", "handed_out_by__person").order_by("-pk"))
    if not (found or asset.is_device):
        return []
    content = {
        "columns": [
            _("Person"),
            _("State"),
            _("Handed out"),
            _("Accepted"),
            _("Due back"),
            _("Ended"),
            _("Condition"),
        ],
        "rows": [
            (
                link(row, row.holder.get_full_name()),
                custody_badge(row),
                row.handed_out_at,
                row.accepted_at,
                row.due_on,
                row.ended_at,
                row.get_condition_display(),
            )
            for row in found
        ],
        "nothing": _("Nobody has had it yet."),
    }
    return [Panel("hand-outs", _("Hand-outs"), "portal/table.html", content, len(found))]
