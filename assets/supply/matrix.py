"""Services and vendors: who supplies what to whom, and how much hangs on it, in one table."""

from collections import defaultdict
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from assets.models import Service, ServiceDependency
from assets.supply.enums import WEIGHTS, SupplyCriticality
from core.querysets import visible_rows
from people.models import Subsidiary
from people.scope import scope_of
from vendors.enums import VendorTier

TEMPLATE = "assets/supply_matrix.html"
MOST = 5_000  # dependencies on one page


class MatrixForm(forms.Form):
    """What the table is narrowed by."""

    criticality = forms.ChoiceField(
        label=pgettext_lazy("supply", "Criticality"),
        choices=[("", gettext_lazy("All")), *SupplyCriticality.choices],
        required=False,
    )
    tier = forms.ChoiceField(
        label=gettext_lazy("Vendor's tier"),
        choices=[("", gettext_lazy("All")), *VendorTier.choices],
        required=False,
    )
    entity = forms.ModelChoiceField(
        label=gettext_lazy("Our company"),
        queryset=Subsidiary.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = visible_rows(Subsidiary, user).order_by("name")
        self.fields["entity"].queryset = seen  # type: ignore[attr-defined]  # -- a choice of rows


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """What the reader sees of it today; 400 with the reasons for what makes no sense."""
    user: Any = request.user
    if "assets.view_servicedependency" not in scope_of(user).permissions:
        raise PermissionDenied
    form = MatrixForm(request.GET or None, user=user)
    context = {**site.each_context(request), "title": _("Services and vendors"), "form": form}
    asked: dict[str, Any] = {}
    if form.is_bound:
        if not form.is_valid():
            return TemplateResponse(request, TEMPLATE, context, status=400)
        asked = form.cleaned_data
    return TemplateResponse(request, TEMPLATE, context | {"matrix": table(user, asked)})


def table(user: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Services as rows, the most critical first; vendors as columns. Three queries."""
    today = timezone.localdate()
    seen = ServiceDependency.objects.visible_to(user).in_force(today)
    everything = list(
        seen.select_related("service", "vendor", "contract").order_by("service", "vendor")[:MOST]
    )
    risky = set(seen.at_risk(today).order_by().values_list("pk", flat=True))
    vendors_of: dict[int, set[int]] = defaultdict(set)
    for one in everything:
        vendors_of[one.service_id].add(one.vendor_id)
    shown = [one for one in everything if _is_asked(one, asked)]
    vendors = {one.vendor_id: one.vendor for one in shown}
    columns = sorted(vendors.values(), key=lambda vendor: vendor.name)
    places = {vendor.pk: number for number, vendor in enumerate(columns)}
    rows: dict[int, dict[str, Any]] = {}
    for one in shown:
        row = rows.setdefault(
            one.service_id,
            {
                "service": one.service,
                "url": reverse("admin:assets_service_change", args=[one.service_id]),
                "is_single": len(vendors_of[one.service_id]) == 1,
                "weight": 0,
                "cells": [{"vendor": vendor.name} for vendor in columns],
            },
        )
        row["weight"] = max(row["weight"], WEIGHTS[SupplyCriticality(one.criticality)])
        row["cells"][places[one.vendor_id]] |= _cell(one, one.pk in risky)
    without = Service.objects.visible_to(user).filter(is_retired=False)
    left = without.exclude(pk__in=list(vendors_of)).count() if not any(asked.values()) else 0
    return {
        "columns": [
            {"name": one.name, "url": reverse("admin:vendors_vendor_change", args=[one.pk])}
            for one in columns
        ],
        "rows": sorted(rows.values(), key=lambda row: (-row["weight"], row["service"].name)),
        "without": left,
        "singles": sum(row["is_single"] for row in rows.values()),
        "risks": sum(one.pk in risky for one in shown),
    }


def _is_asked(one: ServiceDependency, asked: dict[str, Any]) -> bool:
    entity = asked.get("entity")
    if asked.get("criticality") and one.criticality != asked["criticality"]:
        return False
    if asked.get("tier") and one.vendor.tier != asked["tier"]:
        return False
    if entity is None:
        return True
    if one.contract is not None:
        return bool(one.contract.entity_id == entity.pk)
    return entity.country in one.service.countries


def _cell(one: ServiceDependency, is_risky: bool) -> dict[str, Any]:
    told = [
        one.supplies,
        _("Substitute: %(when)s") % {"when": one.get_substitutability_display().lower()},
    ]
    if is_risky:
        told.append(_("No tested exit plan"))
    return {
        "url": reverse("admin:assets_servicedependency_change", args=[one.pk]),
        "letter": letter_of(one.criticality),
        "criticality": one.criticality,
        "word": one.get_criticality_display(),
        "told": ". ".join(told),
        "is_risky": is_risky,
    }


def letter_of(criticality: str) -> str:
    """What stands for it in a narrow column."""
    return {
        SupplyCriticality.CRITICAL: pgettext("letter of critical", "C"),
        SupplyCriticality.IMPORTANT: pgettext("letter of important", "I"),
        SupplyCriticality.SUPPORTING: pgettext("letter of supporting", "S"),
    }[SupplyCriticality(criticality)]
