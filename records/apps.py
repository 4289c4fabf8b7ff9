"""The records app, and what it contributes to the core."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("records")

    def ready(self) -> None:
        from core.api.idempotency import ANSWER_STORES
        from records import idempotency

        ANSWER_STORES.register("default", idempotency)
