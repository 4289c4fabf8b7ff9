"""What the database itself refuses about deployments and their findings."""

from typing import Any

import pgtrigger

from audit.triggers import APPEND_ONLY_TEXT, AuditTrigger
from changes.enums import FindingStatus
from changes.triggers import involved, refuse

FACTS = (
    *("id", "source", "delivery", "repository", "commit", "digest", "environment"),
    *("deployed_by", "deployed_at", "received_at", "named_change"),
)
"""What was reported, by column."""


class KeepsItsFacts(AuditTrigger):
    """On deployments: what was reported is neither altered nor deleted."""

    name = "keeps_its_facts"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[Any]) -> str:
        old = ", ".join(f"OLD.{name}" for name in FACTS)
        new = ", ".join(f"NEW.{name}" for name in FACTS)
        return f"""
            IF TG_OP = 'DELETE' OR ({old}) IS DISTINCT FROM ({new}) THEN
                RAISE EXCEPTION '{APPEND_ONLY_TEXT}', TG_TABLE_NAME USING ERRCODE = '42501';
            END IF;
            RETURN NEW;
        """


class HadNoPart(AuditTrigger):
    """On findings: nobody authorises afterwards what they had a part in."""

    name = "had_no_part"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: type[Any]) -> str:
        return f"""
            IF NEW.status = '{FindingStatus.AUTHORISED}' AND EXISTS (
                SELECT FROM people_user me
                  JOIN people_user u ON u.id = me.id OR u.person_id = me.person_id
                 WHERE me.id = NEW.settled_by_id
                   AND (u.person_id IN ({involved("NEW.change_id")})
                     OR u.person_id IN ({involved("NEW.covered_by_id")})
                     OR EXISTS (SELECT FROM changes_deployment d
                                 WHERE d.id = NEW.deployment_id
                                   AND lower(d.deployed_by) IN (lower(u.username), lower(u.email)))
                   )) THEN
                {refuse("nobody authorises what they had a part in")}
            END IF;
            RETURN NEW;
        """
