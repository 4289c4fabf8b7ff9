"""What each action on a problem asks. The portal's dialogs and the API use the same forms."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.models import Change
from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents.models import Incident, Problem
from incidents.services import problem_links as links
from incidents.services import problems as services
from people.choosing import offer_people
from people.models import Team, User


class _MoveForm(NoteForm):
    """A move that asks for a note at most."""

    said: ClassVar[Reason] = ""

    def effect(self) -> Reason:
        return self.said

    def perform(self) -> Problem:
        return services.move_problem(
            self.record, self.action, actor=self.actor, note=self.cleaned_data["note"]
        )


class _ReasonedMoveForm(ReasonedForm, _MoveForm):
    """A move that is not made without saying why."""


class AcceptForm(_MoveForm):
    action = "accept"
    title = _("Accept the problem")
    said = _("It is worth looking for the cause, and waits to be investigated.")


class InvestigateForm(_MoveForm):
    action = "investigate"
    title = _("Investigate")

    def effect(self) -> Reason:
        if self.record.owner_id is None:
            return _("The problem becomes yours.")
        return _("The owner stays %(owner)s.") % {"owner": self.record.owner}


class DeclareKnownErrorForm(_MoveForm):
    action = "declare_known_error"
    title = _("Declare a known error")
    said = _("It joins the list of known errors, and is offered on incidents that resemble it.")


class FixInChangeForm(_MoveForm):
    action = "fix_in_change"
    title = _("Fix in a change")
    said = _("It waits for the linked change. The workaround stays where it is shown.")


class MonitorForm(_MoveForm):
    action = "monitor"
    title = _("Observe")
    said = _("The fix is in; it is seen whether the incidents stay away.")


class InvestigateAgainForm(_ReasonedMoveForm):
    action = "investigate_again"
    title = _("Investigate again")
    said = _("What was known does not hold; the search for the cause goes on.")


class ReopenForm(_ReasonedMoveForm):
    action = "reopen"
    title = _("Reopen the problem")
    said = _("It was not over: the investigation goes on.")


class RejectForm(_ReasonedMoveForm):
    action = "reject"
    title = _("Reject the candidate")
    said = _("It is not investigated. It can be considered again later.")


class ReconsiderForm(_ReasonedMoveForm):
    action = "reconsider"
    title = _("Consider again")
    said = _("It is a candidate again.")


class CloseForm(ActionForm):
    action = "close"
    title = _("Close the problem")
    checks_version = True
    root_cause = forms.CharField(
        label=_("Root cause"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    no_cause_reason = forms.CharField(
        label=_("Why no root cause was found"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Only where the cause stays unknown."),
    )

    def prepare(self) -> None:
        self.fields["root_cause"].initial = self.record.root_cause

    def effect(self) -> Reason:
        return _("Nothing is left to do. Its workaround is no longer offered on incidents.")

    def perform(self) -> Problem:
        return services.close_problem(self.record, actor=self.actor, **self.cleaned_data)


class AssignForm(NoteForm):
    action = "assign"
    title = _("Assign")
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug", required=False
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), to_field_name="username", required=False
    )
    field_order = ("team", "owner", "note")

    def prepare(self) -> None:
        self.fields["team"].queryset = Team.objects.visible_to(self.actor)
        self.fields["team"].initial = self.record.team.slug
        offer_people(self.fields["owner"], self.actor)

    def perform(self) -> Problem:
        return services.assign_problem(self.record, actor=self.actor, **self.cleaned_data)


class WorkaroundForm(ActionForm):
    action = "describe_workaround"
    title = _("Describe the workaround")
    checks_version = True
    workaround = forms.CharField(
        label=_("Workaround"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("What the person on duty does, step by step. Markdown."),
    )

    def prepare(self) -> None:
        self.fields["workaround"].initial = self.record.workaround

    def effect(self) -> Reason:
        return _("Every linked incident shows it from now on.")

    def perform(self) -> Problem:
        return services.describe_workaround(self.record, actor=self.actor, **self.cleaned_data)


class RootCauseForm(ActionForm):
    action = "state_root_cause"
    title = _("State the root cause")
    checks_version = True
    root_cause = forms.CharField(
        label=_("Root cause"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
    )

    def prepare(self) -> None:
        self.fields["root_cause"].initial = self.record.root_cause

    def perform(self) -> Problem:
        return services.state_root_cause(self.record, actor=self.actor, **self.cleaned_data)


class LinkIncidentForm(ActionForm):
    action = "link_incident"
    title = _("Link an incident")
    lands_on = "#incidents"
    incident = ReferenceChoiceField(
        label=_("Incident"),
        queryset=Incident.objects.none(),
        widget=forms.TextInput({"placeholder": "INC-000042"}),
    )

    def prepare(self) -> None:
        self.fields["incident"].queryset = Incident.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _("The incident shows the problem and its workaround; its status stays.")

    def perform(self) -> Problem:
        return links.link_incident(self.record, self.cleaned_data["incident"], actor=self.actor)


class UnlinkIncidentForm(LinkIncidentForm):
    action = "unlink_incident"
    title = _("Take back the link to an incident")
    prefilled = ("incident",)

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timeline still tells of it.")

    def perform(self) -> Problem:
        return links.unlink_incident(self.record, self.cleaned_data["incident"], actor=self.actor)


class LinkChangeForm(ActionForm):
    action = "link_change"
    title = _("Link a change")
    lands_on = "#changes"
    change = ReferenceChoiceField(
        label=_("Change"),
        queryset=Change.objects.none(),
        widget=forms.TextInput({"placeholder": "CHG-000042"}),
    )

    def prepare(self) -> None:
        self.fields["change"].queryset = Change.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _("The change is to remove the cause. Neither changes its status.")

    def perform(self) -> Problem:
        return links.link_change(self.record, self.cleaned_data["change"], actor=self.actor)


class UnlinkChangeForm(LinkChangeForm):
    action = "unlink_change"
    title = _("Take back the link to a change")
    prefilled = ("change",)

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timeline still tells of it.")

    def perform(self) -> Problem:
        return links.unlink_change(self.record, self.cleaned_data["change"], actor=self.actor)


class CommentForm(ActionForm):
    action = "comment"
    title = _("Comment on the problem")
    done = _("It stands on the timeline.")
    text = forms.CharField(
        label=_("Comment"), max_length=20_000, widget=forms.Textarea({"rows": 3})
    )

    def effect(self) -> Reason:
        return _("Everybody who sees the problem reads it.")

    def perform(self) -> Problem:
        text = self.cleaned_data["text"]
        comment = services.comment_on_problem(self.record, actor=self.actor, text=text)
        self.lands_on = f"#c-{comment.pk}"
        return self.record


_FORMS: tuple[type[ActionForm], ...] = (
    AcceptForm,
    InvestigateForm,
    DeclareKnownErrorForm,
    FixInChangeForm,
    MonitorForm,
    CloseForm,
    InvestigateAgainForm,
    ReopenForm,
    RejectForm,
    ReconsiderForm,
    AssignForm,
    WorkaroundForm,
    RootCauseForm,
    LinkIncidentForm,
    UnlinkIncidentForm,
    LinkChangeForm,
    UnlinkChangeForm,
    CommentForm,
)
PROBLEM_ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}
PROBLEM_REASONED = frozenset(f.action for f in _FORMS if issubclass(f, ReasonedForm))

# --- Dialogs on incidents -------------------------------------------------------------------------


class RaiseProblemForm(ActionForm):
    """From an incident: a candidate that is linked to it."""

    action = "raise_problem"
    title = _("Raise a problem from this incident")
    symptom = forms.CharField(
        label=_("Symptom"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("How one recognizes it. Markdown."),
    )
    workaround = forms.CharField(
        label=_("Workaround"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    field_order = ("title", "symptom", "workaround")

    def prepare(self) -> None:
        self.fields["title"].initial = self.record.title

    def effect(self) -> Reason:
        return _(
            "A candidate of the same service and team is raised and linked to this incident, which "
            "goes on as it is."
        )

    def perform(self) -> Any:
        problem = services.raise_problem(
            actor=self.actor,
            service=self.record.service,
            team=self.record.team,
            priority=self.record.priority,
            vendor=self.record.vendor,
            incident=self.record,
            **self.cleaned_data,
        )
        self.done = _("%(reference)s is raised and linked.") % {"reference": problem.reference}
        return self.record


# `title` is the dialog's heading on the class, so the field of that name joins afterwards.
RaiseProblemForm.base_fields["title"] = forms.CharField(
    label=pgettext_lazy("problem", "Problem"), max_length=200
)


class LinkProblemForm(ActionForm):
    """From an incident: the problem behind it."""

    action = "link_problem"
    title = _("Link to a problem")
    prefilled = ("problem",)
    problem = ReferenceChoiceField(
        label=pgettext_lazy("problem", "Problem"),
        queryset=Problem.objects.none(),
        widget=forms.TextInput({"placeholder": "PRB-000042"}),
    )

    def prepare(self) -> None:
        self.fields["problem"].queryset = Problem.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _("The incident shows the problem and its workaround; its status stays.")

    def perform(self) -> Any:
        links.link_incident(self.cleaned_data["problem"], self.record, actor=self.actor)
        return self.record
