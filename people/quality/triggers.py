"""What the database itself refuses about quality reviews, whoever asks."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.quality.enums import DisputeStatus as D
from people.quality.enums import QualityReviewStatus as R
from people.review_triggers import refuse, same_person

_EVERY = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class StaysWithItsTeam(AuditTrigger):
    """Once something was drawn, a plan is of the same team, work and rubric for good."""

    name = "stays_with_its_team"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.team_id, {0}.source, {0}.rubric_key, {0}.drafted_by_id"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a quality plan is not deleted")}
            END IF;
            IF ({fixed.format("NEW")}) IS DISTINCT FROM ({fixed.format("OLD")})
               AND EXISTS (SELECT FROM people_qualitydraw d WHERE d.plan_id = OLD.id) THEN
                {refuse("what was drawn stays of its plan")}
            END IF;
            IF EXISTS (SELECT FROM people_qualityreviewer r WHERE r.plan_id = NEW.id
                          AND {same_person("r.user_id", "NEW.arbiter_id")}) THEN
                {refuse("the arbiter is none of the reviewers")}
            END IF;
            RETURN NEW;
        """


class IsNotOfTheArbiter(AuditTrigger):
    """Whoever decides disputes does not review for the same plan."""

    name = "is_not_of_the_arbiter"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'UPDATE' OR EXISTS (
                SELECT FROM people_qualityplan p WHERE p.id = NEW.plan_id
                   AND {same_person("p.arbiter_id", "NEW.user_id")} FOR SHARE) THEN
                {refuse("the arbiter is none of the reviewers")}
            END IF;
            RETURN NEW;
        """


class IsRevealedOnce(AuditTrigger):
    """Drawn work stays; it is revealed once, when nobody has a review of it to do."""

    name = "is_revealed_once"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.draw_id, {0}.reference, {0}.person_id, {0}.stratum"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("what was drawn stays")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.revealed_at IS NOT NULL THEN
                    {refuse("nothing is revealed before it is reviewed")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.revealed_at IS NOT NULL
               OR ({fixed.format("NEW")}) IS DISTINCT FROM ({fixed.format("OLD")}) THEN
                {refuse("what was drawn stays")}
            END IF;
            IF NEW.revealed_at IS NOT NULL AND EXISTS (
                SELECT FROM people_qualityreview r
                 WHERE r.work_id = NEW.id AND r.status = '{R.ASSIGNED}') THEN
                {refuse("it is blind until all have submitted")}
            END IF;
            RETURN NEW;
        """


