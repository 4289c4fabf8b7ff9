"""The incidents app, and what it contributes to the apps below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("incidents")

    def ready(self) -> None:
        from incidents.audience import may_see
        from notifications.audience import AUDIENCE_CHECKS

        AUDIENCE_CHECKS.register("INC", may_see)
