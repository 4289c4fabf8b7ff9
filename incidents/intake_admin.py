"""Account adjustments, their limits and telephone calls in the portal."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from core.lists import Column, RecordList, Tab
from core.showing import ago, badge, link, moment
from incidents import request_page as page
from incidents.adjustment_limits import CHECKING, money, sum_of
from incidents.call_forms import CALL_ACTIONS
from incidents.call_workflow import CALL_WORKFLOW
from incidents.models import AccountAdjustment, AdjustmentLimit, Incident, PhoneCall, Request
from incidents.request_enums import CallStatus
from incidents.request_filters import CALL_ORDERINGS, CallFilters
from incidents.request_forms import ADJUSTMENT_ACTIONS
from incidents.request_lists import AdjustmentList
from incidents.request_workflow import ADJUSTMENT_WORKFLOW
from incidents.services.requests.adjusting import change_limit, set_limit
from incidents.services.requests.calls import record_call
from sla.models import ClientContact

_CALL_TONES = {CallStatus.RINGING: "orange", CallStatus.ANSWERED: "blue"}


def call_badge(call: PhoneCall) -> Any:
    return badge(call.get_status_display(), _CALL_TONES.get(call.status, ""))


class CallList(RecordList):
    filterset = CallFilters
    main_filters = ("team", "client", "handled_by", "outcome")
    orderings = CALL_ORDERINGS
    ordering = "-came_in_at"
    tabs = (
        Tab("now", _("Under way"), lambda rows, user: rows.under_way()),
        Tab("missed", _("Missed"), lambda rows, user: rows.missed(), is_counted=False),
        Tab("all", _("All calls"), lambda rows, user: rows, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("caller", leads_to_record=True, phone="title"),
        Column(
            "status",
            _("status"),
            show=call_badge,
            phone="meta",
            export=lambda call: call.get_status_display(),
        ),
        Column("client", phone="meta"),
        Column("team", show=lambda call: call.team.slug),
        Column(
            "came_in_at",
            show=lambda call: ago(call.came_in_at),
            export=lambda call: call.came_in_at,
            ordering="came_in_at",
        ),
        Column("handled_by"),
        Column("outcome"),
    )
    search_hint = _("CLL-000042, or the caller as written")
    is_live = True

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("team", "client", "handled_by").defer("note")


@admin.register(PhoneCall)
class PhoneCallAdmin(ScopedModelAdmin):
    workflow = CALL_WORKFLOW
    action_forms = CALL_ACTIONS
    create_with = staticmethod(record_call)
    list_class = CallList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "=caller")
    ordering = ("-pk",)
    fields = ("caller", "team", "client", "contact", "came_in_at", "note")
    autocomplete_fields = ("client",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("team", "client", "contact", "handled_by", "request", "incident", "life")
        rows = super().get_queryset(request).select_related(*related)
        return rows.defer("request__search", "incident__search")

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "came_in_at" in form.base_fields:
            form.base_fields["came_in_at"].required = False
            form.base_fields["came_in_at"].help_text = _("Empty: now.")
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "contact":
            client = db_field.remote_field.model._meta.get_field("client").related_model
            seen = client.objects.visible_to(request.user)
            contacts = ClientContact.objects.filter(client__in=seen).select_related("client")
            kwargs["queryset"] = contacts.order_by("client__name", "name")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "contact" and field is not None:
            field.label_from_instance = lambda contact: f"{contact.client} – {contact.name}"
        return field

    def get_header(self, request: HttpRequest, record: PhoneCall) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.caller,
            "badges": [call_badge(record)],
            "facts": [
                (_("team"), link(record.team)),
                (_("came in"), ago(record.came_in_at)),
                (_("handled by"), str(record.handled_by or "–")),
            ],
        }

    def get_facts(self, request: HttpRequest, record: PhoneCall) -> list[tuple[Any, Any]]:
        about = _seen(record.request, Request, request.user)
        about = about or _seen(record.incident, Incident, request.user)
        return [
            (_("caller"), record.caller),
            (_("client"), str(record.client or "–")),
            (_("contact"), str(record.contact or "–")),
            (_("came in at"), moment(record.came_in_at, True)),
            (_("answered at"), _moment_or_dash(record.answered_at)),
            (_("ended at"), _moment_or_dash(record.ended_at)),
            (_("outcome"), record.get_outcome_display() or "–"),
            (_("about"), about or "–"),
            (_("note"), record.note or "–"),
        ]

    def get_panels(self, request: HttpRequest, record: PhoneCall) -> list[Panel]:
        return [page.clocks_panel(record.life, [])]


@admin.register(AccountAdjustment)
class AdjustmentAdmin(ScopedModelAdmin):
    workflow = ADJUSTMENT_WORKFLOW
    action_forms = ADJUSTMENT_ACTIONS
    list_class = AdjustmentList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "=account")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("request", "made_by", "checked_by", "applied_by")
        return super().get_queryset(request).select_related(*related).defer("request__search")

    def get_header(self, request: HttpRequest, record: AccountAdjustment) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": sum_of(record),
            "badges": [page.adjustment_badge(record)],
            "facts": [
                (_("request"), link(record.request)),
                (_("made by"), record.made_by.get_full_name()),
                (_("made"), ago(record.made_at)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: AccountAdjustment) -> list[tuple[Any, Any]]:
        checker, applier = record.checked_by, record.applied_by
        return [
            (_("effect"), record.get_effect_display()),
            (_("amount"), sum_of(record)),
            (_("account"), record.account),
            (_("reason"), record.reason),
            (_("checked by"), checker.get_full_name() if checker else "–"),
            (_("checked at"), _moment_or_dash(record.checked_at)),
            (_("the checker's reason"), record.check_note or "–"),
            (_("applied by"), applier.get_full_name() if applier else "–"),
            (_("applied at"), _moment_or_dash(record.applied_at)),
            (_("ledger reference"), record.ledger_reference or "–"),
        ]


class LimitForm(forms.ModelForm):
    """The roles that may check at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            checking = [(role.value, role.label) for role in CHECKING]
            self.fields["role"].choices = [("", "---------"), *checking]


class LimitList(RecordList):
    orderings = {"currency": ("currency", "pk")}
    ordering = "currency"
    columns = (
        Column("currency", ordering="currency", leads_to_record=True, phone="title"),
        Column("role", leads_to_record=True, phone="meta"),
        Column("amount", show=lambda limit: money(limit.amount), phone="meta"),
    )


@admin.register(AdjustmentLimit)
class LimitAdmin(ScopedModelAdmin):
    form = LimitForm
    create_with = staticmethod(set_limit)
    change_with = staticmethod(change_limit)
    list_class = LimitList
    search_fields = ("currency",)
    ordering = ("currency",)
    fields = ("role", "currency", "amount")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("role", "currency") if obj else ()


def _moment_or_dash(at: Any) -> Any:
    return moment(at, True) if at else "–"


def _seen(record: Any, model: Any, user: Any) -> Any:
    """The record that a call was about, where the person sees it."""
    if record is None or not model.objects.visible_to(user).filter(pk=record.pk).exists():
        return None
    return link(record)
