"""The dialogs about alert sources, their keys and stored events."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from integrations import services
from integrations.enums import SourceKind
from integrations.models import SourceKey

_RECEIVER = """\
receivers:
  - name: itsm
    webhook_configs:
      - url: {url}
        send_resolved: true
        max_alerts: 0
        http_config:
          authorization:
            type: Bearer
            credentials: {bearer}
"""


class RotateKeyForm(ActionForm):
    """A new pair of secrets, told in the answer and never again."""

    action = "rotate"
    title = _("Make a new pair of keys")
    outcome: dict[str, Any] | None = None

    def perform(self) -> Any:
        key, url_key, bearer = services.rotate_key(self.record, actor=self.actor)
        url = f"{settings.SITE_URL.rstrip('/')}/hooks/{self.record.kind}/{url_key}/"
        if self.record.kind == SourceKind.DEPLOYMENTS:
            rest = [(_("Secret to sign with"), bearer)]
        else:
            receiver = _RECEIVER.format(url=url, bearer=bearer)
            rest = [(_("Bearer"), bearer), (_("For alertmanager.yml"), receiver)]
        self.outcome = {
            "text": _("Copy these now. They are not shown again; the pair before still works."),
            "secrets": [(_("Address"), url), *rest],
        }
        return key


class RevokeKeyForm(ActionForm):
    action = "revoke"
    title = _("Revoke a pair of keys")
    key = forms.ModelChoiceField(label=_("Pair"), queryset=SourceKey.objects.none())

    def prepare(self) -> None:
        keys = SourceKey.objects.visible_to(self.actor).filter(source=self.record)
        self.fields["key"].queryset = keys.filter(revoked_at__isnull=True)

    def perform(self) -> Any:
        return services.revoke_key(self.cleaned_data["key"], actor=self.actor)


class ReplayForm(ActionForm):
    action = "replay"
    title = _("Digest this event again")

    def perform(self) -> Any:
        return services.replay_event(self.record, actor=self.actor)
