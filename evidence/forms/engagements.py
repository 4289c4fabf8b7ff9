"""Beginning an audit, and the dialogs about one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from core.actions import ActionForm, ReasonedForm
from core.admin_forms import MomentInput
from core.errors import Reason
from evidence import services
from evidence.enums import Framework
from evidence.models import Engagement
from people.choosing import full_name
from people.enums import Country
from people.models import Team, User


def _several(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=UnfoldAdminSelect2MultipleWidget, **more
    )


def offer_people(field: Any, people: Any) -> None:
    """Active accounts of people, by the name that colleagues use."""
    active = people.filter(is_active=True, person__isnull=False).select_related("person")
    field.queryset = active.order_by("person__full_name", "username")
    field.label_from_instance = full_name


class EngagementForm(forms.ModelForm):
    """A firm audits us: by what, for which period, where, until when, and who."""

    frameworks = _several(_("Frameworks"), Framework.choices)
    countries = _several(
        _("Countries"),
        Country.choices,
        required=False,
        help_text=_("Without countries and teams the auditors see everything."),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"),
        queryset=Team.objects.none(),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
    )
    auditors = forms.ModelMultipleChoiceField(
        label=_("Auditors"),
        queryset=User.objects.none(),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text=_("Their accounts read what is in scope, until the engagement ends."),
    )

    class Meta:
        model = Engagement
        fields = (
            *("firm", "frameworks", "period_starts_on", "period_ends_on"),
            *("countries", "owner", "expires_at"),
        )


class AddAuditorForm(ActionForm):
    action = "add_auditor"
    title = _("Let an auditor in")
    checks_version = True
    user = forms.ModelChoiceField(label=_("Account"), queryset=User.objects.none())

    def prepare(self) -> None:
        there = self.record.auditors.filter(removed_at__isnull=True).values("user")
        people = User.objects.visible_to(self.actor).exclude(pk__in=there)
        offer_people(self.fields["user"], people)

    def effect(self) -> Reason:
        return _("The account reads everything in scope, until the engagement ends.")

    def perform(self) -> Engagement:
        return services.add_auditor(self.record, actor=self.actor, **self.cleaned_data)


class RemoveAuditorForm(ReasonedForm):
    action = "remove_auditor"
    title = _("Take an auditor out")
    user = forms.ModelChoiceField(label=_("Account"), queryset=User.objects.none())
    field_order = ("user", "note")

    def prepare(self) -> None:
        there = self.record.auditors.filter(removed_at__isnull=True).values("user")
        offer_people(self.fields["user"], User.objects.filter(pk__in=there))

    def effect(self) -> Reason:
        return _("What the account may read because of the engagement ends now.")

    def perform(self) -> Engagement:
        return services.remove_auditor(self.record, actor=self.actor, **self.cleaned_data)


class ProlongForm(ReasonedForm):
    action = "prolong"
    title = _("Prolong")
    expires_at = forms.DateTimeField(label=_("Access until"), widget=MomentInput())
    field_order = ("expires_at", "note")

    def prepare(self) -> None:
        zone = timezone.get_current_timezone_name()
        self.fields["expires_at"].help_text = _("In your time zone, %(zone)s.") % {"zone": zone}

    def effect(self) -> Reason:
        return _("Its auditors read on until then.")

    def perform(self) -> Engagement:
        return services.prolong_engagement(self.record, actor=self.actor, **self.cleaned_data)


class EndForm(ReasonedForm):
    action = "end"
    title = _("End the engagement")

    def effect(self) -> Reason:
        return _(
            "Its auditors read nothing from now on. What they asked and opened stays on record."
        )

    def perform(self) -> Engagement:
        return services.end_engagement(self.record, actor=self.actor, **self.cleaned_data)


ENGAGEMENT_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (AddAuditorForm, RemoveAuditorForm, ProlongForm, EndForm)
}
