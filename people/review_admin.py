"""Reviews of access in the portal: the campaign, and the accounts that wait for a decision."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.services import record_event
from core.admin import Button, Panel, ScopedModelAdmin
from core.dashboard import list_url
from core.showing import badge, link, moment, shown
from people import review_page, services
from people.enums import ReviewDecision, ReviewStatus
from people.models import AccessReview, AccessReviewItem
from people.review_forms import ITEM_ACTIONS, REVIEW_ACTIONS, reviewers_at
from people.review_lists import (
    ItemList,
    ReviewList,
    account_name,
    decision_badge,
    progress,
    status_badge,
    with_progress,
)
from people.review_querysets import sees_whole
from people.review_workflow import REVIEW_WORKFLOW, may_run_reviews
from people.services.authority import is_same_person
from people.stepup import require_confirmation

_KEYS = {"keep": "k", "change": "c", "remove": "x"}


@admin.register(AccessReview)
class AccessReviewAdmin(ScopedModelAdmin):
    workflow = REVIEW_WORKFLOW
    action_forms = REVIEW_ACTIONS
    create_with = staticmethod(services.announce_review)
    list_class = ReviewList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference",)
    ordering = ("-pk",)
    fields = ("country", "team", "owner", "starts_on", "due_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("team", "owner__person", "signed_by__person")
        return with_progress(super().get_queryset(request).select_related(*related))

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "owner" in form.base_fields:
            form.base_fields["owner"].queryset = reviewers_at(timezone.now(), request.user)
            form.base_fields["starts_on"].initial = timezone.localdate()
            form.base_fields["due_on"].required = False
        return form

    def before_action(self, request: HttpRequest, form_class: Any) -> None:
        if getattr(form_class, "wants_confirmation", False):
            require_confirmation(request)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        facts = [(_("decisions due on"), shown(record.due_on)), (_("decided"), progress(record))]
        if record.to_remove:
            facts.append((_("open removals"), badge(record.to_remove, "orange")))
        return {
            "reference": record.reference,
            "title": _("Access of %(scope)s") % {"scope": record.scope},
            "badges": [status_badge(record)],
            "facts": facts,
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        facts = [
            (_("scope"), record.scope),
            (pgettext_lazy("access review", "owner"), record.owner.get_full_name()),
            (_("starts on"), record.starts_on),
            (_("decisions due on"), record.due_on),
        ]
        if record.extracted_at:
            count = {"n": record.extract_count, "all": record.accounts_total}
            facts += [
                (_("list taken at"), moment(record.extracted_at, seconds=True)),
                (_("accounts on the list"), _("%(n)s of %(all)s there were") % count),
                (_("SHA-256 of the list"), format_html("<code>{}</code>", record.extract_sha256)),
            ]
            if sees_whole(request.user, record):
                url = self.url_of(record, "extract")
                text = _("The list as it was hashed (JSONL)")
                facts.append((_("list"), format_html('<a href="{}">{}</a>', url, text)))
            rows = list_url(AccessReviewItem, review=record.reference, tab="all")
            text = _("All accounts and their decisions")
            facts.append((_("accounts"), format_html('<a href="{}">{}</a>', rows, text)))
        if record.signed_by:
            facts += [
                (_("signed off by"), record.signed_by.get_full_name()),
                (_("signed off at"), record.signed_at),
            ]
        return [*facts, (_("note"), record.note)]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return [review_page.removals_panel(record, request.user)]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        lead = [review_page.progress_panel(record, request.user)]
        context = super().page_context(request, record)
        return context | {"first_tab": _("Overview"), "lead_tables": lead}

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Before all: one's own accounts that wait."""
        mine = record.items.undecided().filter(reviewer=request.user.pk).count()
        found = super().get_buttons(request, record)
        if mine and record.status == ReviewStatus.RUNNING:
            url = list_url(AccessReviewItem, review=record.reference, tab="mine")
            label = _("Review %(n)s accounts") % {"n": mine}
            found.insert(
                0, Button("review", label, url, is_dialog=False, is_prominent=True, shortcut="o")
            )
        return found

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.extract_view)
        name = "people_accessreview_extract"
        return [path("<path:object_id>/extract/", view, name=name), *super().get_urls()]

    def extract_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The list, byte for byte as it was hashed; that it was taken away is noted."""
        record = self.get_object(request, object_id)
        if not record.extracted_at or not sees_whole(request.user, record):
            raise Http404
        record_event("access_review.extract", actor=request.user, key=record.reference)
        lines = record.items.order_by("number").values_list("line", flat=True)
        body = (f"{line}\n".encode() for line in lines.iterator(chunk_size=500))
        response = StreamingHttpResponse(body, content_type="application/x-ndjson; charset=utf-8")
        name = f"{record.reference}.jsonl"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response  # type: ignore[return-value]  # -- Django's two kinds of answers


@admin.register(AccessReviewItem)
class AccessReviewItemAdmin(ScopedModelAdmin):
    action_forms = ITEM_ACTIONS
    list_class = ItemList
    list_title = _("Accounts to review")
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("account__username", "person__full_name")
    ordering = ("review", "number")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("review", "account__person", "person", "reviewer__person", "decided_by__person")
        return super().get_queryset(request).select_related(*related).with_staleness()

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        badges = [decision_badge(record)]
        if record.is_stale:
            badges.append(badge(_("Changed since the list was taken"), "orange"))
        return {
            "reference": record.review.reference,
            "title": account_name(record),
            "badges": badges,
            "facts": [
                (_("reviewer"), record.reviewer and record.reviewer.get_full_name()),
                (_("decisions due on"), shown(record.review.due_on)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        return [
            (_("access review"), link(record.review, record.review.reference)),
            (_("list taken at"), record.review.extracted_at),
            (_("then"), _("Active") if record.was_active else _("Disabled")),
            (_("now"), _("Active") if record.account.is_active else _("Disabled")),
            (_("decision"), record.get_decision_display()),
            (_("comment"), record.comment),
            (_("decided by"), record.decided_by and record.decided_by.get_full_name()),
            (_("decided at"), record.decided_at),
        ]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Decisions for the reviewer, naming another one for who runs the review."""
        if record.review.status != ReviewStatus.RUNNING:
            return {}
        found = dict(self.action_forms)
        taken = record.decision in (ReviewDecision.CHANGE, ReviewDecision.REMOVE)
        is_mine = record.reviewer_id == request.user.pk
        if not is_mine or taken or is_same_person(request.user, record.account):
            for name in ("keep", "change", "remove"):
                del found[name]
        if record.decision or not may_run_reviews(request.user):
            del found["assign"]
        return found

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """With keys of their own, and the next account that waits for the same person."""
        found = [
            replace(b, shortcut=_KEYS.get(b.action, ""), is_prominent=b.action == "keep")
            for b in super().get_buttons(request, record)
        ]
        waiting = AccessReviewItem.objects.waiting().filter(
            reviewer=request.user.pk, review=record.review_id
        )
        later = waiting.filter(number__gt=record.number).order_by("number").first()
        following = later or waiting.exclude(pk=record.pk).order_by("number").first()
        if following is not None:
            url = self.url_of(following)
            found.append(Button("next", _("Next account"), url, is_dialog=False, shortcut="n"))
        return found

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return [review_page.now_panel(record, timezone.now())]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        lead = [review_page.then_panel(record)]
        return context | {"first_tab": _("Overview"), "lead_tables": lead}
