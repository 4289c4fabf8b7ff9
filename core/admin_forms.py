"""The admin's forms: they save through services, and what these refuse becomes an error."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from unfold.widgets import INPUT_CLASSES

from core.api.collisions import attempt
from core.errors import NotAllowed, Refused, ValidationError
from core.record.conflicts import Clash, Clashing, compare, same


class SavesByService(forms.ModelForm):
    """Saves while it validates: what the service refuses becomes an error of the form."""

    save_by: Callable[["SavesByService"], Any]
    record: Any = None
    conflict: Clashing | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "version"):
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=self.instance.version
            )

    def is_valid(self) -> bool:
        if super().is_valid() and self.record is None:
            try:
                self.record = attempt(transaction.atomic(lambda: self.save_by(self)))
            except ObjectDoesNotExist as gone:  # out of sight since the page was made
                raise Http404 from gone
            except Clashing:  # the form shows it by itself
                return False
            except (Refused, ValidationError) as refusal:
                add_refusal(self, refusal)
        return not self.errors

    def changes(self) -> dict[str, Any]:
        """What was changed on the form, by field."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name != "version"
            and name in self.cleaned_data
            and not same(self.cleaned_data[name], self.initial.get(name))
        }

    def merged(self, base: Any, current: Any, coupled: Any) -> tuple[dict[str, Any], list[Clash]]:
        """What of the form may be stored over `current`, which somebody changed since `base`, and
        what clashes. Sets of records are merged by what came and went."""
        given = {
            name: self.cleaned_data[name]
            for name, field in self.fields.items()
            if name in self.cleaned_data and name != "version" and not field.disabled
        }
        columns = {field.name for field in base._meta.model.tracked_fields}
        plain = {name: value for name, value in given.items() if name in columns}
        mine, clashes = compare(plain, base, current, coupled)
        for name in (name for name in given if name not in columns and name in self.changed_data):
            mine[name] = given[name]
            if self.fields[name].show_hidden_initial and isinstance(given[name], QuerySet):
                mine[name] = self._merged_set(name, given[name], current)
            else:  # nobody knows who changed it
                clashes.append(Clash(name, self.fields[name].label, None, None, given[name]))
        return mine, clashes

    def _merged_set(self, name: str, chosen: Any, current: Any) -> Any:
        """What is there now, with what the person put in and without what they took out."""
        field, widget = self.fields[name], self.fields[name].hidden_widget()
        read = widget.value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
        before = {str(pk) for pk in read or ()}
        after = {str(row.pk) for row in chosen}
        now = {str(row.pk) for row in getattr(current, name).all()}
        return field.queryset.filter(pk__in=(now | (after - before)) - (before - after))

    def show_over(self, clashing: Clashing, current: Any) -> None:
        """Make the form one over the record as it is now: what the person did not touch shows
        what the others did, and what they typed stays. It still says which version they had read;
        `over` says which one they have been shown."""
        self.conflict, self.data = clashing, self.data.copy()
        self.data["over"] = str(current.version)
        now = forms.model_to_dict(current)
        for name in self.fields.keys() & now.keys():
            if name not in clashing.mine:
                _put(self, name, now[name])
            elif isinstance(clashing.mine[name], QuerySet):
                _put(self, name, [row.pk for row in clashing.mine[name]])
                sent = [str(row.pk) for row in now[name]]
                self.data.setlist(self.add_initial_prefix(name), sent)


def _put(form: forms.BaseForm, name: str, value: Any) -> None:
    """Writes a value into a form's data as its own widget would send it."""
    field, key, data = form.fields[name], form.add_prefix(name), form.data
    value = field.prepare_value(value)
    if isinstance(field.widget, forms.MultiWidget):
        for n, part in enumerate(field.widget.decompress(value)):
            data[f"{key}_{n}"] = "" if part is None else str(part)
        return
    sent = field.widget.format_value(value)
    if isinstance(field.widget, forms.CheckboxInput):
        sent = ["on"] if value else []
    sent = sent if isinstance(sent, list | tuple) else ["" if sent is None else str(sent)]
    data.setlist(key, sent)
    if field.show_hidden_initial:
        data.setlist(form.add_initial_prefix(name), sent)


class DayInput(forms.DateInput):
    """The browser's own calendar: it knows the order of day and month that a person is used to."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own day and time, in the person's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%dT%H:%M")


def add_refusal(form: forms.Form, refusal: Exception) -> int:
    """Puts a service's refusal on a form and says which HTTP status it is."""
    if isinstance(refusal, ValidationError):
        by_field = getattr(refusal, "error_dict", None) or {None: refusal.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, errors)
        return 400
    for reason in refusal.reasons:  # type: ignore[attr-defined]  # -- only Refused comes here
        form.add_error(None, str(reason))
    return 403 if isinstance(refusal, NotAllowed) else 409


class _KnownOptions:
    """Django looks up what was chosen without asking whether it can be an id at all."""

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> Any:
        ids = [v for v in value if v.isascii() and v.isdecimal() and len(v) < 19]
        return super().optgroups(name, ids, attr)  # type: ignore[misc]  # -- a widget is mixed in


class SearchSelect(_KnownOptions, AutocompleteSelect):
    """Chooses one related record by typing."""


class SearchSelectMultiple(_KnownOptions, AutocompleteSelectMultiple):
    """Chooses related records by typing."""


def without_wrapper(field: Any) -> Any:
    """A related field without the pencils and pluses that lead out of the form."""
    for name in ("add", "change", "delete", "view"):
        if hasattr(getattr(field, "widget", None), f"can_{name}_related"):
            setattr(field.widget, f"can_{name}_related", False)
    return field
