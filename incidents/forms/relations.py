"""How incidents relate to each other, and single incidents shown to single people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents import services
from incidents.enums import LinkKind
from incidents.models import Incident
from people.sharing import EndShareForm, ShareForm


class ShareIncidentForm(ShareForm):
    def effect(self) -> Reason:
        return _(
            "The person may read all of this incident until then, internal notes and files too, "
            "but not work on it. Sharing again moves the end."
        )

    def perform(self) -> Incident:
        return services.share_incident(self.record, actor=self.actor, **self.cleaned_data)


class EndIncidentShareForm(EndShareForm):
    def perform(self) -> Incident:
        return services.end_share(self.record, actor=self.actor, **self.cleaned_data)


class LinkForm(ActionForm):
    action = "link"
    title = _("Link to another incident")
    kind = forms.ChoiceField(
        label=_("Relation"),
        choices=[(kind.value, kind.label) for kind in LinkKind if kind != LinkKind.SPLIT_FROM],
    )
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
        return services.link_records(
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
        return services.unlink_records(
            self.record, self.cleaned_data["kind"], self.cleaned_data["target"], actor=self.actor
        )
