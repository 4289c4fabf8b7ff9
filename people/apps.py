"""The people app. It tells the audit app who may see which of its entries."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("people")

    def ready(self) -> None:
        from audit.querysets import AUDIENCES
        from people.audience import entries_for

        AUDIENCES.register("people", entries_for)
