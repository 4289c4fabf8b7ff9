"""The form of a change: what raising and editing ask."""

from typing import Any

from django import forms
from django.utils.text import capfirst

from assets.models import Asset, Service
from changes.forms.commits import CommitsField, lines_of
from changes.models import Change
from sla.models import Client

PARTS = {"services": Service, "assets": Asset, "clients": Client}


def _part(name: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=capfirst(Change._meta.get_field(name).verbose_name),
        queryset=PARTS[name].objects.none(),
        required=False,
        show_hidden_initial=True,  # changed is what differs from the page that was read
    )


class ChangeForm(forms.ModelForm):
    """Everything else about a change changes by actions and votes."""

    services = _part("services")
    assets = _part("assets")
    clients = _part("clients")
    commits = CommitsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "commits" in self.fields:
            self.initial["commits"] = lines_of(self.instance.commits.all())
