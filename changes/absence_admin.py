"""Absences in the portal: one's own, and those of whom one stands in for."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.configuration_lists import AbsenceList, absence_badge
from changes.electorate import who_may_be_asked
from changes.forms.configuring import EndAbsenceForm
from changes.forms.people import offer_accounts
from changes.models import Absence
from changes.services.configuring import name_substitute
from core.admin import ScopedModelAdmin
from core.showing import shown
from people.models import User


@admin.register(Absence)
class AbsenceAdmin(ScopedModelAdmin):
    create_with = staticmethod(name_substitute)
    action_forms = {EndAbsenceForm.action: EndAbsenceForm}
    list_class = AbsenceList
    list_title = _("My absences")
    ordering = ("-starts_at",)
    fields = ("substitute", "starts_at", "ends_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user__person", "substitute__person")

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The substitute is one of those whose role may approve, and somebody else."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "substitute" in form.base_fields:
            seen = User.objects.visible_to(request.user)
            asked = who_may_be_asked(timezone.now()).filter(pk__in=seen.values("pk"))
            others = asked.exclude(person=request.user.person_id)
            offer_accounts(form.base_fields["substitute"], others)
        return form

    def get_header(self, request: HttpRequest, record: Absence) -> dict[str, Any]:
        names = {
            "away": record.user.get_full_name(),
            "substitute": record.substitute.get_full_name(),
        }
        title = _("%(substitute)s votes for %(away)s") % names
        return {"reference": "", "title": title, "badges": [absence_badge(record)]}

    def get_facts(self, request: HttpRequest, record: Absence) -> list[tuple[Any, Any]]:
        return [
            (_("who is away"), record.user.get_full_name()),
            (_("substitute"), record.substitute.get_full_name()),
            (_("from"), shown(record.starts_at)),
            (_("until"), shown(record.ends_at)),
        ]

    def get_action_forms(self, request: HttpRequest, record: Absence) -> Mapping[str, Any]:
        """People end their own absence, while it lasts."""
        is_own = record.user_id == request.user.pk
        return self.action_forms if is_own and record.ends_at > timezone.now() else {}
