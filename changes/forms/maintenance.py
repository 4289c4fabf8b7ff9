"""The form of a maintenance window, and of ending one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from changes import services
from changes.forms.freezes import clock_field
from changes.models import MaintenanceWindow
from core.actions import ReasonedForm
from core.errors import Reason


class MaintenanceForm(forms.ModelForm):
    """A maintenance window with the services that it is agreed for."""

    services = forms.ModelMultipleChoiceField(
        label=_("Services"),
        queryset=Service.objects.none(),
        show_hidden_initial=True,  # changed is what differs from the page that was read
        help_text=_("Their changes belong inside it; several windows of a service add up."),
    )
    begins_clock = clock_field()


class EndMaintenanceForm(ReasonedForm):
    action = "end"
    title = _("End the maintenance window")

    def effect(self) -> Reason:
        return _("It is agreed no longer, from now on. What it was until now stays on record.")

    def perform(self) -> MaintenanceWindow:
        return services.end_maintenance(self.record, actor=self.actor, **self.cleaned_data)
