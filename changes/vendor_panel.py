"""The changes that touch a vendor, on its page: of its assets, and of services that need it."""

from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import ServiceDependency
from changes.enums import ENDED
from changes.models import AffectedService, Change, ChangedAsset
from changes.page import risk_badge, status_badge
from core.admin import Panel
from core.showing import badge, link, moment
from people.scope import scope_of
from vendors.models import Vendor

SHOWN = 20


def vendor_changes_panel(vendor: Vendor, user: Any) -> Panel | None:
    """The open ones first, then the newest; nothing for who sees no changes at all."""
    if "changes.view_change" not in scope_of(user).permissions:
        return None
    altered = ChangedAsset.objects.filter(asset__vendor=vendor).order_by()
    needing = ServiceDependency.objects.visible_to(user).in_force(timezone.localdate())
    touched = AffectedService.objects.filter(
        service__in=needing.filter(vendor=vendor).order_by().values("service")
    ).order_by()
    seen = Change.objects.visible_to(user)
    of_asset = Q(pk__in=altered.values("change"))
    theirs = seen.filter(of_asset | Q(pk__in=touched.values("change"))).annotate(
        is_of_asset=Case(
            When(of_asset, then=Value(1)), default=Value(0), output_field=IntegerField()
        ),
        is_over=Case(
            When(status__in=ENDED, then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        ),
    )
    rows = theirs.defer("search").order_by("is_over", "-pk")
    found: list[Any] = list(rows[: SHOWN + 1])
    content: dict[str, Any] = {
        "columns": [
            *(_("Change"), _("Title"), _("Status"), _("Risk"), _("Planned start")),
            _("Part of the vendor"),
        ],
        "rows": [
            (
                link(change, change.reference),
                change.title,
                status_badge(change),
                risk_badge(change),
                change.planned_start_at and moment(change.planned_start_at),
                badge(_("Its asset"), "orange")
                if change.is_of_asset
                else _("A service that needs it"),
            )
            for change in found[:SHOWN]
        ],
        "nothing": _("No change that you see alters what it supplies."),
    }
    if len(found) > SHOWN:
        content["note"] = _("The newest %d are shown.") % SHOWN
    return Panel("changes", _("Changes"), "portal/table.html", content, len(found[:SHOWN]))
