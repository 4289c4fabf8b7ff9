"""What the audit trail can be narrowed by."""

from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from audit.models import Operation
from core.api.filters import MomentBound, Narrowing, OneOf

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


class AuditTrailFilters(FilterSet):
    relation = OfTable()
    operation = OneOf("operation", Operation)
    actor = ByActor()
    at__gte = MomentBound("at", "gte")
    at__lt = MomentBound("at", "lt")
