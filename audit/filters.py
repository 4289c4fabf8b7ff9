"""What the audit trail can be narrowed by."""

from functools import cache
from typing import Any

from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from audit.models import Operation
from audit.naming import title_of_action
from core.api.filters import Flag, MomentBound, Narrowing, OneOf
from core.palette import record_of
from core.search import folded

EVENTS = "event"


class OfTable(OneOf):
    """Changes of some tables, by the models' names; `event` is what changed no row."""

    def __init__(self) -> None:
        Narrowing.__init__(self, "relation", "in", label=gettext_lazy("what"))

    def labels(self) -> dict[str, Any]:
        """Every tracked table by its model's name, events first."""
        named = {table: str(model._meta.verbose_name_plural) for table, model in tables().items()}
        events = {EVENTS: _("events: sign-ins, tokens, exports")}
        return events | dict(sorted(named.items(), key=lambda pair: pair[1]))

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        if text == EVENTS:
            return queryset.filter(operation=Operation.EVENT)
        asked = text.split(",")
        if set(asked) - set(tables()):
            raise ValueError(_("Choose from: %s.") % ", ".join(sorted(tables())))
        return queryset.filter(relation__in=asked)


@cache
def tables() -> dict[str, Any]:
    """The tracked models by their tables."""
    return {model._meta.db_table: model for model in apps.get_models() if _is_tracked(model)}


def _is_tracked(model: Any) -> bool:
    return hasattr(model._meta, "simple_history_manager_attribute")


@extend_schema_field(OpenApiTypes.STR)
class ByActor(Narrowing):
    """By username, typed; it is no secret list of accounts."""

    def __init__(self) -> None:
        super().__init__("actor", label=gettext_lazy("actor"))

    def read(self, text: str, user: Any) -> str:
        return text


class OfAction(OneOf):
    """By what was done, of what the ledger holds."""

    def __init__(self) -> None:
        Narrowing.__init__(self, "action", "in", label=gettext_lazy("action"))

    def labels(self) -> dict[str, Any]:
        """The actions by their titles, with what they were done to where that is a model."""
        nouns = {model._meta.model_name: model._meta.verbose_name for model in tables().values()}
        named = {}
        for code in known_actions():
            title, noun = title_of_action(code), nouns.get(code.partition(".")[0])
            named[code] = f"{title} ({noun})" if noun else str(title)
        return dict(sorted(named.items(), key=lambda pair: folded(pair[1].lower())))

    def read(self, text: str, user: Any) -> list[str]:
        return text.split(",")


_ACTIONS = """
    WITH RECURSIVE known AS (
        SELECT min(action) AS action FROM audit_ledgerentry
        UNION ALL
        SELECT (SELECT min(action) FROM audit_ledgerentry WHERE action > known.action)
          FROM known WHERE known.action IS NOT NULL
    )
    SELECT action FROM known WHERE action <> '' AND action IS NOT NULL
"""


def known_actions() -> list[str]:
    """Every action that was ever recorded, by hops over the index; kept for a minute."""

    def read() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(_ACTIONS)
            return [action for (action,) in cursor.fetchall()]

    found: list[str] = caches["local"].get_or_set("audit.actions", read, timeout=60)
    return found


@extend_schema_field(OpenApiTypes.STR)
class OfRecord(Narrowing):
    """What was changed in one row: by its reference, or as `table:key` where it has none."""

    def __init__(self) -> None:
        super().__init__("key", label=gettext_lazy("record"))

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        table, colon, key = text.partition(":")
        if not colon:
            record = record_of(user, text)
            if record is None:
                raise ValueError(_("There is no such record."))
            table, key = record._meta.db_table, str(record.pk)
        if table not in tables():
            raise ValueError(_("There is no such record."))
        return queryset.filter(relation=table, key=key)


@extend_schema_field(OpenApiTypes.STR)
class OfRequest(Narrowing):
    """Everything that one request did, by the id that its answer carried (`X-Request-ID`)."""

    def __init__(self) -> None:
        super().__init__("context__request", label=gettext_lazy("request"))

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        return queryset.alias(request_id=KT("context__request")).filter(request_id=text)


def _unsigned(rows: Any, is_unsigned: bool) -> Any:
    return rows.filter(context__isnull=is_unsigned)


class AuditTrailFilters(FilterSet):
    record = OfRecord()
    actor = ByActor()
    action = OfAction()
    relation = OfTable()
    operation = OneOf("operation", Operation)
    at__gte = MomentBound("at", "gte")
    at__lt = MomentBound("at", "lt")
    request = OfRequest()
    unsigned = Flag(_unsigned, label=gettext_lazy("past the portal, signed by nobody"))
