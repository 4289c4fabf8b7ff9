"""The dialogs about plans, reviews and disputes: each asks what one service needs."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm, ReasonedForm
from core.errors import Reason
from people.choosing import full_name
from people.models import Criterion, RoleGrant, User
from people.quality.enums import Scale
from people.roles import ROLES, Role
from people.scope import scope_of
from people.services import quality_disputes as disputes
from people.services import quality_plans, quality_reviews
from people.services.calibrations import DAYS, PIECES, start_calibration
from people.services.quality_draws import draw_month
from people.services.quality_reviews import Given

NOT_RATED = "none"
_HIGHEST = max(Scale)


def _by_name(*found: type[ActionForm]) -> dict[str, type[ActionForm]]:
    return {form.action: form for form in found}


def who_may_review(planner: Any) -> Any:
    """The active accounts with a role that reviews, where the roles of a planner reach."""
    roles = [r for r, facts in ROLES.items() if "people.change_qualityreview" in facts.permissions]
    reach, now = scope_of(planner).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER), timezone.now()
    there = Q(country="", team__isnull=True)
    there |= Q(country__in=reach.countries) | Q(team__country__in=reach.countries)
    grants = RoleGrant.objects.in_force(now).filter(role__in=roles)
    if not reach.everywhere:
        grants = grants.filter(there)
    found = User.objects.filter(is_active=True, pk__in=grants.order_by().values("user"))
    return found.select_related("person").order_by("person__full_name", "username")


# --- Plans ----------------------------------------------------------------------------------------


class DrawForm(ActionForm):
    action = "draw"
    title = _("Draw a month")
    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )

    def prepare(self) -> None:
        first = timezone.localdate().replace(day=1)
        self.fields["month"].initial = (first - timedelta(days=1)).replace(day=1)

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if not 2000 <= month.year <= 2100:
            raise forms.ValidationError(_("Give a month between 2000 and 2100."))
        return month

    def effect(self) -> Reason:
        return _("Reviewers get the work at once. A month is drawn once.")

    def perform(self) -> Any:
        draw_month(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class _OfAReviewer(ActionForm):
    user = forms.ModelChoiceField(label=_("Reviewer"), queryset=User.objects.none())

    def people(self) -> Any:
        raise NotImplementedError

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        field.queryset, field.label_from_instance = self.people(), full_name


class CalibrateForm(DrawForm):
    """Chooses what the reviewers rate together; of the month that is running, too."""

    action = "calibrate"
    title = _("Calibrate the reviewers")
    pieces = forms.IntegerField(
        label=_("Pieces of work"), initial=5, min_value=PIECES[0], max_value=PIECES[1]
    )
    days = forms.IntegerField(
        label=_("Days to rate them"), initial=7, min_value=DAYS[0], max_value=DAYS[1]
    )

    def effect(self) -> Reason:
        return _("All reviewers rate the same work blind; its figures count in nobody's score.")

    def perform(self) -> Any:
        start_calibration(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class AddReviewerForm(_OfAReviewer):
    action = "add_reviewer"
    title = _("Add a reviewer")

    def people(self) -> Any:
        taken = [self.record.arbiter_id, *self.record.reviewers.values_list("user", flat=True)]
        return who_may_review(self.actor).exclude(pk__in=taken)

    def perform(self) -> Any:
        return quality_plans.add_reviewer(self.record, actor=self.actor, **self.cleaned_data)


class RemoveReviewerForm(_OfAReviewer):
    action = "remove_reviewer"
    title = _("Take a reviewer out")

    def people(self) -> Any:
        own = User.objects.filter(pk__in=self.record.reviewers.values("user"))
        return own.select_related("person").order_by("person__full_name", "username")

    def perform(self) -> Any:
        return quality_plans.remove_reviewer(self.record, actor=self.actor, **self.cleaned_data)


PLAN_ACTIONS = _by_name(DrawForm, CalibrateForm, AddReviewerForm, RemoveReviewerForm)


# --- Reviews --------------------------------------------------------------------------------------


def ask_criteria(form: forms.Form, criteria: list[Criterion], about_quotes: Reason) -> None:
    """For each criterion the rating, told by its anchors, and what shows it."""
    for one in criteria:
        choices = [(str(rating), f"{rating} · {said}") for rating, said in one.anchors]
        if one.is_conditional:
            choices.append((NOT_RATED, str(_("Does not apply"))))
        when = _("Applies when: %(when)s") % {"when": one.applies} if one.applies else ""
        form.fields[f"rating_{one.key}"] = forms.ChoiceField(
            label=one.title, choices=choices, widget=forms.RadioSelect, help_text=when
        )
        form.fields[f"quote_{one.key}"] = forms.CharField(
            label=_("What shows it: %(criterion)s") % {"criterion": one.title},
            required=False,
            max_length=quality_reviews.LONGEST["quote"],
            widget=forms.Textarea({"rows": 2}),
            help_text=about_quotes,
        )


def given_of(form: forms.Form, criteria: list[Criterion]) -> list[Given]:
    """What the questions of `ask_criteria` were answered with."""
    given = []
    for one in criteria:
        rating = form.cleaned_data[f"rating_{one.key}"]
        quote = form.cleaned_data[f"quote_{one.key}"]
        given.append(Given(one.key, None if rating == NOT_RATED else int(rating), quote))
    return given


class SubmitForm(ActionForm):
    """Asks for each criterion of the rubric: the rating, told by its anchors, and what shows it."""

    action = "submit"
    title = pgettext_lazy("quality review", "Submit")

    def prepare(self) -> None:
        rows = Criterion.objects.filter(rubric__draws__works=self.record.work_id)
        self.criteria = list(rows.order_by("pk"))
        ask_criteria(
            self, self.criteria, _("Words of the record; needed below the highest rating.")
        )
        self.fields["statement"] = forms.CharField(
            label=_("Statement"),
            max_length=quality_reviews.LONGEST["statement"],
            widget=forms.Textarea({"rows": 4}),
            help_text=_("In words: a figure alone judges nobody."),
        )

    def effect(self) -> Reason:
        return _("It is final. Others see it once all reviewers have submitted.")

    def perform(self) -> Any:
        given = given_of(self, self.criteria)
        statement = self.cleaned_data["statement"]
        return quality_reviews.submit_review(
            self.record, actor=self.actor, ratings=given, statement=statement
        )


class DeclineForm(ReasonedForm):
    action = "decline"
    title = pgettext_lazy("quality review", "Decline")

    def perform(self) -> Any:
        return quality_reviews.decline_review(self.record, actor=self.actor, **self.cleaned_data)


class DisputeForm(ActionForm):
    action = "dispute"
    title = pgettext_lazy("quality review", "Dispute a rating")
    prefilled = ("criterion",)
    criterion = forms.ChoiceField(label=_("Criterion"))
    proposed = forms.IntegerField(
        label=_("Proposed rating"), min_value=0, max_value=_HIGHEST, help_text=_("On its scale.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=disputes.LONGEST, widget=forms.Textarea({"rows": 4})
    )

    def prepare(self) -> None:
        rated = self.record.ratings.filter(rating__isnull=False, dispute__isnull=True)
        rows = rated.select_related("criterion").order_by("criterion")
        choices = [(one.criterion.key, f"{one.criterion.title} ({one.rating})") for one in rows]
        self.fields["criterion"].choices = choices  # type: ignore[attr-defined]  # -- of a choice field

    def effect(self) -> Reason:
        return _("The reviewer answers within a week; after that the arbiter decides.")

    def perform(self) -> Any:
        disputes.raise_dispute(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


REVIEW_ACTIONS = _by_name(SubmitForm, DeclineForm, DisputeForm)


# --- Disputes -------------------------------------------------------------------------------------


class ConcedeForm(NoteForm):
    action = "concede"
    title = pgettext_lazy("dispute", "Accept the proposal")

    def effect(self) -> Reason:
        return _("The proposed rating counts from now on, and the score follows.")

    def perform(self) -> Any:
        return disputes.concede_dispute(self.record, actor=self.actor, **self.cleaned_data)


class KeepForm(ReasonedForm):
    action = "keep"
    title = pgettext_lazy("dispute", "Keep the rating")

    def perform(self) -> Any:
        return disputes.keep_rating(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawForm(ActionForm):
    action = "withdraw"
    title = pgettext_lazy("dispute", "Accept the rating")

    def perform(self) -> Any:
        return disputes.withdraw_dispute(self.record, actor=self.actor)


class EscalateForm(ActionForm):
    action = "escalate"
    title = pgettext_lazy("dispute", "Ask the arbiter")

    def perform(self) -> Any:
        return disputes.escalate_dispute(self.record, actor=self.actor)


class DecideForm(ReasonedForm):
    action = "decide"
    title = pgettext_lazy("dispute", "Decide")
    field_order = ("rating", "note")
    rating = forms.IntegerField(
        label=_("Rating that counts"), min_value=0, max_value=_HIGHEST, help_text=_("On its scale.")
    )

    def perform(self) -> Any:
        return disputes.decide_dispute(self.record, actor=self.actor, **self.cleaned_data)


DISPUTE_ACTIONS = _by_name(ConcedeForm, KeepForm, WithdrawForm, EscalateForm, DecideForm)
