"""The yearly budgets of exceptions from freezes in the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.models import FreezeBudget, FreezeException
from core.admin import ScopedModelAdmin
from core.lists import Column, RecordList
from core.showing import link
from people.models import Team


class BudgetList(RecordList):
    orderings = {"year": ("year", "team__slug", "pk")}
    ordering = "-year"
    columns = (
        Column("team", leads_to_record=True, phone="title"),
        Column("year", ordering="year", phone="meta"),
        Column("allowed", phone="meta"),
        Column("used", _("used"), show=lambda budget: budget.used, phone="meta"),
    )
    note = _("A team without a budget of its own may have six exceptions in a year.")

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("team").annotate(used=FreezeException.objects.counted())


@admin.register(FreezeBudget)
class FreezeBudgetAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.set_budget)
    change_with = staticmethod(services.edit_budget)
    list_class = BudgetList
    list_title = _("Freeze budgets")
    ordering = ("-year",)
    fields = ("team", "year", "allowed")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("team", "year") if obj is not None else ()

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.base_fields["year"].initial = timezone.localdate().year
            form.base_fields["team"].queryset = Team.objects.visible_to(request.user)
        return form

    def get_header(self, request: HttpRequest, record: FreezeBudget) -> dict[str, Any]:
        budget = services.budget_of(record.team, record.year)
        return {
            "reference": "",
            "title": f"{record.team} · {record.year}",
            "badges": [],
            "facts": [
                (_("team"), link(record.team)),
                (_("used"), budget.used),
                (_("left"), budget.left),
            ],
        }
