"""A form field for several files at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.file_types import MAX_BYTES

MOST_FILES = 10


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to ten, none of them too large."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most ten files at once."))
        clean = super().clean
        cleaned = [clean(file, initial) for file in files]
        if any(file.size > MAX_BYTES for file in cleaned):
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return cleaned
