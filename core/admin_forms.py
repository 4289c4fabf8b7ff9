"""The admin's forms: they save through services, and what these refuse becomes an error."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import Http404

from core.errors import NotAllowed, Refused, ValidationError


class SavesByService(forms.ModelForm):
    """Saves while it validates: what the service refuses becomes an error of the form."""

    save_by: Callable[["SavesByService"], Any]
    record: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "version"):
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=self.instance.version
            )

    def is_valid(self) -> bool:
        if super().is_valid() and self.record is None:
            try:
                with transaction.atomic():
                    self.record = self.save_by(self)
            except ObjectDoesNotExist as gone:  # out of sight since the page was made
                raise Http404 from gone
            except (Refused, ValidationError) as refusal:
                add_refusal(self, refusal)
        return not self.errors

    def changes(self) -> dict[str, Any]:
        """What was changed on the form, by field."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name != "version" and name in self.cleaned_data
        }


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
