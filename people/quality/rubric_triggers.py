"""What the database itself refuses about rubrics, whoever asks."""

from typing import Any

import pgtrigger

from audit.triggers import AuditTrigger
from people.quality.enums import RubricStatus as S
from people.review_triggers import refuse, same_person


class RubricStaysAsInForce(AuditTrigger):
    """A version in force is only retired; a draft is put in force with criteria, by another person
    than drafted it; none goes."""

    name = "stays_as_in_force"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        said = (
            "{0}.title_en, {0}.title_es, {0}.good_en, {0}.good_es, {0}.approved_at, "
            "{0}.approved_by_id"
        )
        return f"""
            IF TG_OP = 'DELETE' THEN
                {refuse("a rubric is not deleted")}
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.DRAFT}' THEN
                    {refuse("a rubric begins as a draft")}
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.key, NEW.number, NEW.drafted_by_id)
                   IS DISTINCT FROM (OLD.key, OLD.number, OLD.drafted_by_id)
               OR OLD.status = '{S.RETIRED}'
               OR (OLD.status = '{S.ACTIVE}'
                   AND (NEW.status <> '{S.RETIRED}' OR ({said.format("OLD")})
                                           IS DISTINCT FROM ({said.format("NEW")})))
               OR (OLD.status = '{S.DRAFT}' AND NEW.status = '{S.RETIRED}') THEN
                {refuse("a rubric in force stays as it is")}
            END IF;
            IF OLD.status = '{S.DRAFT}' AND NEW.status = '{S.ACTIVE}' THEN
                IF NOT EXISTS (SELECT FROM people_criterion c WHERE c.rubric_id = NEW.id) THEN
                    {refuse("a rubric asks for something")}
                END IF;
                IF {same_person("NEW.approved_by_id", "NEW.drafted_by_id")} THEN
                    {refuse("another person puts a rubric in force")}
                END IF;
            END IF;
            RETURN NEW;
        """


class IsOfADraftedRubric(AuditTrigger):
    """Criteria are written while their rubric is a draft."""

    name = "is_of_a_drafted_rubric"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.rubric_id <> OLD.rubric_id) OR NOT EXISTS (
                SELECT FROM people_rubric r
                 WHERE r.id = CASE TG_OP WHEN 'DELETE' THEN OLD.rubric_id ELSE NEW.rubric_id END
                   AND r.status = '{S.DRAFT}' FOR SHARE) THEN
                {refuse("a rubric in force stays as it is")}
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """
