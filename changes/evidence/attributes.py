"""What a change says as evidence: the facts of PCI DSS 6.5.1, each one by itself, and what an
auditor asks besides."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.evidence.members import approvals_of, approved_at, votes_of
from evidence.populations import Attribute, Text
from evidence.telling import as_json, called


def _field(name: str, meaning: Text) -> Attribute:
    return Attribute(name, meaning, lambda change: getattr(change, name), f"changes_change.{name}")


def _account(name: str, meaning: Text) -> Attribute:
    return Attribute(
        name, meaning, lambda change: called(getattr(change, name)), f"changes_change.{name}_id"
    )


def _names(name: str, meaning: Text, source: str, *, withheld: bool = False) -> Attribute:
    def value(change: Any) -> list[str]:
        return sorted(str(called(row)) for row in getattr(change, name).all())

    return Attribute(name, meaning, value, source, withheld)


def _template(change: Any) -> str | None:
    if change.template is None:
        return None
    return f"{change.template.name} (version {change.template_revision})"


def _distinct(values: Any) -> list[str]:
    return sorted({str(value) for value in values})


def _commits(change: Any) -> list[str]:
    return sorted(f"{row.repository}@{row.commit}" for row in change.commits.all())


def _implementers(change: Any) -> list[str]:
    done = [task.assignee for task in change.tasks.all() if task.assignee]
    return _distinct(user.username for user in (*done, change.implementer) if user)


def _evidence(change: Any) -> list[str]:
    return [f"{row.name} sha256:{row.sha256}" for row in change.attachments.all()]


ATTRIBUTES = (
    _field("title", _("What the change is called.")),
    _field("type", _("Standard, normal or emergency.")),
    Attribute("template", _("The approved standard change that it follows."), _template,
              "changes_change.template_id"),
    _field("environment", _("Where it was made.")),
    _field("risk", _("The assessed risk.")),
    _field("is_significant", _("Whether PCI DSS 6.5.2 applies.")),
    _field("reason", _("Why it was wanted (6.5.1).")),
    _field("description", _("What was altered, where and how (6.5.1).")),
    _names("services", _("The services that it touched."), "changes_affectedservice"),
    _names("assets", _("The assets that it altered."), "changes_changedasset"),
    _names("clients", _("The clients who noticed it."), "changes_affectedclient", withheld=True),
    _field("security_impact", _("What it meant for security (6.5.1).")),
    Attribute("approved_at", _("When the version that was implemented had its approvals (6.5.1)."),
              approved_at, "changes_approvalround.decided_at"),
    Attribute("approved_by", _("Who approved that version, by account."),
              lambda change: _distinct(called(v.cast_by) for v in approvals_of(change)),
              "changes_vote.cast_by_id"),
    Attribute("votes_against", _("Who rejected it or abstained, by account."),
              lambda change: _distinct(
                  called(v.cast_by) for v in votes_of(change) if v not in approvals_of(change)),
              "changes_vote.decision"),
    Attribute("authenticated_by", _("How it was made sure who voted."),
              lambda change: _distinct(v.authentication for v in approvals_of(change)),
              "changes_vote.authentication"),
    _field("version_hash", _("The hash of what was approved and implemented.")),
    _field("test_plan", _("How it was to be tested (6.5.1).")),
    _field("test_result", _("What was tested, with what result (6.5.1).")),
    _account("tester", _("Who tested it.")),
    Attribute("attachments", _("The files given to it, by name and hash."), _evidence,
              "changes_changeattachment.sha256"),
    _field("backout_plan", _("How to return to a secure state (6.5.1).")),
    _field("backout_used", _("Whether that was done.")),
    _field("planned_start_at", _("When it was to begin.")),
    _field("planned_end_at", _("When it was to end.")),
    _field("actual_start_at", _("When it began.")),
    _field("actual_end_at", _("When it ended: what membership goes by.")),
    _account("requester", _("Who asked for it.")),
    _account("builder", _("Who made what it changed.")),
    _account("implementer", _("Who implemented it.")),
    Attribute("implementers", _("Everybody who did a part of the work."), _implementers,
              "changes_changetask.assignee_id"),
    _account("team", _("Whose change it was.")),
    Attribute("commits", _("The commits and artefacts that it brought."), _commits,
              "changes_changecommit.commit"),
    Attribute("deployments", _("The reported deployments that belong to it."),
              lambda change: as_json([row.reference for row in change.deployments.all()]),
              "changes_deployment.change_id"),
    _field("outcome", _("What became of it.")),
    _field("review", _("What was found in the review after the work.")),
    _field("status", _("Where it stands.")),
    _field("raised_at", _("When it was raised.")),
    _field("ended_at", _("When it was closed.")),
)  # fmt: skip
