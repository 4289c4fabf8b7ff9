"""Devices in people's hands: every hand-out, and everybody's own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.forms import HAND_OUT_ACTIONS
from assets.lists import HandOutList
from assets.models import Asset, HandOut
from assets.page import custody_badge
from assets.rules import is_looked_after_by, is_the_holder
from assets.workflow import CUSTODY_WORKFLOW
from core.admin import Button, ScopedModelAdmin
from core.showing import ago, link, shown

PAST = 20


@admin.register(HandOut)
class HandOutAdmin(ScopedModelAdmin):
    workflow = CUSTODY_WORKFLOW
    action_forms = HAND_OUT_ACTIONS
    record_template = "assets/record.html"
    edits_on_request = True
    list_class = HandOutList
    search_fields = ("asset__name", "asset__serial_number", "holder__person__full_name")
    ordering = ("-pk",)
    fields = (
        "asset",
        "holder",
        "handed_out_at",
        "handed_out_by",
        "due_on",
        "note",
        "accepted_at",
        "accepted_terms",
        "ended_at",
        "condition",
        "end_note",
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # everybody's own; the queryset says whose else

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("asset", "holder__person", "handed_out_by__person")

    def get_header(self, request: HttpRequest, record: HandOut) -> dict[str, Any]:
        return {
            "reference": record.asset.reference,
            "title": record.asset.name,
            "badges": [custody_badge(record)],
            "facts": [
                (_("holder"), record.holder.get_full_name()),
                (_("handed out"), ago(record.handed_out_at)),
                (_("due back on"), shown(record.due_on)),
            ],
        }

    def page_context(self, request: HttpRequest, record: HandOut) -> dict[str, Any]:
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "terms": record.accepted_terms,
        }

    def get_facts(self, request: HttpRequest, record: HandOut) -> list[tuple[Any, Any]]:
        asset, giver = record.asset, record.handed_out_by
        sees = Asset.objects.visible_to(request.user).filter(pk=asset.pk).exists()
        make = " ".join(filter(None, [asset.manufacturer, asset.product]))
        facts = [
            (_("device"), link(asset) if sees else str(asset)),
            (_("class"), asset.get_asset_class_display()),
            (_("model or product"), make),
            (_("serial number"), asset.serial_number),
            (_("what goes with it"), record.note),
            (_("handed out by"), giver.get_full_name() if giver else ""),
            (_("accepted at"), record.accepted_at),
            (_("ended at"), record.ended_at),
            (_("condition"), record.get_condition_display()),
            (_("note at the end"), record.end_note),
        ]
        return [(label, shown(value)) for label, value in facts if value]

    def get_buttons(self, request: HttpRequest, record: HandOut) -> list[Button]:
        buttons = super().get_buttons(request, record)
        return [replace(button, is_prominent=button.action == "accept") for button in buttons]

    def get_action_forms(self, request: HttpRequest, record: HandOut) -> Mapping[str, Any]:
        """The answer is the holder's; taking back is for who looks after the device."""
        hidden = set()
        if is_the_holder(record, request.user) is not None:
            hidden |= {"accept", "decline"}
        if is_looked_after_by(record, request.user) is not None:
            hidden.add("check_in")
        return {name: form for name, form in self.action_forms.items() if name not in hidden}

    # --- One's own ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.own_view)
        return [path("mine/", view, name="assets_handout_mine"), *super().get_urls()]

    def own_view(self, request: HttpRequest) -> HttpResponse:
        """What one was handed out, to accept, to look up, to give back: for everybody."""
        own = HandOut.objects.of(request.user).select_related(
            "asset", "holder__person", "handed_out_by__person"
        )
        held = list(own.open().order_by("-status", "-pk"))
        past = list(own.filter(ended_at__isnull=False).order_by("-ended_at")[:PAST])
        context = {
            **self.admin_site.each_context(request),
            "title": _("My devices"),
            "held": [self._card(request, hand_out) for hand_out in held],
            "past": {
                "columns": [_("Device"), _("State"), _("From"), _("Until"), _("Condition")],
                "rows": [
                    (
                        link(row, row.asset),
                        custody_badge(row),
                        row.handed_out_at,
                        row.ended_at,
                        row.get_condition_display(),
                    )
                    for row in past
                ],
            },
            "opts": self.opts,
            "now": timezone.now(),
        }
        return TemplateResponse(request, "assets/my_devices.html", context)

    def _card(self, request: HttpRequest, hand_out: HandOut) -> dict[str, Any]:
        asset = hand_out.asset
        return {
            "hand_out": hand_out,
            "asset": asset,
            "make": " ".join(filter(None, [asset.manufacturer, asset.product])),
            "badge": custody_badge(hand_out),
            "url": self.url_of(hand_out),
            "buttons": [b for b in self.get_buttons(request, hand_out) if b.action != "check_in"],
        }
