"""What the database itself refuses about dependencies on vendors, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger


class IsSuppliedOnce(AuditTrigger):
    """A service depends on a vendor once at a time, under a contract with that vendor. What has
    ended stays as it was."""

    name = "is_supplied_once"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return """
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a dependency ends, it is not deleted'
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.ends_on IS NOT NULL
                OR (NEW.service_id, NEW.vendor_id, NEW.starts_on)
                   IS DISTINCT FROM (OLD.service_id, OLD.vendor_id, OLD.starts_on)) THEN
                RAISE EXCEPTION 'what was stated stays' USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.contract_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM vendors_contract c
                 WHERE c.id = NEW.contract_id AND c.vendor_id = NEW.vendor_id) THEN
                RAISE EXCEPTION 'the contract is with the same vendor'
                    USING ERRCODE = 'check_violation';
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended(
                'assets_servicedependency:' || NEW.service_id || ':' || NEW.vendor_id, 0));
            IF EXISTS (
                SELECT FROM assets_servicedependency d
                 WHERE d.service_id = NEW.service_id AND d.vendor_id = NEW.vendor_id
                   AND d.id <> NEW.id
                   AND daterange(d.starts_on, d.ends_on)
                       && daterange(NEW.starts_on, NEW.ends_on)) THEN
                RAISE EXCEPTION 'a service depends on a vendor once at a time'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