class ReviewStaysAsSubmitted(AuditTrigger):
    """A review is written once. Nobody reviews their own work but as such; after it was submitted
    its score alone changes, after a dispute. Nothing is reviewed that was revealed."""

    name = "stays_as_submitted"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.work_id, {0}.reviewer_id, {0}.is_own_work, {0}.due_on"
        own = """(SELECT u.person_id = w.person_id FROM people_user u, people_reviewedwork w
                   WHERE u.id = NEW.reviewer_id AND w.id = NEW.work_id)"""
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a review stays")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{R.ASSIGNED}' OR NEW.is_own_work IS DISTINCT FROM
                        coalesce({own}, false) THEN
                    {refuse("a review begins by being assigned, the own work as such")}
                END IF;
                RETURN NEW;
            END IF;
            IF ({fixed.format("NEW")}) IS DISTINCT FROM ({fixed.format("OLD")})
               OR OLD.status IN ('{R.DECLINED}', '{R.LAPSED}')
               OR (OLD.status = '{R.SUBMITTED}'
                   AND (NEW.status, NEW.statement, NEW.ended_at)
                       IS DISTINCT FROM (OLD.status, OLD.statement, OLD.ended_at)) THEN
                {refuse("a review stays as it was submitted")}
            END IF;
            IF OLD.status = '{R.SUBMITTED}' AND NEW.score IS DISTINCT FROM OLD.score
               AND NOT EXISTS (
                SELECT FROM people_qualityrating q
                 WHERE q.review_id = NEW.id AND q.settled IS NOT NULL) THEN
                {refuse("a score changes by a dispute alone")}
            END IF;
            IF OLD.status = '{R.ASSIGNED}' AND NEW.status = '{R.SUBMITTED}' AND EXISTS (
                SELECT FROM people_criterion c
                  JOIN people_qualitydraw d ON d.rubric_id = c.rubric_id
                  JOIN people_reviewedwork w ON w.draw_id = d.id AND w.id = NEW.work_id
                 WHERE NOT EXISTS (SELECT FROM people_qualityrating q
                                    WHERE q.review_id = NEW.id AND q.criterion_id = c.id)) THEN
                {refuse("a review rates every criterion")}
            END IF;
            RETURN NEW;
        """


class IsOfAnOpenReview(AuditTrigger):
    """Ratings are written with their review, for criteria of its rubric, on their scale; below the
    highest with what they quote. Afterwards a dispute alone sets what counts, once."""

    name = "is_of_an_open_review"
    when = pgtrigger.Before
    operation = _EVERY
    declare = [("asked", "people_criterion")]

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.review_id, {0}.criterion_id, {0}.rating, {0}.quote"
        lowest = "least(asked.scale - 1, 1)"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a rating stays")}
            END IF;
            SELECT * INTO asked FROM people_criterion WHERE id = NEW.criterion_id;
            IF TG_OP = 'UPDATE' THEN
                IF ({fixed.format("NEW")}) IS DISTINCT FROM ({fixed.format("OLD")})
                   OR OLD.settled IS NOT NULL OR OLD.rating IS NULL
                   OR NOT NEW.settled BETWEEN {lowest} AND asked.scale
                   OR NOT EXISTS (SELECT FROM people_qualitydispute d WHERE d.rating_id = NEW.id
                                     AND d.status <> '{D.SETTLED}') THEN
                    {refuse("a rating changes by a dispute alone")}
                END IF;
                RETURN NEW;
            END IF;
            IF NOT EXISTS (
                SELECT FROM people_qualityreview r
                  JOIN people_reviewedwork w ON w.id = r.work_id
                  JOIN people_qualitydraw d ON d.id = w.draw_id
                 WHERE r.id = NEW.review_id AND r.status = '{R.ASSIGNED}'
                   AND d.rubric_id = asked.rubric_id) OR NEW.settled IS NOT NULL THEN
                {refuse("a rating is of a review to do, for its rubric")}
            END IF;
            IF NEW.rating IS NULL AND asked.applies_en = ''
               OR NOT NEW.rating BETWEEN {lowest} AND asked.scale
               OR (NEW.rating < asked.scale AND trim(NEW.quote) = '') THEN
                {refuse("a rating lies on its scale and shows why")}
            END IF;
            RETURN NEW;
        """


class DisputeGoesForward(AuditTrigger):
    """The person whose work it is disputes a rating of others, once all was revealed; it goes from
    the reviewer to the arbiter and ends there. What was said stays."""

    name = "goes_forward"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.rating_id, {0}.raised_by_id, {0}.raised_at, {0}.proposed, {0}.reason"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a dispute stays on record")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{D.RAISED}' OR NOT EXISTS (
                    SELECT FROM people_qualityrating q
                      JOIN people_qualityreview r ON r.id = q.review_id AND NOT r.is_own_work
                      JOIN people_reviewedwork w ON w.id = r.work_id
                      JOIN people_user u ON u.person_id = w.person_id
                     WHERE q.id = NEW.rating_id AND u.id = NEW.raised_by_id
                       AND q.rating IS NOT NULL AND w.revealed_at IS NOT NULL) THEN
                    {refuse("people dispute ratings of their own work that were revealed")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status = '{D.SETTLED}'
               OR ({fixed.format("NEW")}) IS DISTINCT FROM ({fixed.format("OLD")})
               OR (OLD.answer <> '' AND NEW.answer <> OLD.answer)
               OR (OLD.status <> '{D.RAISED}' AND NEW.status = '{D.RAISED}')
               OR (OLD.status = '{D.ESCALATED}' AND NEW.status = '{D.KEPT}') THEN
                {refuse("a dispute goes forward and then stays")}
            END IF;
            RETURN NEW;
        """
