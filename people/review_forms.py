"""The dialogs about reviews of access: start, sign off, decide, ask somebody else."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from people import services
from people.models import RoleGrant, User
from people.roles import ROLES
from people.services.review_decisions import grants_left


class StartForm(ActionForm):
    action = "start"
    title = _("Take the list and start")
    checks_version = True

    def effect(self) -> Reason:
        return _(
            "All accounts of the scope are listed with their access as it is now, the list is "
            "hashed, and everybody who has to decide is told. The list is taken once."
        )

    def perform(self) -> Any:
        return services.start_review(self.record, actor=self.actor)


class SignOffForm(NoteForm):
    action = "sign_off"
    title = _("Sign off")
    wants_confirmation = True

    def effect(self) -> Reason:
        return _(
            "You acknowledge that the access which is left is appropriate. The review is closed "
            "for good."
        )

    def perform(self) -> Any:
        return services.sign_off_review(self.record, actor=self.actor, **self.cleaned_data)


class CancelForm(ReasonedForm):
    action = "cancel"
    title = _("Cancel the review")

    def perform(self) -> Any:
        return services.cancel_review(self.record, actor=self.actor, **self.cleaned_data)


class KeepForm(ActionForm):
    action = "keep"
    title = pgettext_lazy("access review", "Keep")
    checks_version = True
    comment = forms.CharField(label=_("Comment"), required=False, max_length=1_000)

    def effect(self) -> Reason:
        return _("You confirm that this access is needed for the work that is done now.")

    def perform(self) -> Any:
        return services.keep_access(self.record, actor=self.actor, **self.cleaned_data)


class _Taking(ActionForm):
    checks_version = True
    comment = forms.CharField(label=_("Why"), max_length=1_000, widget=forms.Textarea({"rows": 3}))


class ChangeForm(_Taking):
    action = "change"
    title = pgettext_lazy("access review", "Change")
    grants = forms.ModelMultipleChoiceField(
        label=_("Roles that have to end"),
        queryset=RoleGrant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("grants", "comment")

    def prepare(self) -> None:
        field = self.fields["grants"]
        field.queryset = grants_left(self.record).select_related("team").order_by("pk")
        field.label_from_instance = lambda grant: f"{grant.get_role_display()} · {grant.where}"

    def perform(self) -> Any:
        return services.change_access(self.record, actor=self.actor, **self.cleaned_data)


class RemoveForm(_Taking):
    action = "remove"
    title = pgettext_lazy("access review", "Remove")

    def effect(self) -> Reason:
        return _(
            "The account has to be disabled. Administrators are told; it stays open here until it "
            "is done."
        )

    def perform(self) -> Any:
        return services.remove_access(self.record, actor=self.actor, **self.cleaned_data)


class AssignForm(ActionForm):
    action = "assign"
    title = _("Ask somebody else")
    checks_version = True
    reviewer = forms.ModelChoiceField(label=_("Reviewer"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        self.fields["reviewer"].queryset = reviewers_for(self.record, self.actor)

    def perform(self) -> Any:
        return services.assign_reviewer(self.record, actor=self.actor, **self.cleaned_data)


def reviewers_at(at: datetime, user: Any) -> Any:
    """The active accounts that somebody sees whose role reviews access."""
    code = "people.change_accessreviewitem"
    roles = [role for role, facts in ROLES.items() if code in facts.permissions]
    held = RoleGrant.objects.in_force(at).filter(role__in=roles)
    seen = User.objects.visible_to(user).filter(pk__in=held.values("user"), is_active=True)
    return seen.select_related("person").order_by("username")


def reviewers_for(item: Any, actor: Any) -> Any:
    """The same, but those of the reviewed person."""
    account = item.account
    others = reviewers_at(timezone.now(), actor).exclude(pk=account.pk)
    return others.exclude(person=account.person_id) if account.person_id else others


REVIEW_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (StartForm, SignOffForm, CancelForm)
}
ITEM_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (KeepForm, ChangeForm, RemoveForm, AssignForm)
}
