"""Several records named by what people call them, in one line: services, assets, clients."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST = 500


class ReferencesField(forms.CharField):
    """Its value is a list of records of `queryset`, given by reference or short name. In a dialog
    and by the API it is one text; nothing but the rows that the actor may see is found."""

    def __init__(self, *, key: str = "reference", **kwargs: Any) -> None:
        widget = forms.Textarea({"rows": 2, "spellcheck": "false"})
        super().__init__(widget=widget, max_length=MOST * 30, **kwargs)
        self.key = key
        self.queryset: Any = None
        self.offered: list[Any] = []

    def offer(self, rows: Any) -> None:
        """Begin with these rows, and say what each of them is."""
        self.offered = list(rows.order_by(self.key))
        self.initial = ", ".join(self._named(self.offered))
        names = "; ".join(f"{self._name(row)} {row.name}" for row in self.offered[:12])
        hint = _("References, separated by commas.")
        self.help_text = f"{hint} {names}" if names else hint

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        wanted = {part for part in text.replace(",", " ").split() if part}
        if len(wanted) > MOST:
            raise ValidationError(_("Give at most %(most)s."), params={"most": MOST})
        if self.key == "reference":
            wanted = {part.upper() for part in wanted}
        found = list(self.queryset.filter(**{f"{self.key}__in": wanted})) if wanted else []
        if gone := sorted(wanted - set(self._named(found))):
            told = {"names": ", ".join(gone[:10])[:200]}
            raise ValidationError(_("There is no %(names)s."), params=told)
        return found

    def validate(self, value: Any) -> None: ...

    def run_validators(self, value: Any) -> None: ...

    def _named(self, rows: Iterable[Any]) -> list[str]:
        return [self._name(row) for row in rows]

    def _name(self, row: Any) -> str:
        return str(getattr(row, self.key))
