"""What the database itself refuses about vendors, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.assurance.enums import DiligenceStatus as D
from vendors.enums import VendorStatus as V


class IsAssessedFirst(AuditTrigger):
    """Nothing is approved or engaged without a due diligence that was approved: the latest one.
    Engaged from the beginning is only what was taken over, which is said once and for all."""

    name = "is_assessed_first"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a vendor is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status NOT IN ('{V.PROSPECT}', '{V.EXITED}')
                    AND NOT (NEW.status = '{V.ENGAGED}' AND NEW.taken_over_on IS NOT NULL) THEN
                    RAISE EXCEPTION 'a vendor is assessed first' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.taken_over_on IS DISTINCT FROM OLD.taken_over_on THEN
                RAISE EXCEPTION 'what was taken over is not said later'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.status <> OLD.status
                AND (NEW.status = '{V.APPROVED}'
                     OR (NEW.status = '{V.ENGAGED}' AND OLD.status <> '{V.EXITING}')
                     OR (NEW.status = '{V.EXITING}' AND OLD.status <> '{V.ENGAGED}'))
                AND coalesce((SELECT d.status FROM vendors_duediligence d
                               WHERE d.vendor_id = NEW.id ORDER BY d.number DESC LIMIT 1), '')
                    <> '{D.APPROVED}' THEN
                RAISE EXCEPTION 'a vendor is assessed first' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysAsDecided(AuditTrigger):
    """A due diligence says what was submitted: who assesses, what was found and how risky it is
    change only while it is open; what is decided is final."""

    name = "stays_as_decided"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a due diligence is not deleted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status IN ('{D.APPROVED}', '{D.REFUSED}', '{D.WITHDRAWN}')
                OR (OLD.status = '{D.SUBMITTED}' AND
                    (OLD.assessor_id, OLD.risk, OLD.summary)
                    IS DISTINCT FROM (NEW.assessor_id, NEW.risk, NEW.summary))
                OR (OLD.vendor_id, OLD.number) IS DISTINCT FROM (NEW.vendor_id, NEW.number)
                OR (NEW.status = '{D.APPROVED}' AND OLD.status <> '{D.SUBMITTED}') THEN
                RAISE EXCEPTION 'a due diligence says what was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysWithItsDiligence(AuditTrigger):
    """Answers and evidence are written while the due diligence is open."""

    name = "stays_with_its_diligence"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF EXISTS (
                SELECT FROM vendors_duediligence d
                 WHERE d.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.diligence_id END,
                                CASE WHEN TG_OP <> 'DELETE' THEN NEW.diligence_id END)
                   AND d.status <> '{D.OPEN}') THEN
                RAISE EXCEPTION 'a due diligence says what was submitted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class KeepsChainsOpen(AuditTrigger):
    """No vendor is its own subcontractor, over however many others. The lock makes two people who
    close a circle from both ends wait for each other."""

    name = "keeps_chains_open"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[models.Model]) -> str:
        return """
            IF NEW.subcontractor_id IS NULL THEN RETURN NEW; END IF;
            PERFORM pg_advisory_xact_lock(hashtext('vendors_vendorsubcontractor'));
            IF NEW.subcontractor_id = NEW.vendor_id OR EXISTS (
                WITH RECURSIVE below(id) AS (
                    SELECT NEW.subcontractor_id
                    UNION
                    SELECT s.subcontractor_id FROM vendors_vendorsubcontractor s
                      JOIN below ON s.vendor_id = below.id
                     WHERE s.subcontractor_id IS NOT NULL AND s.id <> coalesce(NEW.id, 0))
                SELECT FROM below WHERE id = NEW.vendor_id) THEN
                RAISE EXCEPTION 'a chain of subcontractors comes back to its beginning'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
