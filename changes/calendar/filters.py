"""What the calendar can be narrowed to: filters of the list of changes, and one's own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.filters import ChangeFilters
from core.api.filters import Flag, Narrowing


class Mine(Flag):
    """Those in which one plays a part."""

    def __init__(self) -> None:
        super().__init__("pk", label=gettext_lazy("mine"))

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        if text not in ("true", "false"):
            raise ValueError(_("Give “true” or “false”."))
        return queryset.playing_a_part(user) if text == "true" else queryset


_OF_THE_LIST = ("service", "team", "type", "status", "risk")
FILTERS: dict[str, Narrowing] = {
    **{name: ChangeFilters.base_filters[name] for name in _OF_THE_LIST},
    "mine": Mine(),
}
