"""What the database itself refuses about incidents that are worked on together, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger

DEEPEST = 5  # levels of a family, the topmost included; the trigger says the same
FAMILIES = "families"  # the lock under which they are altered, one at a time


class GoesToWhatStands(AuditTrigger):
    """What is merged goes into what is not merged itself, so that no merges run in a circle; and a
    merge is altered only by being undone, once. Both lives are held, in order, while it looks."""

    name = "goes_to_what_stands"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return """
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a merge stays: undo it' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'UPDATE' THEN
                IF OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL
                   AND to_jsonb(NEW) - '{undone_at,undone_by_id}'::text[]
                     = to_jsonb(OLD) - '{undone_at,undone_by_id}'::text[] THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'a merge is altered only by undoing it'
                    USING ERRCODE = 'check_violation';
            END IF;
            PERFORM 1 FROM sla_life WHERE id IN (NEW.life_id, NEW.into_id)
                ORDER BY id FOR NO KEY UPDATE;
            IF EXISTS (SELECT FROM incidents_merge
                        WHERE life_id = NEW.into_id AND undone_at IS NULL) THEN
                RAISE EXCEPTION 'what is merged itself takes in nothing'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class KeepsFamiliesTrees(AuditTrigger):
    """Parts of parts end somewhere: no record is a part of itself by any way, and no family is
    deeper than five levels. One at a time, or two could close a circle at once."""

    name = "keeps_families_trees"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("above", "integer"), ("below", "integer"), ("is_round", "boolean")]

    def get_func(self, model: models.Model) -> str:
        links = model._meta.db_table
        return f"""
            IF NEW.kind <> 'child_of' THEN
                RETURN NEW;
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended('{FAMILIES}', 0));
            WITH RECURSIVE up(id, level) AS (
                SELECT NEW.target_id, 1
                UNION ALL
                SELECT l.target_id, up.level + 1 FROM {links} l
                  JOIN up ON l.source_id = up.id
                 WHERE l.kind = 'child_of' AND l.id <> NEW.id AND up.level <= 5
            ) SELECT max(level), bool_or(id = NEW.source_id) INTO above, is_round FROM up;
            WITH RECURSIVE down(id, level) AS (
                SELECT NEW.source_id, 1
                UNION ALL
                SELECT l.source_id, down.level + 1 FROM {links} l
                  JOIN down ON l.target_id = down.id
                 WHERE l.kind = 'child_of' AND l.id <> NEW.id AND down.level <= 5
            ) SELECT max(level) INTO below FROM down;
            IF is_round THEN
                RAISE EXCEPTION 'a record cannot be a part of itself'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF above + below > 5 THEN
                RAISE EXCEPTION 'a family has at most 5 levels'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class KeepsItsFacts(AuditTrigger):
    """Some columns are written once: what was asked or sent stays as it was. What is settled does
    not open again, and nothing of it goes."""

    name = "keeps_its_facts"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, later: tuple[str, ...], settled: str) -> None:
        super().__init__()
        self.later = later
        self.settled = settled

    def get_func(self, model: models.Model) -> str:
        later = f"'{{{','.join((*self.later, self.settled))}}}'::text[]"
        return f"""
            IF TG_OP = 'DELETE' OR OLD.{self.settled} IS NOT NULL
               OR to_jsonb(NEW) - {later} <> to_jsonb(OLD) - {later} THEN
                RAISE EXCEPTION 'what was recorded stays as it was'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StepsExist(AuditTrigger):
    """What is ticked is a step of the version that the record began; no tick goes or moves."""

    name = "steps_exist"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return """
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a step that was done stays' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.diagnosis_id, OLD.step)
                                IS DISTINCT FROM (NEW.diagnosis_id, NEW.step) THEN
                RAISE EXCEPTION 'a step that was done stays where it is'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF NOT EXISTS (
                SELECT FROM incidents_diagnosis d
                  JOIN incidents_guideversion v ON v.id = d.guide_version_id
                 WHERE d.id = NEW.diagnosis_id
                   AND NEW.step BETWEEN 1 AND cardinality(v.steps_en)
            ) THEN
                RAISE EXCEPTION 'the checklist has no such step' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
