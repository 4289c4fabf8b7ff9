"""How a list's page asks for each filter: choices to tick, yes or no, days, a record's key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.encoding import force_str
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.api.filters import ByRecord, Flag, MomentBound, OneOf, moment_of
from core.querysets import visible_rows
from core.showing import exact

SUGGESTED = 20


@dataclass(frozen=True)
class Control:
    """One filter as the page asks for it. `kind` names the way it is drawn."""

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, Any, bool], ...] = ()  # value, label, is it chosen
    is_active: bool = False


def control_of(name: str, asked: Any, model: type[models.Model], value: str) -> Control:
    """The control of a filter, filled with what is asked for now."""
    label = label_of(name, asked, model)
    active = bool(value)
    if isinstance(asked, OneOf):
        chosen = value.split(",")
        choices = tuple((key, text, key in chosen) for key, text in asked.labels().items())
        return Control(name, label, "choices", value, choices, active)
    if isinstance(asked, Flag):
        choices = tuple(
            (key, text, key == value)
            for key, text in (("", _("All")), ("true", _("Yes")), ("false", _("No")))
        )
        return Control(name, label, "flag", value, choices, active)
    if isinstance(asked, MomentBound):
        moment = moment_of(value)
        day = timezone.localtime(moment).date().isoformat() if moment else ""
        return Control(name, label, "day", day, (), active)
    kind = "record" if isinstance(asked, ByRecord) else "text"
    return Control(name, label, kind, value, (), active)


def label_of(name: str, asked: Any, model: type[models.Model]) -> str:
    """What a filter is called: its own label, else that of its field."""
    text = asked.label or _verbose_name(model, asked.field_name) or name
    if isinstance(asked, MomentBound):
        bound = _("%s (from)") if asked.lookup_expr.startswith("gt") else _("%s (before)")
        text = bound % text
    return capfirst(force_str(text))


def _verbose_name(model: type[models.Model], path: str) -> Any:
    try:
        field: Any = None
        for part in path.split("__"):
            field = model._meta.get_field(part)
            model = field.related_model or model
        return getattr(field, "verbose_name", None) or model._meta.verbose_name
    except FieldDoesNotExist:
        return None


def read_value(asked: Any, values: list[str]) -> str:
    """A filter's text from the address. The page's own form repeats a parameter for each choice,
    leaves empty what is not asked for, and gives days, which begin at the reader's midnight."""
    text = ",".join(value for value in values if value)
    if isinstance(asked, MomentBound) and len(text) == 10:
        try:
            day = parse_date(text)
        except ValueError:  # 30 February: refused as any other text that is no moment
            return text
        return timezone.make_aware(datetime.combine(day, time.min)).isoformat() if day else text
    return text


def described(asked: Any, value: str, user: Any) -> str:
    """The value of a filter in use, in words."""
    if isinstance(asked, OneOf):
        labels = asked.labels()
        return ", ".join(str(labels.get(key, key)) for key in value.split(","))
    if isinstance(asked, Flag):
        return _("Yes") if value == "true" else _("No")
    if isinstance(asked, MomentBound) and (moment := moment_of(value)):
        return exact(moment)
    if isinstance(asked, ByRecord):
        return asked.name_of(value, user)
    return value


def suggestions(asked: Any, typed: str, user: Any) -> list[tuple[str, str]]:
    """Keys and names of the visible records that a typed text may mean."""
    if not isinstance(asked, ByRecord):
        return []
    rows = visible_rows(asked.related, user)
    key: Callable[[Any], str] = lambda row: str(getattr(row, asked.key))  # noqa: E731 -- one line
    if typed := typed.replace("\x00", "").strip()[:100]:
        found = models.Q(**{f"{asked.key}__icontains": typed})
        names = {field.name for field in asked.related._meta.concrete_fields}
        for name in ("name", "title", "email"):
            if name in names:
                found |= models.Q(**{f"{name}__icontains": typed})
        rows = rows.filter(found)
    return [(key(row), str(row)) for row in rows.order_by(asked.key)[:SUGGESTED]]
