"""Plans, draws, reviews and disputes in the portal."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel, ScopedModelAdmin
from core.palette import record_of
from core.showing import badge, link, shown
from people.choosing import full_name
from people.models import (
    Calibration,
    ExternalScore,
    QualityDispute,
    QualityDraw,
    QualityPlan,
    QualityReview,
    ReviewedWork,
    Rubric,
    Team,
)
from people.quality.enums import DisputeStatus, QualityReviewStatus, Scale
from people.quality.forms import DISPUTE_ACTIONS, PLAN_ACTIONS, REVIEW_ACTIONS, who_may_review
from people.quality.lists import (
    DisputeList,
    DrawList,
    PlanList,
    QualityReviewList,
    percent,
    status_badge,
)
from people.quality.sources import SOURCES, source_choices
from people.quality.workflow import DISPUTE_WORKFLOW, REVIEW_WORKFLOW
from people.services import quality_plans
from people.services.calibrations import calibrated_until
from people.services.quality_plans import leads_team

_TABLE = "portal/table.html"


def _table(name: str, title: Any, columns: list[Any], rows: list[Any], nothing: Any = "") -> Panel:
    content = {"columns": columns, "rows": rows, "nothing": nothing}
    return Panel(name, title, _TABLE, content, len(rows))


@admin.register(QualityPlan)
class QualityPlanAdmin(ScopedModelAdmin):
    create_with = staticmethod(quality_plans.draft_plan)
    change_with = staticmethod(quality_plans.edit_plan)
    action_forms = PLAN_ACTIONS
    list_class = PlanList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "title", "team__name")
    ordering = ("-pk",)
    fields = (
        *("title", "team", "source", "rubric_key", "per_person", "reviews_each", "days"),
        *("has_self_review", "shows_scores", "arbiter", "is_active"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("team", "arbiter__person", "drafted_by__person")
        return super().get_queryset(request).select_related(*related)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "source":
            return forms.ChoiceField(label=db_field.verbose_name, choices=source_choices)
        if db_field.name == "rubric_key":
            active = Rubric.objects.active().order_by("key")
            choices = [(one.key, one.title) for one in active]
            told = {"label": db_field.verbose_name, "help_text": db_field.help_text}
            return forms.ChoiceField(choices=choices, **told)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "team":
            seen = Team.objects.visible_to(request.user)
            led = [team.pk for team in seen if leads_team(request.user, team.pk)]
            field.queryset = seen.filter(pk__in=led).order_by("name")
        if db_field.name == "arbiter":
            field.queryset = who_may_review(request.user)
            field.label_from_instance = full_name
        return field

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return leads_team(request.user, record.team_id)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        text, tone = (_("Draws every month"), "green") if record.is_active else (_("Off"), "")
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [badge(text, tone)],
            "facts": [(_("team"), record.team.name)],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        rubric = Rubric.objects.visible_to(request.user).active().filter(key=record.rubric_key)
        source = SOURCES[record.source].title if record.source in SOURCES else record.source
        return [
            (pgettext_lazy("quality", "work"), source),
            (_("rubric"), link(rubric.first(), record.rubric_key) or record.rubric_key),
            (_("pieces of each person"), record.per_person),
            (_("reviews of each piece"), record.reviews_each),
            (_("days to review"), record.days),
            (_("people review their own work, too"), record.has_self_review),
            (_("shows scores of machines"), record.shows_scores),
            (_("arbiter"), record.arbiter.get_full_name()),
            (_("drafted by"), record.drafted_by.get_full_name()),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        people = record.reviewers.select_related("user__person").order_by("user__person__full_name")
        calibrated = calibrated_until(
            record.rubric_key, [one.user_id for one in people], on=timezone.localdate()
        )
        draws = record.draws.select_related("rubric").order_by("-month")[:24]
        rows = [(link(one), one.month.strftime("%Y-%m"), one.rubric.number) for one in draws]
        return [
            _table(
                "reviewers",
                _("Reviewers"),
                [_("reviewer"), _("calibrated until")],
                [(one.user.get_full_name(), calibrated.get(one.user_id)) for one in people],
                _("Nobody reviews for it yet."),
            ),
            _table(
                "draws",
                _("Draws"),
                [_("draw"), _("month"), _("version of the rubric")],
                rows,
                _("Nothing was drawn yet."),
            ),
            self._calibrations(request, record),
        ]

    def _calibrations(self, request: HttpRequest, record: Any) -> Panel:
        seen = Calibration.objects.visible_to(request.user).filter(plan=record).order_by("-pk")[:24]
        rows = [(link(one), one.get_status_display(), one.due_on, one.closed_at) for one in seen]
        columns = [_("calibration"), _("status"), _("due on"), _("closed at")]
        nothing = _("Its reviewers were not calibrated yet.")
        return _table("calibrations", _("Calibrations"), columns, rows, nothing)

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        return self.action_forms if leads_team(request.user, record.team_id) else {}


@admin.register(QualityDraw)
class QualityDrawAdmin(ScopedModelAdmin):
    list_class = DrawList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "plan__title")
    ordering = ("-pk",)
    fields = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("plan", "rubric", "drawn_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.plan.title} · {record.month:%Y-%m}",
            "badges": [],
            "facts": [(_("drawn at"), shown(record.drawn_at))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        code = "<code>{}</code>"
        taken = format_html(
            '<a href="{}">{}</a>', self.url_of(record, "population"), _("Take it away")
        )
        return [
            (_("quality plan"), link(record.plan)),
            (_("rubric"), link(record.rubric)),
            (_("pieces of each person"), record.size),
            (_("seed"), format_html(code, record.seed)),
            (_("population"), taken),
            (_("hash of the population"), format_html(code, record.population_hash)),
            (_("drawn by"), record.drawn_by and record.drawn_by.get_full_name()),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        """What of it one may see: the pieces are told to their reviewers, and later to others."""
        works = ReviewedWork.objects.visible_to(request.user).filter(draw=record)
        rows = [
            (one.reference, one.person.full_name, one.stratum, one.revealed_at)
            for one in works.select_related("person").order_by("person__full_name", "reference")
        ]
        columns = [_("reference"), _("person"), _("stratum"), _("revealed at")]
        return [_table("works", _("Drawn work"), columns, rows)]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.population_view)
        address = "<int:object_id>/population.txt"
        return [path(address, view, name="people_qualitydraw_population"), *super().get_urls()]

    def population_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What was drawn from, line by line, as the hash proves it; for whoever checks the draw."""
        record = self.get_object(request, str(object_id))
        if record is None or not leads_or_audits(request.user, record):
            raise Http404
        return population_response(record)


