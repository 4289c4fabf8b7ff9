"""What the database itself refuses about exit plans, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.exit_plans.enums import ExitPlanStatus as S


class StaysAsPlanned(AuditTrigger):
    """A plan is drafted, approved when it has steps, and then only exercised and replaced. Its
    contract is one with its vendor."""

    name = "stays_as_planned"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        beside = (
            "ARRAY['status', 'replaced_on', 'exercised_on', 'exercise_result',"
            " 'exercise_due_on', 'version', 'reference']"
        )
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'an exit plan is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.contract_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM vendors_contract c
                 WHERE c.id = NEW.contract_id AND c.vendor_id = NEW.vendor_id) THEN
                RAISE EXCEPTION 'the contract is with the same vendor'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.DRAFT}' THEN
                    RAISE EXCEPTION 'an exit plan is drafted first'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.vendor_id, NEW.contract_id, NEW.number, NEW.drafted_by_id)
                   IS DISTINCT FROM (OLD.vendor_id, OLD.contract_id, OLD.number, OLD.drafted_by_id)
               OR OLD.status = '{S.REPLACED}'
               OR (OLD.status = '{S.DRAFT}' AND NEW.status = '{S.REPLACED}')
               OR (OLD.status = '{S.APPROVED}' AND (NEW.status = '{S.DRAFT}'
                   OR to_jsonb(NEW) - {beside} <> to_jsonb(OLD) - {beside})) THEN
                RAISE EXCEPTION 'what was approved stays' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status = '{S.DRAFT}' AND NEW.status = '{S.APPROVED}' AND NOT EXISTS (
                    SELECT FROM vendors_exitstep s WHERE s.plan_id = NEW.id) THEN
                RAISE EXCEPTION 'an exit plan has steps' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsOfADraftPlan(AuditTrigger):
    """Steps are written while the plan is a draft."""

    name = "is_of_a_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.plan_id <> OLD.plan_id) OR NOT EXISTS (
                SELECT FROM vendors_exitplan p
                 WHERE p.id = CASE TG_OP WHEN 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END
                   AND p.status = '{S.DRAFT}' FOR SHARE) THEN
                RAISE EXCEPTION 'what was approved stays' USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """


class IsOfAnApprovedPlan(AuditTrigger):
    """What is exercised is the plan in force."""

    name = "is_of_an_approved_plan"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF NOT EXISTS (SELECT FROM vendors_exitplan p
                            WHERE p.id = NEW.plan_id AND p.status = '{S.APPROVED}' FOR SHARE) THEN
                RAISE EXCEPTION 'a plan in force is exercised' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
