"""What planning a task, and each step of its life, asks."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.enums import TaskStatus
from changes.forms.people import offer_accounts
from changes.models import Change, ChangeTask
from core.actions import ActionForm
from core.admin_forms import MomentInput
from core.errors import Reason
from people.models import User


class PlanTaskForm(ActionForm):
    action = "plan_task"
    title = _("Plan a task")
    assignee = forms.ModelChoiceField(
        label=_("Assignee"),
        queryset=User.objects.none(),
        to_field_name="username",
        required=False,
        help_text=_("Whoever does a task implements the change and does not approve it."),
    )
    planned_start_at = forms.DateTimeField(label=_("Planned start"), widget=MomentInput())
    planned_end_at = forms.DateTimeField(label=_("Planned end"), widget=MomentInput())
    field_order = ("title", "assignee", "planned_start_at", "planned_end_at")
    lands_on = "#tasks"

    def prepare(self) -> None:
        offer_accounts(self.fields["assignee"], User.objects.visible_to(self.actor))
        if self.record.window:
            for name, at in zip(
                ("planned_start_at", "planned_end_at"), self.record.window, strict=True
            ):
                self.fields[name].initial = at

    def perform(self) -> Change:
        services.plan_task(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


# `title` is the dialog's heading on the class, so the field of that name joins afterwards.
PlanTaskForm.base_fields["title"] = forms.CharField(
    label=_("Task"), max_length=200, help_text=_("What is to be done, in a line.")
)


class _TaskForm(ActionForm):
    """Takes one task of the change a step further."""

    prefilled = ("task",)
    source: ClassVar[TaskStatus]
    service: ClassVar[Any]
    lands_on = "#tasks"
    task = forms.ModelChoiceField(label=_("Task"), queryset=ChangeTask.objects.none())

    def prepare(self) -> None:
        fitting = self.record.tasks.filter(status=self.source)
        self.fields["task"].queryset = fitting.order_by("position")

    def perform(self) -> Change:
        type(self).service(self.cleaned_data["task"], actor=self.actor)
        return self.record


class StartTaskForm(_TaskForm):
    action = "start_task"
    title = _("Start a task")
    source = TaskStatus.PLANNED
    service = staticmethod(services.start_task)

    def effect(self) -> Reason:
        return _("Work on it begins now.")


class FinishTaskForm(_TaskForm):
    action = "finish_task"
    title = _("Finish a task")
    source = TaskStatus.STARTED
    service = staticmethod(services.finish_task)

    def effect(self) -> Reason:
        return _("It is done now.")


class SkipTaskForm(_TaskForm):
    action = "skip_task"
    title = _("Skip a task")
    source = TaskStatus.PLANNED
    service = staticmethod(services.skip_task)

    def effect(self) -> Reason:
        return _("It turned out not to be needed. It stays in the list, as skipped.")