def leads_or_audits(user: Any, draw: QualityDraw) -> bool:
    """The population tells who finished what: for those who lead the team, and for auditors."""
    from people.roles import Role
    from people.scope import scope_of

    reach = scope_of(user).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
    return reach.covers(draw.plan.team_id)


def population_response(draw: QualityDraw) -> HttpResponse:
    answer = HttpResponse(draw.population, "text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{draw.reference}-population.txt"'
    return answer


@admin.register(QualityReview)
class QualityReviewAdmin(ScopedModelAdmin):
    workflow = REVIEW_WORKFLOW
    action_forms = REVIEW_ACTIONS
    list_class = QualityReviewList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "=work__reference")
    ordering = ("-pk",)
    fields = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("work__person", "work__draw__plan", "work__draw__rubric", "reviewer__person")
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        own = [badge(_("Of the own work"), "")] if record.is_own_work else []
        return {
            "reference": record.reference,
            "title": f"{record.work.reference} · {record.work.person.full_name}",
            "badges": [status_badge(record), *own],
            "facts": [(_("score"), percent(record.score) or _("Not known"))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        work = record.work
        found = record_of(request.user, work.reference)
        return [
            (_("reviewed work"), link(found, work.reference) if found else work.reference),
            (_("rubric"), link(work.draw.rubric, work.draw.rubric.title)),
            (_("what good is"), work.draw.rubric.good),
            (_("draw"), link(work.draw)),
            (_("reviewer"), record.reviewer.get_full_name()),
            (_("due on"), record.due_on),
            (_("statement"), record.statement),
            (_("ended at"), record.ended_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        tables = [self._ratings(request, record)]
        scores = ExternalScore.objects.visible_to(request.user)
        told = [
            (one.source, f"{one.model} {one.model_version}", percent(one.score), one.explanation)
            for one in scores.filter(reference=record.work.reference).order_by("-scored_at")[:20]
        ]
        if told:
            columns = [_("source"), _("model"), _("score"), _("explanation")]
            tables.append(_table("machines", _("What machines say"), columns, told))
        return super().page_context(request, record) | {"lead_tables": tables}

    def _ratings(self, request: HttpRequest, record: Any) -> Panel:
        rows = record.ratings.select_related("criterion", "dispute").order_by("criterion")
        columns = [_("criterion"), pgettext_lazy("quality", "rating"), _("evidence"), _("dispute")]
        told = [
            (one.criterion.title, _rating_text(one), one.quote, link(getattr(one, "dispute", None)))
            for one in rows
        ]
        return _table("ratings", _("Ratings"), columns, told, _("It is not submitted yet."))

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        offered: set[str] = set()
        if record.status == QualityReviewStatus.ASSIGNED:
            offered = {"submit", "decline"} if record.reviewer_id == request.user.pk else set()
        elif not record.is_own_work and record.work.person_id == _person_of(request):
            offered = {"dispute"}
        return {name: form for name, form in self.action_forms.items() if name in offered}


@admin.register(QualityDispute)
class QualityDisputeAdmin(ScopedModelAdmin):
    workflow = DISPUTE_WORKFLOW
    action_forms = DISPUTE_ACTIONS
    list_class = DisputeList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference",)
    ordering = ("-pk",)
    fields = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        related = (
            *("rating__criterion", "rating__review__work__draw__plan__arbiter__person"),
            *("rating__review__reviewer__person", "raised_by__person", "settled_by__person"),
        )
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.rating.review.work.reference} · {record.rating.criterion.title}",
            "badges": [status_badge(record)],
            "facts": [(_("due on"), shown(record.due_on))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        rating, review = record.rating, record.rating.review
        anchors = dict(rating.criterion.anchors)
        return [
            (_("quality review"), link(review)),
            (pgettext_lazy("quality", "rating"), f"{rating.rating} · {anchors[rating.rating]}"),
            (pgettext_lazy("quality", "evidence"), rating.quote),
            (_("proposed rating"), f"{record.proposed} · {anchors[record.proposed]}"),
            (pgettext_lazy("dispute", "reason"), record.reason),
            (_("raised by"), record.raised_by.get_full_name()),
            (_("reviewer"), review.reviewer.get_full_name()),
            (_("answer of the reviewer"), record.answer),
            (_("arbiter"), review.work.draw.plan.arbiter.get_full_name()),
            (_("decision"), record.decision),
            (_("after the dispute"), rating.counted if record.settled_at else None),
            (_("settled by"), record.settled_by and record.settled_by.get_full_name()),
            (_("settled at"), record.settled_at),
        ]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """To each of the three what is theirs to do."""
        review, me = record.rating.review, request.user.pk
        offered: set[str] = set()
        if record.status != DisputeStatus.SETTLED and me == record.raised_by_id:
            offered |= {"withdraw", "escalate"}
        if record.status == DisputeStatus.RAISED and me == review.reviewer_id:
            offered |= {"concede", "keep"}
        if record.status == DisputeStatus.ESCALATED and me == review.work.draw.plan.arbiter_id:
            offered.add("decide")
        return {name: form for name, form in self.action_forms.items() if name in offered}


def _rating_text(one: Any) -> Any:
    if one.rating is None:
        return _("Does not apply")
    anchors = dict(one.criterion.anchors)
    text = f"{one.counted} / {Scale(one.criterion.scale).value} · {anchors[one.counted]}"
    if one.settled is None:
        return text
    return format_html("{} <s>{}</s>", text, one.rating)


def _person_of(request: HttpRequest) -> Any:
    return getattr(request.user, "person_id", None) or 0
