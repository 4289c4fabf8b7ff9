"""What the database itself refuses about calibrations, whoever asks."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.calibration.enums import CalibrationStatus as S
from people.review_triggers import refuse

_EVERY = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
_STARTED = """EXISTS (SELECT FROM people_calibrationrating g JOIN people_calibrationpiece p
    ON p.id = g.piece_id WHERE p.calibration_id = NEW.calibration_id)"""


class GoesFromBlindToClosed(AuditTrigger):
    """Blind until two or more have rated everything and nobody else has to; then talked about and
    closed. What is over stays."""

    name = "goes_from_blind_to_closed"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        fixed = "{0}.plan_id, {0}.rubric_id, {0}.started_at, {0}.started_by_id"
        raters = "FROM people_calibrationrater r WHERE r.calibration_id = NEW.id"
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a calibration stays")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.RATING}' THEN
                    {refuse("a calibration begins blind")}
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status IN ('{S.CLOSED}', '{S.CANCELLED}')
               OR ({fixed.format("NEW")}) IS DISTINCT FROM ({fixed.format("OLD")})
               OR (OLD.revealed_at IS NOT NULL AND NEW.revealed_at IS DISTINCT FROM OLD.revealed_at)
               OR (OLD.status = '{S.RATING}' AND NEW.status = '{S.CLOSED}')
               OR (OLD.status = '{S.REVEALED}' AND NEW.status NOT IN
                    ('{S.REVEALED}', '{S.CLOSED}')) THEN
                {refuse("a calibration goes forward and then stays")}
            END IF;
            IF OLD.status = '{S.RATING}' AND NEW.status = '{S.REVEALED}' AND (
                EXISTS (SELECT {raters} AND r.done_at IS NULL AND r.left_out_at IS NULL)
                OR (SELECT count(*) {raters} AND r.done_at IS NOT NULL) < 2) THEN
                {refuse("it is blind until all have rated everything")}
            END IF;
            RETURN NEW;
        """


class IsChosenAtTheStart(AuditTrigger):
    """What is rated is chosen before anybody rates, and stays."""

    name = "is_chosen_at_the_start"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP <> 'INSERT' THEN
                {refuse("what was chosen stays")}
            ELSIF {_STARTED} THEN
                {refuse("pieces are chosen before anybody rates")}
            END IF;
            RETURN NEW;
        """


class RatesOnce(AuditTrigger):
    """A rater is done once everything is rated, or left out; either stays so."""

    name = "rates_once"
    when = pgtrigger.Before
    operation = _EVERY

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a rater stays")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.done_at IS NOT NULL OR NEW.left_out_at IS NOT NULL OR {_STARTED} THEN
                    {refuse("raters are chosen before anybody rates")}
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.calibration_id, NEW.user_id) IS DISTINCT FROM (OLD.calibration_id, OLD.user_id)
               OR OLD.done_at IS NOT NULL OR OLD.left_out_at IS NOT NULL THEN
                {refuse("what a rater did stays")}
            END IF;
            IF NEW.done_at IS NOT NULL AND EXISTS (
                SELECT FROM people_calibrationpiece p
                  JOIN people_calibration k ON k.id = p.calibration_id
                  JOIN people_criterion c ON c.rubric_id = k.rubric_id
                 WHERE p.calibration_id = NEW.calibration_id AND NOT EXISTS (
                    SELECT FROM people_calibrationrating g
                     WHERE g.rater_id = NEW.id AND g.piece_id = p.id AND g.criterion_id = c.id)
               ) THEN
                {refuse("a rater is done when everything is rated")}
            END IF;
            RETURN NEW;
        """


class IsRatedBlind(AuditTrigger):
    """Ratings are written once, before anything is revealed, on the criterion's scale, and never of
    the own work."""

    name = "is_rated_blind"
    when = pgtrigger.Before
    operation = _EVERY
    declare = [("asked", "people_criterion")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF TG_OP <> 'INSERT' THEN
                {refuse("a rating stays")}
            END IF;
            SELECT * INTO asked FROM people_criterion WHERE id = NEW.criterion_id;
            IF NOT EXISTS (
                SELECT FROM people_calibrationrater r
                  JOIN people_calibrationpiece p ON p.calibration_id = r.calibration_id
                  JOIN people_calibration k ON k.id = r.calibration_id
                  JOIN people_user u ON u.id = r.user_id
                 WHERE r.id = NEW.rater_id AND p.id = NEW.piece_id AND k.status = '{S.RATING}'
                   AND k.rubric_id = asked.rubric_id
                   AND r.done_at IS NULL AND r.left_out_at IS NULL
                   AND u.person_id IS DISTINCT FROM p.person_id) THEN
                {refuse("one rates the work of others while it is blind")}
            END IF;
            IF (NEW.rating IS NULL AND asked.applies_en = '')
               OR NOT NEW.rating BETWEEN least(asked.scale - 1, 1) AND asked.scale THEN
                {refuse("a rating lies on its scale")}
            END IF;
            RETURN NEW;
        """
