"""What the database itself refuses about certifications, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from people.growth.enums import CertificationStatus as S


class StaysAsDecided(AuditTrigger):
    """A person claims their own. It is verified with its document and by another person; what was
    decided stays."""

    name = "stays_as_decided"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        beside = "ARRAY['version', 'reference']"
        decision = "ARRAY['status', 'review_note', 'reviewed_at', 'reviewed_by_id']"
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a certification is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.CLAIMED}' OR NOT EXISTS (
                    SELECT FROM people_user u
                     WHERE u.id = NEW.recorded_by_id AND u.person_id = NEW.holder_id) THEN
                    RAISE EXCEPTION 'people claim their own certifications first'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.holder_id, NEW.recorded_by_id, NEW.recorded_at)
                   IS DISTINCT FROM (OLD.holder_id, OLD.recorded_by_id, OLD.recorded_at)
               OR (OLD.status <> '{S.CLAIMED}'
                   AND to_jsonb(NEW) - {beside} <> to_jsonb(OLD) - {beside})
               OR (OLD.status <> NEW.status AND to_jsonb(NEW) - {beside} - {decision}
                                             <> to_jsonb(OLD) - {beside} - {decision}) THEN
                RAISE EXCEPTION 'what was decided stays' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> NEW.status AND EXISTS (
                SELECT FROM people_user u
                 WHERE u.id = NEW.reviewed_by_id AND u.person_id = NEW.holder_id) THEN
                RAISE EXCEPTION 'nobody verifies what they hold' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> NEW.status AND NEW.status = '{S.VERIFIED}' AND NOT EXISTS (
                SELECT FROM people_certificationdocument d WHERE d.certification_id = NEW.id) THEN
                RAISE EXCEPTION 'a certification needs its document'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysWithItsCertification(AuditTrigger):
    """Documents are added until the certification is decided about."""

    name = "stays_with_its_certification"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.certification_id <> OLD.certification_id) OR NOT EXISTS (
                SELECT FROM people_certification c
                 WHERE c.id = CASE TG_OP WHEN 'DELETE' THEN OLD.certification_id
                                         ELSE NEW.certification_id END
                   AND c.status = '{S.CLAIMED}' FOR SHARE) THEN
                RAISE EXCEPTION 'what was decided stays' USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """
