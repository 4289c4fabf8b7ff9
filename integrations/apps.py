"""The integrations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("integrations")

    def ready(self) -> None:
        from audit.naming import name_actions
        from incidents.page import INCIDENT_PANELS
        from incidents.timeline import INCIDENT_TIMELINE
        from integrations.naming import TITLES
        from integrations.panel import alerts_panel
        from integrations.timeline import endings, firings

        name_actions(TITLES)
        INCIDENT_PANELS.register("alerts", alerts_panel)
        INCIDENT_TIMELINE.sources.register("alerts", firings())
        INCIDENT_TIMELINE.sources.register("ended alerts", endings())
