"""The form of a new evidence pack, and the dialogs of its sample."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from core.actions import ActionForm
from core.admin_forms import DayInput
from core.errors import Reason
from evidence import services
from evidence.controls import CONTROLS
from evidence.models import EvidencePack
from evidence.populations import POPULATIONS
from evidence.sampling import usual_size


def offered_controls() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every control that a population answers, by framework: `code:population` and words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for code, control in CONTROLS:
        for name in control.populations:
            if name in POPULATIONS:
                label = f"{code} · {control.title} ({POPULATIONS[name].title})"
                found.setdefault(control.framework, []).append((f"{code}:{name}", label))
    return list(found.items())


def last_quarter(today: date) -> tuple[date, date]:
    """The quarter that ended last: what is asked for most."""
    ends = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    starts = date(ends.year - 1, 10, 1) if ends.month == 1 else date(ends.year, ends.month - 3, 1)
    return starts, ends


class PackForm(forms.ModelForm):
    """Which control, and which days in whose zone."""

    control = forms.ChoiceField(label=_("Control"), widget=UnfoldAdminSelectWidget)
    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Up to, not included"),
        widget=DayInput(),
        help_text=_("The first day that no longer belongs to the period."),
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("By whose clocks the days begin and end."),
    )

    class Meta:
        model = EvidencePack
        fields = ("control", "starts_on", "ends_on", "zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["control"].choices = [("", "---------"), *offered_controls()]
        zones = dict.fromkeys(
            ("America/Mexico_City", timezone.get_current_timezone_name(), "America/Bogota",
             "America/Tijuana", "UTC")
        )  # fmt: skip
        self.fields["zone"].choices = [(zone, zone) for zone in zones]
        starts, ends = last_quarter(timezone.localdate())
        self.initial = {"starts_on": starts, "ends_on": ends, **self.initial}


def request_pack(*, actor: Any, control: str, **given: Any) -> EvidencePack:
    """The service, with what the form chooses at once taken apart."""
    code, _colon, population = control.partition(":")
    return services.request_pack(actor=actor, control=code, population=population, **given)


class DrawForm(ActionForm):
    action = "draw"
    title = _("Draw a sample")
    done = _("The sample is drawn. The pack is being built with its items.")
    size = forms.IntegerField(
        label=_("How many items"),
        min_value=1,
        help_text=_("Suggested is what SOC examinations usually take; your judgement goes before."),
    )
    seed = forms.CharField(
        label=_("Seed"),
        required=False,
        max_length=128,
        help_text=_("The auditor's: 8 to 128 hexadecimal digits. Empty: one is drawn and shown."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def prepare(self) -> None:
        count = self.record.population_count or 0
        self.fields["size"].initial = usual_size(count) if count else None
        self.fields["size"].max_value = count

    def effect(self) -> Reason:
        return _(
            "The population is frozen: %(count)d items, SHA-256 %(hash)s. A sample can be drawn "
            "once."
        ) % {
            "count": self.record.population_count or 0,
            "hash": self.record.population_sha256,
        }

    def perform(self) -> EvidencePack:
        return services.draw_sample(self.record, actor=self.actor, **self.cleaned_data)


class ReplaceForm(ActionForm):
    action = "replace"
    title = _("Replace an item")
    done = _("The next in rank is in its place. The pack is being built again.")
    identity = forms.ChoiceField(label=_("Item"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def prepare(self) -> None:
        drawn = self.record.picks.exclude(kind="judgement").filter(replaced_by=None)
        self.fields["identity"].choices = [
            (identity, identity) for identity in drawn.values_list("identity", flat=True)
        ]

    def effect(self) -> Reason:
        return _("The next of its stratum in rank takes its place; both stay on record.")

    def perform(self) -> EvidencePack:
        services.replace_item(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class ChooseForm(ActionForm):
    action = "choose"
    title = _("Add an item by judgement")
    done = _("The item is in the sample, labelled. The pack is being built again.")
    identity = forms.CharField(label=_("Item"), max_length=100)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def effect(self) -> Reason:
        return _("It is added beside what was drawn, and labelled as chosen by judgement.")

    def perform(self) -> EvidencePack:
        services.choose_item(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class RetryForm(ActionForm):
    action = "retry"
    title = _("Try again")
    done = _("A worker will try again.")

    def effect(self) -> Reason:
        return _("It goes on from where it came to. What is frozen stays as it is.")

    def perform(self) -> EvidencePack:
        return services.retry_pack(self.record, actor=self.actor)
