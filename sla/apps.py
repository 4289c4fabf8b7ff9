"""The sla app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("sla")

    def ready(self) -> None:
        from core.palette import PALETTE
        from sla.palette import CLIENTS
        from sla.personal_data import declare_personal_data

        declare_personal_data()
        PALETTE.register("sla.client", CLIENTS)
