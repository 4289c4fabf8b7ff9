"""What the portal asks about services, assets, devices in hand and files of assets."""

from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from assets import services
from assets.enums import Condition, RowOutcome
from assets.importing.sheets import MAX_BYTES
from assets.models import Asset, AssetImport, Dependency, HandOut
from assets.terms import terms_of
from assets.workflow import CUSTODY_WORKFLOW
from core.actions import ActionForm
from people.enums import Country
from people.models import User


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


class _PersonField(forms.ModelChoiceField):
    """Accounts by their people's names."""

    def label_from_instance(self, user: Any) -> str:
        return f"{user.get_full_name()} ({user.username})"


class CheckOutForm(ActionForm):
    action = "check_out"
    title = _("Hand out to a person")
    done = _("Handed out. The person was asked to accept it.")
    holder = _PersonField(label=_("Person"), queryset=User.objects.none(), to_field_name="username")
    due_on = forms.DateField(
        label=_("Due back on"), required=False, widget=forms.DateInput({"type": "date"})
    )
    note = forms.CharField(
        label=_("What goes with it"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Charger, bag, scratches that are there already."),
    )

    def prepare(self) -> None:
        seen = User.objects.visible_to(self.actor).filter(is_active=True, person__isnull=False)
        people = seen.select_related("person").order_by("person__full_name")
        self.fields["holder"].queryset = people

    def effect(self) -> Any:
        return _("The person gets an e-mail and accepts the device themselves, or declines it.")

    def perform(self) -> Asset:
        services.check_out_asset(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class _CustodyForm(ActionForm):
    """About the hand-out by which somebody has the device; asked on either one's page."""

    @property
    def hand_out(self) -> HandOut:
        """Raises Refused where nobody has the device."""
        found = self.record.open_hand_out
        if found is None:
            CUSTODY_WORKFLOW.check(self.record, self.action, self.actor)
        return found


class AcceptForm(_CustodyForm):
    action = "accept"
    title = _("Accept this device")
    done = _("Accepted: the device is yours to look after.")
    agreed = forms.BooleanField(
        label=_("I have read this and agree"), help_text=_("The text is kept with your answer.")
    )

    def effect(self) -> Any:
        return terms_of(self.record.open_hand_out) if self.record.open_hand_out else ""

    def perform(self) -> Any:
        services.accept_asset(self.hand_out, actor=self.actor)
        return self.record


class DeclineForm(_CustodyForm):
    action = "decline"
    title = _("Decline this device")
    done = _("Declined. Whoever handed it out was told why.")
    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))

    def effect(self) -> Any:
        return _("Whoever handed it out hears why, and the device is in stock again.")

    def perform(self) -> Any:
        services.decline_asset(self.hand_out, actor=self.actor, note=self.cleaned_data["note"])
        return self.record


class CheckInForm(_CustodyForm):
    action = "check_in"
    title = _("Take it back")
    done = _("Taken back: the device is in stock again.")
    condition = forms.ChoiceField(
        label=_("Condition"), choices=[("", "---------"), *Condition.choices]
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def effect(self) -> Any:
        return _("The person hears that they no longer answer for it.")

    def perform(self) -> Any:
        services.check_in_asset(self.hand_out, actor=self.actor, **self.cleaned_data)
        return self.record


CUSTODY_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (CheckOutForm, AcceptForm, DeclineForm, CheckInForm)
}
HAND_OUT_ACTIONS = {name: form for name, form in CUSTODY_ACTIONS.items() if name != "check_out"}


class UploadForm(forms.ModelForm):
    """A file of assets."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ".csv,.xlsx", "class": "import-file"}),
        help_text=_("CSV or XLSX, at most 10 MB and 20,000 rows."),
    )

    class Meta:
        model = AssetImport
        fields = ()

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it."))
        return file


class ConfirmImportForm(ActionForm):
    action = "confirm"
    title = _("Import")
    done = _("The import has begun.")

    def effect(self) -> Any:
        rows = self.record.rows.order_by()
        new, changed, refused = (
            formats.number_format(rows.filter(outcome=outcome).count(), force_grouping=True)
            for outcome in (RowOutcome.CREATE, RowOutcome.CHANGE, RowOutcome.REFUSED)
        )
        return _(
            "Assets that will be made: %(new)s. That will be changed: %(changed)s. Rows that are "
            "left out because they are not possible: %(refused)s."
        ) % {"new": new, "changed": changed, "refused": refused}

    def perform(self) -> AssetImport:
        return services.confirm_import(self.record, actor=self.actor)


class ResumeImportForm(ActionForm):
    action = "resume"
    title = _("Go on with this import")
    done = _("The import goes on.")

    def effect(self) -> Any:
        return _("What is written stays; the rows that are left follow.")

    def perform(self) -> AssetImport:
        return services.resume_import(self.record, actor=self.actor)


class DiscardImportForm(ActionForm):
    action = "discard"
    title = _("Discard this file")
    done = _("The file was discarded. No asset was changed.")

    def perform(self) -> AssetImport:
        return services.discard_import(self.record, actor=self.actor)


IMPORT_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (ConfirmImportForm, ResumeImportForm, DiscardImportForm)
}
