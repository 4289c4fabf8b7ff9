"""How incidents relate to each other, and single incidents shown to single people."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents import services
from incidents.enums import LinkKind
from incidents.forms.people import full_name, offer_people
from incidents.models import Incident
from incidents.services.relations import MAX_SHARE
from people.models import User


class UntilInput(forms.DateTimeInput):
    """A moment within the next ninety days, in the person's own time zone."""

    template_name = "incidents/until_input.html"
    input_type = "datetime-local"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        now = timezone.localtime()
        context["widget"]["attrs"] |= {
            "min": now.strftime("%Y-%m-%dT%H:%M"),
            "max": (now + MAX_SHARE).strftime("%Y-%m-%dT%H:%M"),
        }
        context["zone"] = timezone.get_current_timezone_name()
        return context


class ShareForm(ActionForm):
    action = "share"
    title = _("Share with one person")
    done = _("It is shared; who may see it stands beside the record.")
    prefilled = ("user",)
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), to_field_name="username"
    )
    until = forms.DateTimeField(label=_("Until"), widget=UntilInput)

    def prepare(self) -> None:
        offer_people(self.fields["user"], self.actor)
        self.fields["user"].queryset = self.fields["user"].queryset.exclude(pk=self.actor.pk)

    def effect(self) -> Reason:
        return _(
            "The person may read all of this incident until then, internal notes and files too, "
            "but not work on it. Sharing again moves the end."
        )

    def perform(self) -> Incident:
        return services.share_incident(self.record, actor=self.actor, **self.cleaned_data)


class EndShareForm(ActionForm):
    action = "end_share"
    title = _("Stop sharing with one person")
    done = _("It is no longer shared with this person.")
    prefilled = ("user",)
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), to_field_name="username"
    )

    def prepare(self) -> None:
        shares = self.record.shares.filter(until__gt=timezone.now())
        people = User.objects.filter(pk__in=shares.values("user"))
        self.fields["user"].queryset = people.select_related("person")
        self.fields["user"].label_from_instance = full_name

    def effect(self) -> Reason:
        return _("From now on the person sees it only where their own role shows it.")

    def perform(self) -> Incident:
        return services.end_share(self.record, actor=self.actor, **self.cleaned_data)


class LinkForm(ActionForm):
    action = "link"
    title = _("Link to another incident")
    kind = forms.ChoiceField(label=_("Relation"), choices=LinkKind.choices)
    target = ReferenceChoiceField(
        label=_("Incident"),
        queryset=Incident.objects.none(),
        widget=forms.TextInput({"placeholder": "INC-000042"}),
    )

    def prepare(self) -> None:
        self.fields["target"].queryset = Incident.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _("Both incidents show the link; neither changes its status.")

    def perform(self) -> Incident:
        return services.link_incidents(
            self.record, self.cleaned_data["kind"], self.cleaned_data["target"], actor=self.actor
        )


class UnlinkForm(LinkForm):
    action = "unlink"
    title = _("Take back a link")
    prefilled = ("kind", "target")

    def prepare(self) -> None:
        super().prepare()
        linked = self.record.links.values("target")
        self.fields["target"].queryset = self.fields["target"].queryset.filter(pk__in=linked)

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timelines still tell of it.")

    def perform(self) -> Incident:
        return services.unlink_incidents(
            self.record, self.cleaned_data["kind"], self.cleaned_data["target"], actor=self.actor
        )
