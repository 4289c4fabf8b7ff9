"""What the portal asks about services and assets."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from assets import services
from assets.models import Dependency
from core.actions import ActionForm
from people.enums import Country


class ServiceForm(forms.ModelForm):
    """A service; its countries are chosen, not typed."""

    countries = forms.MultipleChoiceField(
        label=_("Countries"), choices=Country.choices, widget=UnfoldAdminSelect2MultipleWidget
    )


class EndDependencyForm(ActionForm):
    action = "end"
    title = _("End this dependency")
    on = forms.DateField(
        label=_("First day that no longer counts"), widget=forms.DateInput({"type": "date"})
    )

    def prepare(self) -> None:
        self.fields["on"].initial = timezone.localdate()

    def perform(self) -> Dependency:
        data: dict[str, Any] = self.cleaned_data
        return services.end_dependency(self.record, actor=self.actor, on=data["on"])
