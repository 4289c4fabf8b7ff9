"""What the list of evidence packs can be narrowed by."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet

from core.api.filters import MomentBound, Narrowing, OneOf
from evidence.controls import CONTROLS
from evidence.enums import PackState


class OfControl(Narrowing):
    """Packs of some controls, by their codes."""

    def __init__(self) -> None:
        super().__init__("control", "in", label=gettext_lazy("control of the catalogue"))

    def labels(self) -> dict[str, Any]:
        """The codes with their titles."""
        return {code: f"{code} · {control.title}" for code, control in CONTROLS}

    def read(self, text: str, user: Any) -> list[str]:
        asked = text.split(",")
        if any(code not in CONTROLS for code in asked):
            raise ValueError(_("There is no such control."))
        return asked


class EvidencePackFilters(FilterSet):
    control = OfControl()
    state = OneOf("state", PackState)
    asked_at__gte = MomentBound("asked_at", "gte")
    asked_at__lt = MomentBound("asked_at", "lt")
