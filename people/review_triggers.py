"""What the database itself refuses about reviews of access: Python decides, SQL only refuses."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.enums import ReviewDecision, ReviewStatus

REFUSED = "people_refused"
"""The text by which services know that one of these triggers refused."""
_FINAL = f"'{ReviewStatus.CLOSED}', '{ReviewStatus.CANCELLED}'"
_EXTRACT = "extracted_at, {0}.extract_sha256, {0}.extract_count, {0}.accounts_total"


def refuse(why: str) -> str:
    return f"RAISE EXCEPTION '{REFUSED}: {why}' USING ERRCODE = 'check_violation';"


def same_person(one: str, other: str) -> str:
    """Whether two accounts, given as SQL, are one account or belong to one person."""
    return f"""({one} = {other} OR EXISTS (
        SELECT FROM people_user a JOIN people_user b ON a.person_id = b.person_id
         WHERE a.id = {one} AND b.id = {other}))"""


class _WholeLife(AuditTrigger):
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class StaysAsSigned(_WholeLife):
    """On reviews: what is closed stays; what was extracted stays; nobody signs what is not decided,
    what is not taken away yet, or what they decided themselves."""

    name = "stays_as_signed"

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a review of access stays")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{ReviewStatus.ANNOUNCED}' THEN
                    {refuse("a review begins by being announced")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status IN ({_FINAL}) THEN
                {refuse("a closed review of access is final")}
            END IF;
            IF OLD.extracted_at IS NOT NULL AND
                (OLD.{_EXTRACT.format("OLD")}) IS DISTINCT FROM (NEW.{_EXTRACT.format("NEW")})
            THEN
                {refuse("the list of accounts is taken once")}
            END IF;
            IF NEW.status = '{ReviewStatus.RUNNING}' AND OLD.status <> NEW.status AND
                (SELECT count(*) FROM people_accessreviewitem WHERE review_id = NEW.id)
                    <> NEW.extract_count THEN
                {refuse("the list of accounts is not complete")}
            END IF;
            IF NEW.status = '{ReviewStatus.CLOSED}' THEN
                IF EXISTS (SELECT FROM people_accessreviewitem
                            WHERE review_id = NEW.id AND decision = '') THEN
                    {refuse("not every account is decided")}
                END IF;
                IF EXISTS (SELECT FROM people_accessremoval r
                             JOIN people_accessreviewitem i ON i.id = r.item_id
                            WHERE i.review_id = NEW.id AND r.done_at IS NULL) THEN
                    {refuse("access is still to be taken away")}
                END IF;
                IF EXISTS (SELECT FROM people_accessreviewitem i
                            WHERE i.review_id = NEW.id
                              AND {same_person("NEW.signed_by_id", "i.reviewer_id")}) THEN
                    {refuse("nobody signs off what they reviewed")}
                END IF;
            END IF;
            RETURN NEW;
        """


class IsReviewedByAnother(_WholeLife):
    """On reviewed accounts: the reviewer is another person; the line stays as it was hashed; what
    was taken away stays decided."""

    name = "is_reviewed_by_another"
    declare = [("state_", "text")]

    def get_func(self, model: type[Any]) -> str:
        taking = f"'{ReviewDecision.CHANGE}', '{ReviewDecision.REMOVE}'"
        kept = "review_id, {0}.number, {0}.account_id, {0}.person_id, {0}.was_active, {0}.line"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a reviewed account stays on its list")}
            END IF;
            SELECT status INTO state_ FROM people_accessreview
             WHERE id = NEW.review_id FOR NO KEY UPDATE;
            IF state_ IN ({_FINAL}) THEN
                {refuse("a closed review of access is final")}
            END IF;
            IF TG_OP = 'INSERT' AND state_ <> '{ReviewStatus.ANNOUNCED}' THEN
                {refuse("the list of accounts is taken once")}
            END IF;
            IF TG_OP = 'UPDATE' THEN
                IF (OLD.{kept.format("OLD")}) IS DISTINCT FROM (NEW.{kept.format("NEW")}) THEN
                    {refuse("the list of accounts is taken once")}
                END IF;
                IF OLD.decision IN ({taking}) AND
                    (OLD.decision, OLD.comment, OLD.decided_by_id, OLD.decided_at) IS DISTINCT FROM
                    (NEW.decision, NEW.comment, NEW.decided_by_id, NEW.decided_at) THEN
                    {refuse("this access is being taken away already")}
                END IF;
            END IF;
            IF {same_person("NEW.reviewer_id", "NEW.account_id")} OR EXISTS (
                SELECT FROM people_user WHERE id = NEW.reviewer_id AND person_id = NEW.person_id)
            THEN
                {refuse("nobody reviews their own access")}
            END IF;
            RETURN NEW;
        """


class RemovesWhatIsGone(_WholeLife):
    """On removals: done is what is really gone, and it stays asked for."""

    name = "removes_what_is_gone"
    declare = [("asked", "record")]

    def get_func(self, model: type[Any]) -> str:
        taking = f"'{ReviewDecision.CHANGE}', '{ReviewDecision.REMOVE}'"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a removal of access stays")}
            END IF;
            SELECT i.account_id, i.decision, r.status INTO asked
              FROM people_accessreviewitem i JOIN people_accessreview r ON r.id = i.review_id
             WHERE i.id = NEW.item_id FOR NO KEY UPDATE OF i;
            IF asked.status <> '{ReviewStatus.RUNNING}' OR asked.decision NOT IN ({taking}) THEN
                {refuse("nothing is taken away without a decision")}
            END IF;
            IF NEW.grant_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM people_rolegrant g
                 WHERE g.id = NEW.grant_id AND g.user_id = asked.account_id) THEN
                {refuse("this grant is of another account")}
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.done_at IS NOT NULL
                OR (OLD.item_id, OLD.grant_id, OLD.asked_at)
                    IS DISTINCT FROM (NEW.item_id, NEW.grant_id, NEW.asked_at)) THEN
                {refuse("a removal of access stays")}
            END IF;
            IF NEW.done_at IS NOT NULL AND NOT (CASE WHEN NEW.grant_id IS NULL
                THEN EXISTS (SELECT FROM people_user
                              WHERE id = asked.account_id AND NOT is_active)
                ELSE EXISTS (SELECT FROM people_rolegrant
                              WHERE id = NEW.grant_id AND ends_at <= clock_timestamp())
                END) THEN
                {refuse("the access is still there")}
            END IF;
            RETURN NEW;
        """
