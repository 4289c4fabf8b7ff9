"""A field that asks for a time per metric and priority, as a table of short texts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES

from sla.durations import read_target, written
from sla.enums import PRIORITIES, Metric

Cell = tuple[Metric, int]
CELLS: tuple[Cell, ...] = tuple((metric, n) for metric in Metric for n in PRIORITIES)


class MatrixWidget(forms.Widget):
    """A row for each metric, a column for each priority. `inherited` is shown where nothing is
    typed; `wrong` are the cells to mend."""

    def __init__(self) -> None:
        super().__init__()
        self.inherited: Mapping[Cell, timedelta] = {}
        self.wrong: set[Cell] = set()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[Cell, str]:
        return {(m, n): (data.get(f"{name}-{m}-{n}") or "").strip() for m, n in CELLS}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_{CELLS[0][0]}_{CELLS[0][1]}"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        told = value or {}
        head = format_html_join("", '<th scope="col">P{}</th>', ((n,) for n in PRIORITIES))
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th>{}</tr>',
            ((metric.label, self._row(name, metric, told)) for metric in Metric),
        )
        return format_html(
            '<div class="list-scroll"><table class="matrix"><thead><tr><td></td>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>",
            head,
            rows,
        )

    def _row(self, name: str, metric: Metric, told: Mapping[Cell, Any]) -> SafeString:
        return format_html_join(
            "", "<td>{}</td>", ((self._cell(name, (metric, n), told),) for n in PRIORITIES)
        )

    def _cell(self, name: str, cell: Cell, told: Mapping[Cell, Any]) -> SafeString:
        metric, priority = cell
        value = told.get(cell, "")
        inherited = self.inherited.get(cell)
        return format_html(
            '<input type="text" name="{}" id="id_{}_{}_{}" value="{}" placeholder="{}"'
            ' aria-label="{}" maxlength="40" size="7" autocomplete="off" class="{}"{}>',
            f"{name}-{metric}-{priority}",
            name,
            metric,
            priority,
            written(value) if isinstance(value, timedelta) else value,
            written(inherited) if inherited else "",
            f"{metric.label} P{priority}",
            " ".join(INPUT_CLASSES),
            SafeString(' aria-invalid="true"') if cell in self.wrong else "",
        )


class MatrixField(forms.Field):
    """Its value is a time by metric and priority; empty cells are left out."""

    widget: Any = MatrixWidget

    def clean(self, value: Any) -> dict[Cell, timedelta]:
        found, errors = {}, []
        for cell, text in (value or {}).items():
            if not text:
                continue
            try:
                found[cell] = read_target(text)
            except ValidationError as refused:
                self.widget.wrong.add(cell)
                errors.append(f"{cell[0].label} P{cell[1]}: {refused.messages[0]}")
        if errors:
            raise ValidationError(errors)
        if self.required and not found:
            raise ValidationError(_("Set a time at least."))
        return found
