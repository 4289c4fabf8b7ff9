"""The sla app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("sla")

    def ready(self) -> None:
        from audit.naming import name_actions
        from core.palette import PALETTE
        from notifications.texts import FACT_WORDS
        from sla.enums import metric_label
        from sla.naming import TITLES
        from sla.palette import CLIENTS
        from sla.personal_data import declare_personal_data

        declare_personal_data()
        name_actions(TITLES)
        FACT_WORDS.register("metric", metric_label)
        PALETTE.register("sla.client", CLIENTS)
