"""What the database refuses about evidence packs, whoever asks."""

from typing import Any

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger

_ASKED = ("control", "population", "starts_on", "ends_on", "zone", "asker_id", "asked_at")
_FROZEN = (
    *("frozen_at", "population_sha256", "population_count", "ledger_size"),
    *("facts", "frozen_file", "frozen_sha256"),
)
_DRAWN = ("seed", "sample_size", "drawn_at", "drawn_by_id")
STAYS_TEXT = "what an evidence pack was drawn from stays what it is"


class StaysFrozen(AuditTrigger):
    """Refuses to delete a pack, to alter what was asked for, and what was frozen or drawn once it
    was. A seed can only be told after the population has its hash."""

    name = "stays_frozen"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> Any:
        asked, frozen, drawn = (_differ(columns) for columns in (_ASKED, _FROZEN, _DRAWN))
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION '{STAYS_TEXT}' USING ERRCODE = '42501';
            ELSIF TG_OP = 'INSERT' THEN
                IF NEW.frozen_at IS NOT NULL OR NEW.seed <> '' THEN
                    RAISE EXCEPTION '{STAYS_TEXT}' USING ERRCODE = '42501';
                END IF;
            ELSIF {asked} OR (OLD.frozen_at IS NOT NULL AND {frozen})
                OR (OLD.seed <> '' AND {drawn})
                OR (OLD.frozen_at IS NULL AND NEW.seed <> '')
            THEN
                RAISE EXCEPTION '{STAYS_TEXT}' USING ERRCODE = '42501';
            END IF;
            RETURN NEW;
        """


def _differ(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"
