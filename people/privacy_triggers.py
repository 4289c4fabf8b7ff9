"""What the database itself refuses about approvals of erasures."""

from typing import Any

import pgtrigger

from audit.models import ErasureKind
from audit.triggers import AuditTrigger
from people.enums import PrivacyStatus
from people.review_triggers import refuse, same_person


class IsApprovedByAnother(AuditTrigger):
    """On approvals: neither who recorded the request nor the subject approves, nor anybody twice;
    and nothing is approved before its time."""

    name = "is_approved_by_another"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    declare = [("asked", "people_privacyrequest")]

    def get_func(self, model: type[Any]) -> str:
        return f"""
            SELECT * INTO asked FROM people_privacyrequest
             WHERE id = NEW.request_id FOR NO KEY UPDATE;
            IF asked.status <> (CASE NEW.step WHEN '{ErasureKind.BLOCK}'
                THEN '{PrivacyStatus.ACCEPTED}' ELSE '{PrivacyStatus.BLOCKED}' END) THEN
                {refuse("this step is not due")}
            END IF;
            IF {same_person("NEW.approved_by_id", "asked.raised_by_id")} OR EXISTS (
                SELECT FROM people_user
                 WHERE id = NEW.approved_by_id
                   AND (person_id IS NULL OR person_id = asked.person_id)) THEN
                {refuse("somebody else has to approve this")}
            END IF;
            IF EXISTS (SELECT FROM people_privacyapproval p
                        WHERE p.request_id = NEW.request_id AND p.step = NEW.step
                          AND {same_person("NEW.approved_by_id", "p.approved_by_id")}) THEN
                {refuse("one person approves once")}
            END IF;
            IF NEW.step = '{ErasureKind.SUPPRESS}' AND asked.blocked_until > current_date THEN
                {refuse("the data are blocked until a later day")}
            END IF;
            RETURN NEW;
        """
