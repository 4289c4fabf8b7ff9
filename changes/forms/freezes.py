"""The form of a freeze and its dialogs."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelect2MultipleWidget

from assets.enums import AssetClass, ServiceTier
from assets.models import Service
from changes import services
from changes.models import FreezeWindow
from core.actions import ActionForm, ReasonedForm
from core.errors import Reason
from core.showing import exact
from people.enums import Country


def _several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text=_("None chosen: all."),
    )


class _ClockInput(forms.TimeInput):
    """The browser's own time of day."""

    input_type = "time"


def clock_field() -> forms.TimeField:
    """From when on a day a window is."""
    return forms.TimeField(
        label=_("From this time of day"),
        required=False,
        widget=_ClockInput({"class": " ".join(INPUT_CLASSES)}, "%H:%M"),
    )


class FreezeForm(forms.ModelForm):
    """A freeze; what it is narrowed to is chosen, not typed."""

    countries = _several(_("Countries"), Country.choices)
    tiers = _several(_("Service tiers"), ServiceTier.choices)
    asset_classes = _several(_("Asset classes"), AssetClass.choices)
    services = forms.ModelMultipleChoiceField(
        label=_("Services"),
        queryset=Service.objects.none(),
        required=False,
        show_hidden_initial=True,  # changed is what differs from the page that was read
        help_text=_("None chosen: all."),
    )

    begins_clock = clock_field()


class EndFreezeForm(ReasonedForm):
    action = "end"
    title = _("End the freeze")

    def effect(self) -> Reason:
        return _("It holds no longer, from now on. What it was until now stays on record.")

    def perform(self) -> FreezeWindow:
        return services.end_freeze(self.record, actor=self.actor, **self.cleaned_data)


class SelfTestForm(ActionForm):
    """Which freezes hold at a moment for a service: to see that they are written as meant."""

    action = "self_test"
    title = _("Which freezes hold?")
    at = forms.DateTimeField(
        label=_("Moment"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    service = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), to_field_name="reference"
    )

    def prepare(self) -> None:
        self.fields["at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["service"].queryset = Service.objects.visible_to(self.actor).order_by("name")

    def effect(self) -> Reason:
        return _("Nothing is changed. All freezes in force are asked, not this one alone.")

    def perform(self) -> FreezeWindow:
        at, service = self.cleaned_data["at"], self.cleaned_data["service"]
        found = FreezeWindow.objects.visible_to(self.actor).holding_for(service, at)
        names = [f"{f.name} ({f.get_mode_display()})" for f in found.order_by("name")]
        told = {"at": exact(at), "service": service.name, "names": ", ".join(names)}
        if names:
            self.done = _("%(at)s, %(service)s: these freezes hold: %(names)s.") % told
        else:
            self.done = _("%(at)s, %(service)s: no freeze holds.") % told
        return self.record
