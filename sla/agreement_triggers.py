"""What the database itself refuses about agreements, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from sla.enums import VersionStatus


class StaysOnceActive(AuditTrigger):
    """A version begins as a draft, is put into force once, by another person than drafted it, and
    then says the same for ever; all that still happens to it is that the next one replaces it."""

    name = "stays_once_active"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.status = '{VersionStatus.DRAFT}' THEN RETURN NEW; END IF;
            ELSIF TG_OP = 'DELETE' THEN
                IF OLD.status = '{VersionStatus.DRAFT}' THEN RETURN OLD; END IF;
            ELSIF OLD.status = '{VersionStatus.DRAFT}' THEN
                IF NEW.status = '{VersionStatus.ACTIVE}' AND EXISTS (
                    SELECT FROM people_user d JOIN people_user a ON a.id = NEW.approved_by_id
                     WHERE d.id = NEW.drafted_by_id
                       AND (d.id = a.id OR d.person_id = a.person_id)) THEN
                    RAISE EXCEPTION 'whoever drafted a version does not approve it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            ELSIF OLD.status = '{VersionStatus.ACTIVE}'
                  AND NEW.status = '{VersionStatus.RETIRED}'
                  AND to_jsonb(NEW) - '{{status,retired_at}}'::text[]
                    = to_jsonb(OLD) - '{{status,retired_at}}'::text[] THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'a version that was in force says the same for ever'
                USING ERRCODE = 'check_violation';
        """


class StaysAsDrafted(AuditTrigger):
    """The times of a version change only while it is a draft."""

    name = "stays_as_drafted"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return f"""
            IF EXISTS (
                SELECT FROM sla_agreementversion v
                 WHERE v.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.agreement_version_id END,
                                CASE WHEN TG_OP <> 'DELETE' THEN NEW.agreement_version_id END)
                   AND v.status <> '{VersionStatus.DRAFT}') THEN
                RAISE EXCEPTION 'a version that was in force says the same for ever'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """
