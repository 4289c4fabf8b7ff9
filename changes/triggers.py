"""What the database itself refuses about approvals, whoever asks: Python decides, SQL only refuses.

The rules are written once more here, as weak as they can be: a wrong refusal would stop honest
work, and everything finer is decided in `decision.py` and `services`.
"""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from changes.checklist import CODES, SETTLED
from changes.content import MATERIAL_COLUMNS
from changes.enums import ChangeType, Decision, Quorum, Status, StepStatus

VERBAL_APPROVALS = 2
PARTS_OF_A_CHANGE = "requester_id, builder_id, implementer_id"
REFUSED = "changes_refused"
"""The text by which `services.locking` knows that one of these triggers refused."""


def refuse(why: str) -> str:
    return f"RAISE EXCEPTION '{REFUSED}: {why}' USING ERRCODE = 'check_violation';"


def involved(change: str) -> str:
    """The persons who asked for, made or do the change whose id is `change`, as SQL."""
    return f"""
        SELECT u.person_id FROM changes_change c
          CROSS JOIN LATERAL unnest(ARRAY[c.requester_id, c.builder_id, c.implementer_id]) AS a(id)
          JOIN people_user u ON u.id = a.id
         WHERE c.id = {change} AND u.person_id IS NOT NULL
        UNION
        SELECT u.person_id FROM changes_changetask t JOIN people_user u ON u.id = t.assignee_id
         WHERE t.change_id = {change} AND u.person_id IS NOT NULL
    """


def _excepted(change: str, person: str) -> str:
    """Whether an exception in force lets a person approve a change although they are involved."""
    return f"""EXISTS (
        SELECT FROM changes_segregationexception e
         WHERE e.change_id = {change} AND e.person_id = {person}
           AND e.approved_at IS NOT NULL AND e.expires_at > clock_timestamp())"""


_VERBAL = f"""(
    SELECT count(*) FROM changes_verbalapproval o
     WHERE o.change_id = NEW.id AND o.person_id NOT IN ({involved("NEW.id")}))"""


class CountsAsValid(AuditTrigger):
    """A vote counts for the current version, an open step, a seat, and nobody involved."""

    name = "counts_as_valid"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = [("asked", "record")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            SELECT s.status AS step, r.status AS round, v.sha256, c.id, c.version_hash INTO asked
              FROM changes_approvalstep s
              JOIN changes_approvalround r ON r.id = s.round_id
              JOIN changes_contentversion v ON v.id = r.content_id
              JOIN changes_change c ON c.id = v.change_id
             WHERE s.id = NEW.step_id
               FOR SHARE OF c, s;
            IF asked.step <> '{StepStatus.OPEN}' OR asked.round <> '{StepStatus.OPEN}' THEN
                {refuse("this step does not ask for votes")}
            END IF;
            IF NEW.version_hash <> asked.sha256 OR asked.sha256 <> asked.version_hash THEN
                {refuse("the vote is about another version")}
            END IF;
            IF NOT EXISTS (SELECT FROM changes_elector e
                            WHERE e.step_id = NEW.step_id AND e.person_id = NEW.person_id) THEN
                {refuse("this person was not asked")}
            END IF;
            IF NOT EXISTS (SELECT FROM people_user u
                            WHERE u.id = NEW.cast_by_id AND u.person_id = NEW.cast_by_person_id)
            THEN
                {refuse("this account belongs to somebody else")}
            END IF;
            IF NEW.person_id <> NEW.cast_by_person_id AND NOT EXISTS (
                SELECT FROM changes_absence a JOIN people_user u ON u.id = a.user_id
                 WHERE u.person_id = NEW.person_id AND a.substitute_id = NEW.cast_by_id
                   AND clock_timestamp() BETWEEN a.starts_at AND a.ends_at) THEN
                {refuse("nobody votes for somebody who did not ask for it")}
            END IF;
            IF NEW.decision <> '{Decision.RECUSE}' AND EXISTS (
                SELECT FROM ({involved("asked.id")}) AS i(person_id)
                 WHERE i.person_id IN (NEW.person_id, NEW.cast_by_person_id)
                   AND NOT {_excepted("asked.id", "i.person_id")}) THEN
                {refuse("nobody approves what they have a part in")}
            END IF;
            RETURN NEW;
        """


class KeepsItsApproval(AuditTrigger):
    """A change that counts as approved has the votes, says what they were given to, and nobody
    involved gave one."""

    name = "keeps_its_approval"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        material = [c for c in MATERIAL_COLUMNS if c != "services"]
        old = ", ".join(f"OLD.{name}" for name in material)
        new = ", ".join(f"NEW.{name}" for name in material)
        approved = _list(Status.APPROVED, Status.SCHEDULED)
        at_work = _list(Status.IMPLEMENTING, Status.VERIFYING, Status.REVIEWING, Status.CLOSED)
        return f"""
            IF TG_OP = 'INSERT' AND (NEW.status <> '{Status.DRAFT}' OR NEW.version_hash <> '') THEN
                {refuse("a change begins as a draft")}
            END IF;
            IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
            IF NEW.version_hash <> '' AND NEW.version_hash = OLD.version_hash
               AND ({old}) IS DISTINCT FROM ({new}) THEN
                {refuse("what somebody was asked to approve is not altered")}
            END IF;
            IF NEW.version_hash <> OLD.version_hash AND NEW.version_hash <> '' AND NOT EXISTS (
                SELECT FROM changes_contentversion v
                 WHERE v.change_id = NEW.id AND v.sha256 = NEW.version_hash) THEN
                {refuse("this hash is of no version of the change")}
            END IF;
            IF (NEW.status IN ({approved}) OR NEW.status IN ({at_work})
                AND NEW.type <> '{ChangeType.EMERGENCY}')
               AND (NEW.status <> OLD.status OR NEW.version_hash <> OLD.version_hash)
               AND NOT ({_has_its_votes()}) THEN
                {refuse("the votes on this version do not suffice")}
            END IF;
            IF NEW.status = '{Status.IMPLEMENTING}' AND OLD.status <> NEW.status
               AND NEW.type = '{ChangeType.EMERGENCY}' AND NOT ({_has_its_votes()})
               AND {_VERBAL} < {VERBAL_APPROVALS} THEN
                {refuse("an emergency needs the word of two members of the ECAB")}
            END IF;
            IF ({_of("NEW")}) IS DISTINCT FROM ({_of("OLD")}) AND EXISTS (
                SELECT FROM changes_vote w
                  JOIN people_user u ON u.person_id IN (w.person_id, w.cast_by_person_id)
                 WHERE w.version_hash = NEW.version_hash AND NEW.version_hash <> ''
                   AND w.decision = '{Decision.APPROVE}'
                   AND u.id IN ({_of("NEW")})
                   AND NOT {_excepted("NEW.id", "u.person_id")}) THEN
                {refuse("nobody who approved a change takes a part in it")}
            END IF;
            RETURN NEW;
        """


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name.strip()}" for name in PARTS_OF_A_CHANGE.split(","))


def _list(*statuses: Status) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


def _has_its_votes() -> str:
    """Whether each step of the current version's round has as many valid approvals as it requires.

    Whoever recused themselves lowers what the rules “all” and “percent” require.
    """
    falling = f"'{Quorum.ALL}', '{Quorum.PERCENT}'"
    return f"""
        EXISTS (SELECT FROM changes_contentversion v JOIN changes_approvalround r
                    ON r.content_id = v.id
                 WHERE v.sha256 = NEW.version_hash AND r.status <> '{StepStatus.VOID}'
                   AND (NEW.type = '{ChangeType.STANDARD}' OR EXISTS (
                        SELECT FROM changes_approvalstep s WHERE s.round_id = r.id)))
        AND NOT EXISTS (
            SELECT FROM changes_approvalstep s
              JOIN changes_approvalround r ON r.id = s.round_id
              JOIN changes_contentversion v ON v.id = r.content_id
             CROSS JOIN LATERAL (
                 SELECT count(*) FILTER (WHERE w.decision = '{Decision.APPROVE}') AS approvals,
                        count(*) FILTER (WHERE w.decision = '{Decision.RECUSE}') AS recusals
                   FROM changes_vote w
                  WHERE w.step_id = s.id AND w.version_hash = NEW.version_hash) AS n
             WHERE v.sha256 = NEW.version_hash
               AND n.approvals < greatest(1, s.required_votes
                   - CASE WHEN s.quorum IN ({falling}) THEN n.recusals ELSE 0 END))
    """


class StaysAsFrozen(AuditTrigger):
    """On the rows that belong to a change's content: none comes or goes while it is frozen."""

    name = "stays_as_frozen"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("of_", "bigint")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            of_ := CASE WHEN TG_OP = 'DELETE' THEN OLD.change_id ELSE NEW.change_id END;
            IF EXISTS (SELECT FROM changes_change c WHERE c.id = of_ AND c.version_hash <> '') THEN
                {refuse("what somebody was asked to approve is not altered")}
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        """


class IsNoApprover(AuditTrigger):
    """On tasks: whoever approved a change does none of it."""

    name = "is_no_approver"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.assignee_id IS NOT NULL AND EXISTS (
                SELECT FROM changes_change c
                  JOIN changes_vote w ON w.version_hash = c.version_hash
                  JOIN people_user u ON u.person_id IN (w.person_id, w.cast_by_person_id)
                 WHERE c.id = NEW.change_id AND c.version_hash <> ''
                   AND w.decision = '{Decision.APPROVE}' AND u.id = NEW.assignee_id
                   AND NOT {_excepted("c.id", "u.person_id")}) THEN
                {refuse("nobody who approved a change takes a part in it")}
            END IF;
            RETURN NEW;
        """


class EndsConfirmed(AuditTrigger):
    """A significant change is closed only when every point of PCI DSS 6.5.2 is settled; one that
    was backed out left nothing to confirm."""

    name = "ends_confirmed"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        codes = ", ".join(f"'{code}'" for code in CODES)
        settled = ", ".join(f"'{answer}'" for answer in SETTLED)
        return f"""
            IF NEW.status = '{Status.CLOSED}' AND OLD.status <> NEW.status
               AND NEW.is_significant AND NOT NEW.backout_used AND (
                SELECT count(*) FROM changes_checklistanswer a
                 WHERE a.change_id = NEW.id AND a.point IN ({codes})
                   AND a.answer IN ({settled})) < {len(CODES)} THEN
                {refuse("the checklist of a significant change is not complete")}
            END IF;
            RETURN NEW;
        """


class StaysOnceClosed(AuditTrigger):
    """On the checklist: nothing is answered otherwise once the change is closed."""

    name = "stays_once_closed"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("of_", "bigint")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            of_ := CASE WHEN TG_OP = 'DELETE' THEN OLD.change_id ELSE NEW.change_id END;
            IF EXISTS (SELECT FROM changes_change c
                        WHERE c.id = of_ AND c.status = '{Status.CLOSED}') THEN
                {refuse("what is closed is not confirmed otherwise")}
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        """


class StaysAsApproved(AuditTrigger):
    """On standard changes: what was approved for all that follow it says the same until it is
    approved anew, and another text is another version."""

    name = "stays_as_approved"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        said = ("name", "description", "test_plan", "backout_plan", "failures_allowed", "revision")
        old, new = (", ".join(f"{row}.{name}" for name in said) for row in ("OLD", "NEW"))
        return f"""
            IF ({old}) IS DISTINCT FROM ({new}) AND NEW.approved_at IS NOT NULL
               OR OLD.revision > NEW.revision THEN
                {refuse("what was approved is not altered")}
            END IF;
            RETURN NEW;
        """
