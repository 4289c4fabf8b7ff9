"""The integrations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("integrations")

    def ready(self) -> None:
        from incidents.page import INCIDENT_PANELS
        from integrations.panel import alerts_panel

        INCIDENT_PANELS.register("alerts", alerts_panel)
