"""What the database itself refuses about matrices of responsibility, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.responsibilities.enums import MatrixStatus as S


class StaysAsAgreed(AuditTrigger):
    """A version is drafted, agreed when every line says who, and then only replaced."""

    name = "stays_as_agreed"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        beside = "ARRAY['status', 'replaced_on', 'version', 'reference']"
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a matrix is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.DRAFT}' THEN
                    RAISE EXCEPTION 'a matrix is drafted first' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.vendor_id, NEW.number, NEW.drafted_by_id)
                   IS DISTINCT FROM (OLD.vendor_id, OLD.number, OLD.drafted_by_id)
               OR OLD.status = '{S.REPLACED}'
               OR (OLD.status = '{S.DRAFT}' AND NEW.status = '{S.REPLACED}')
               OR (OLD.status = '{S.AGREED}' AND (NEW.status <> '{S.REPLACED}'
                   OR to_jsonb(NEW) - {beside} <> to_jsonb(OLD) - {beside})) THEN
                RAISE EXCEPTION 'what was agreed stays' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status = '{S.DRAFT}' AND NEW.status = '{S.AGREED}' AND (
                    NOT EXISTS (SELECT FROM vendors_responsibilityline l
                                 WHERE l.matrix_id = NEW.id)
                    OR EXISTS (SELECT FROM vendors_responsibilityline l
                                WHERE l.matrix_id = NEW.id AND l.who = '')) THEN
                RAISE EXCEPTION 'every line says who' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class IsOfADraftMatrix(AuditTrigger):
    """Lines and signed documents are written while the matrix is a draft."""

    name = "is_of_a_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.matrix_id <> OLD.matrix_id) OR NOT EXISTS (
                SELECT FROM vendors_responsibilitymatrix m
                 WHERE m.id = CASE TG_OP WHEN 'DELETE' THEN OLD.matrix_id ELSE NEW.matrix_id END
                   AND m.status = '{S.DRAFT}' FOR SHARE) THEN
                RAISE EXCEPTION 'what was agreed stays' USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """
