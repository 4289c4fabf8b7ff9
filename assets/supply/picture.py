"""The picture of a vendor: the services that need it left, its contracts and subcontractors right.

Drawn by the same layout and template as the dependencies of services and assets.
"""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.layout import lay_out
from assets.models import ServiceDependency
from assets.picture import ASIDE, MARGIN, Box, Branch, Picture
from assets.supply.enums import SupplyCriticality
from core.querysets import visible_rows
from vendors.models import Contract, Vendor, VendorSubcontractor

MOST = 12  # of each side in the drawing; the list has all
_TONES = {SupplyCriticality.CRITICAL: "red", SupplyCriticality.IMPORTANT: "orange"}

type Key = tuple[str, int]


def picture_of_vendor(vendor: Vendor, dependencies: list[ServiceDependency], user: Any) -> Picture:
    """Around a vendor that one sees; three queries."""
    contracts = visible_rows(Contract, user).filter(vendor=vendor)
    running = list(contracts.running().order_by("pk"))  # type: ignore[attr-defined]  # -- of its queryset
    below = visible_rows(VendorSubcontractor, user).filter(vendor=vendor)
    fourth = list(below.select_related("subcontractor").order_by("pk"))
    seen = set(
        Vendor.objects.visible_to(user)
        .filter(subcontracted_by__vendor=vendor)
        .order_by()
        .values_list("pk", flat=True)
    )
    root: Key = ("vendor", vendor.pk)
    left = [(("service", one.pk), _service(one)) for one in dependencies]
    right = [
        *((("contract", one.pk), _contract(one)) for one in running),
        *((("fourth", one.pk), _fourth(one, seen)) for one in fourth),
    ]
    drawn = dict([*left[:MOST], *right[:MOST]])
    edges = [(key, root) for key, _box in left[:MOST]] + [(root, key) for key, _b in right[:MOST]]
    drawing = lay_out(root, [root, *drawn], edges)
    drawn[root] = Branch(vendor.name, "", str(vendor.get_tier_display()))
    boxes = [
        _boxed(key, drawn[key], (x + ASIDE, y + MARGIN), is_root=key == root)
        for key, (x, y) in drawing.boxes.items()
    ]
    hidden = max(len(left) - MOST, 0) + max(len(right) - MOST, 0)
    note = ngettext("%d more is in the list.", "%d more are in the list.", hidden)
    return Picture(
        width=drawing.width + 2 * ASIDE,
        height=drawing.height + 2 * MARGIN,
        boxes=boxes,
        lines=[(path, drawn[a].kinds or drawn[b].kinds) for (a, b), path in _lines(drawing)],
        needs=[branch for _key, branch in right],
        needed_by=[branch for _key, branch in left],
        notes=[note % hidden] if hidden else [],
        links=[],
    )


def _lines(drawing: Any) -> Any:
    return drawing.lines.items()


def _service(one: ServiceDependency) -> Branch:
    url = reverse("admin:assets_service_change", args=[one.service_id])
    told = str(one.get_criticality_display())
    tone = _TONES.get(SupplyCriticality(one.criticality), "")
    return Branch(one.service.name, url, told, one.supplies, tone=tone)


def _contract(one: Contract) -> Branch:
    url = reverse("admin:vendors_contract_change", args=[one.pk])
    return Branch(one.title, url, one.reference, _("Contract"))


def _fourth(one: VendorSubcontractor, seen: set[int]) -> Branch:
    told = f"{_('Subcontractor')} · {one.get_country_display()}"
    if one.subcontractor is not None and one.subcontractor_id in seen:
        url = reverse("admin:vendors_vendor_change", args=[one.subcontractor_id])
        return Branch(one.subcontractor.name, url, told, one.service)
    return Branch(one.name or _("A vendor that you do not see"), "", told, one.service)


def _boxed(key: Key, branch: Branch, at: tuple[int, int], *, is_root: bool) -> Box:
    kind = "service" if key[0] == "service" else "asset"
    told = ", ".join(text for text in (branch.name, branch.about, branch.kinds) if text)
    return Box(
        *at,
        name=branch.name,
        about=branch.about,
        url=branch.url,
        kind=kind,
        tone=branch.tone,
        is_root=is_root,
        is_faint=key[0] == "fourth",
        told=told,
    )
