"""Asking for something, and the dialogs about a request."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from evidence import services
from evidence.models import AuditRequest, Engagement
from people.choosing import full_name
from people.models import User
from people.roles import ROLES
from records.files_field import FilesField

ANSWERING = sorted(
    role for role, facts in ROLES.items() if "evidence.view_auditrequest" in facts.permissions
    and "evidence.add_auditrequest" not in facts.permissions
)  # fmt: skip
"""The roles of those who may own a request."""


def offer_owners(field: Any, user: Any) -> None:
    """Those who may answer, of whom one sees; whether each may, the service asks again."""
    now = timezone.now()
    seen = User.objects.visible_to(user).filter(
        is_active=True,
        person__isnull=False,
        grants__role__in=ANSWERING,
        grants__starts_at__lte=now,
    )
    field.queryset = seen.select_related("person").order_by("person__full_name").distinct()
    field.label_from_instance = full_name


class RequestForm(forms.ModelForm):
    """A line of the request list."""

    class Meta:
        model = AuditRequest
        fields = ("engagement", "control", "title", "text", "owner", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].required = False
        self.fields["owner"].help_text = _("Empty: the engagement's owner.")
        self.fields["text"].widget.attrs["rows"] = 5


def fit_to(form: Any, user: Any) -> None:
    """What this person may choose: their running engagements, and who answers."""
    engagements = Engagement.objects.visible_to(user).running(timezone.now())
    form.base_fields["engagement"].queryset = engagements.filter(
        auditors__user=user.pk, auditors__removed_at__isnull=True
    )
    offer_owners(form.base_fields["owner"], user)


class StartForm(NoteForm):
    action = "start"
    title = _("Start preparing")

    def perform(self) -> AuditRequest:
        return services.start_request(self.record, actor=self.actor, **self.cleaned_data)


class ProvideForm(ActionForm):
    action = "provide"
    title = _("Provide")
    checks_version = True
    answer = forms.CharField(
        label=_("Answer"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What you give, and where it is. The auditor reads it."),
    )
    pack_reference = forms.CharField(label=_("Evidence pack"), max_length=40, required=False)
    files = FilesField(label=_("Files"), required=False)

    def prepare(self) -> None:
        self.initial.setdefault("answer", self.record.answer)
        self.initial.setdefault("pack_reference", self.record.pack_reference)

    def effect(self) -> Reason:
        return _("The auditor hears of it, and accepts or returns it.")

    def perform(self) -> AuditRequest:
        for file in self.cleaned_data.pop("files"):
            file.seek(0)  # read before, if this is another attempt
            services.attach_to_request(
                self.record, actor=self.actor, name=file.name, data=file.read()
            )
        return services.provide_request(self.record, actor=self.actor, **self.cleaned_data)


class AcceptForm(NoteForm):
    action = "accept"
    title = _("Accept")

    def effect(self) -> Reason:
        return _("You have what you asked for. The request ends.")

    def perform(self) -> AuditRequest:
        return services.accept_request(self.record, actor=self.actor, **self.cleaned_data)


class ReturnForm(ReasonedForm):
    action = "return"
    title = _("Return")

    def effect(self) -> Reason:
        return _("Its owner hears what is missing, and provides it again.")

    def perform(self) -> AuditRequest:
        return services.return_request(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawForm(ReasonedForm):
    action = "withdraw"
    title = _("Withdraw")

    def perform(self) -> AuditRequest:
        return services.withdraw_request(self.record, actor=self.actor, **self.cleaned_data)


class HandOverForm(ActionForm):
    action = "hand_over"
    title = _("Hand over")
    checks_version = True
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())

    def prepare(self) -> None:
        offer_owners(self.fields["owner"], self.actor)

    def effect(self) -> Reason:
        return _("Somebody else answers it from now on, and hears of it.")

    def perform(self) -> AuditRequest:
        return services.hand_over_request(self.record, actor=self.actor, **self.cleaned_data)


class CommentForm(ActionForm):
    """A comment, files, or both; read by both sides."""

    action = "comment"
    title = _("Comment on the request")
    done = _("It stands on the timeline.")
    text = forms.CharField(
        label=_("Comment"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 3})
    )
    files = FilesField(label=_("Files"), required=False)

    def effect(self) -> Reason:
        return _("The auditors and those who answer read it.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("text", "").strip() and not given.get("files") and not self.errors:
            self.add_error("text", _("Write something, or add a file."))
        return given

    def perform(self) -> AuditRequest:
        for file in self.cleaned_data["files"]:
            file.seek(0)  # read before, if this is another attempt
            services.attach_to_request(
                self.record, actor=self.actor, name=file.name, data=file.read()
            )
        if text := self.cleaned_data["text"].strip():
            comment = services.comment_on_request(self.record, actor=self.actor, text=text)
            self.lands_on = f"#c-{comment.pk}"
        return self.record


REQUEST_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (
        *(StartForm, ProvideForm, AcceptForm, ReturnForm, WithdrawForm),
        *(HandOverForm, CommentForm),
    )
}
