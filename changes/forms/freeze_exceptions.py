"""The dialogs by which a change is let into a freeze: asked for, agreed to, reviewed."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.enums import AT_WORK, BEFORE_WORK, ENDED
from changes.models import Change, FreezeException, FreezeOccurrence
from changes.parts import involved_people
from changes.permissions import may_approve_changes, may_review_freeze_exceptions
from core.actions import ActionForm
from core.errors import Reason
from core.showing import span


class AskForFreezeExceptionForm(ActionForm):
    action = "ask_for_freeze_exception"
    title = _("Ask for an exception from a freeze")
    lands_on = "#freezes"
    checks_version = True
    occurrence = forms.ModelChoiceField(
        label=_("Freeze"), queryset=FreezeOccurrence.objects.none(), empty_label=None
    )
    justification = forms.CharField(
        label=_("Justification"), max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    compensating_controls = forms.CharField(
        label=_("Compensating controls"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What guards against the harm that the freeze is meant to prevent."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["occurrence"]
        field.queryset = not_asked_of(self.record)
        field.label_from_instance = _named

    def effect(self) -> Reason:
        first = not_asked_of(self.record).first()
        year = timezone.localtime(first.starts_at if first else None).year
        said = gettext("Two people who have no part in the change must agree.")
        return f"{said} {budget_in_words(self.record, year)}"

    def perform(self) -> Change:
        given = dict(self.cleaned_data)
        occurrence = given.pop("occurrence")
        services.ask_for_freeze_exception(
            self.record,
            actor=self.actor,
            window=occurrence.window,
            occurs_at=occurrence.starts_at,
            **given,
        )
        return self.record


class _AboutOne(ActionForm):
    """About one exception of the change."""

    prefilled = ("exception",)
    lands_on = "#freezes"
    exception = forms.ModelChoiceField(
        label=_("Exception"), queryset=FreezeException.objects.none(), empty_label=None
    )

    fitting: Any  # a method of each form: the exceptions that its action is for

    def prepare(self) -> None:
        field: Any = self.fields["exception"]
        field.queryset = self.fitting().select_related("window", "change__team").order_by("pk")
        field.label_from_instance = lambda held: (
            f"{held.window} · {span(held.occurs_at, held.ends_at)}"
        )


class ApproveFreezeExceptionForm(_AboutOne):
    action = "approve_freeze_exception"
    title = _("Agree to an exception from a freeze")
    beyond_budget = forms.BooleanField(
        label=_("Beyond the team's budget"),
        required=False,
        help_text=_("Only where nothing is left of it, and only by a senior approver."),
    )

    def fitting(self) -> Any:
        return FreezeException.objects.filter(change=self.record, second_approved_at__isnull=True)

    def effect(self) -> Reason:
        waiting = list(self.fitting().select_related("window"))
        said = [f"{h.window}: {h.justification} — {h.compensating_controls}" for h in waiting]
        years = sorted({held.year for held in waiting})
        return " · ".join([*said, *(budget_in_words(self.record, year) for year in years)])

    def perform(self) -> Change:
        given = self.cleaned_data
        services.approve_freeze_exception(
            given["exception"], actor=self.actor, beyond_budget=given["beyond_budget"]
        )
        return self.record


class ReviewFreezeExceptionForm(_AboutOne):
    action = "review_freeze_exception"
    title = _("Review an exception from a freeze")
    note = forms.CharField(
        label=_("Review"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Whether it was needed, whether the controls held, and what follows from it."),
    )

    def fitting(self) -> Any:
        return FreezeException.objects.filter(
            change=self.record, reviewed_at__isnull=True
        ).granted()

    def effect(self) -> Reason:
        said = [
            f"{held.window}: {held.justification} — {held.compensating_controls}"
            for held in self.fitting().select_related("window")
        ]
        return " · ".join(said)

    def perform(self) -> Change:
        given = self.cleaned_data
        services.review_freeze_exception(given["exception"], actor=self.actor, note=given["note"])
        return self.record


def not_asked_of(change: Change) -> Any:
    """The occurrences that keep a change out and for which nobody asked yet."""
    asked = change.freeze_exceptions.values_list("window", "occurs_at")
    hits = services.hits_of(change).select_related("window")
    for window, occurs_at in asked:
        hits = hits.exclude(window=window, starts_at=occurs_at)
    return hits


def budget_in_words(change: Change, year: int) -> str:
    """What the change's team has used of its exceptions of a year, and what is left."""
    budget = services.budget_of(change.team, year)
    told = {"team": change.team.slug, "year": year, "used": budget.used}
    told |= {"allowed": budget.allowed, "left": budget.left}
    return (
        gettext("Exceptions of %(team)s in %(year)s: %(used)s of %(allowed)s used, %(left)s left.")
        % told
    )


def _named(occurrence: FreezeOccurrence) -> str:
    told = span(occurrence.starts_at, occurrence.ends_at)
    return f"{occurrence.window} · {told} · {occurrence.window.get_mode_display()}"


def freeze_forms(change: Change, user: Any) -> dict[str, type[ActionForm]]:
    """The dialogs about exceptions that fit a change now: to ask where a freeze keeps it out, to
    agree where somebody asked, to review what was granted."""
    found: dict[str, type[ActionForm]] = {}
    held = list(change.freeze_exceptions.select_related("asked_by"))
    if change.status in BEFORE_WORK:
        asked = {(e.window_id, e.occurs_at) for e in held}
        hits = services.hits_of(change).values_list("window", "starts_at")
        if any(hit not in asked for hit in hits):
            found[AskForFreezeExceptionForm.action] = AskForFreezeExceptionForm
        if any(not e.is_granted for e in held) and may_approve_changes(user):
            found[ApproveFreezeExceptionForm.action] = ApproveFreezeExceptionForm
    if any(may_review_now(e, change, user) for e in held) and not _is_involved(change, user):
        found[ReviewFreezeExceptionForm.action] = ReviewFreezeExceptionForm
    return found


def may_review_now(held: FreezeException, change: Change, user: Any) -> bool:
    """Whether an exception waits for a review that this person may write, their part in the change
    apart."""
    is_over = change.status in (*AT_WORK, *ENDED) or held.ends_at <= timezone.now()
    if not held.is_granted or held.reviewed_at is not None or not is_over:
        return False
    return may_review_freeze_exceptions(user) and held.asked_by.person_id != user.person_id


def _is_involved(change: Change, user: Any) -> bool:
    return involved_people(change).filter(pk=user.person_id).exists()
