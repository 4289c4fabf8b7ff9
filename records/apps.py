"""The records app, and what it contributes to the core and to the audit trail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("records")

    def ready(self) -> None:
        from audit.naming import name_actions
        from audit.services import MASKS
        from core.api.idempotency import ANSWER_STORES
        from records import idempotency
        from records.card_numbers import mask_in
        from records.exports import JOB_KIND, run_export
        from records.job_titles import name_job
        from records.jobs import JOB_KINDS
        from records.list_tools import register_list_tools
        from records.naming import TITLES

        MASKS.register("card numbers", lambda details: mask_in(details)[0])
        ANSWER_STORES.register("default", idempotency)
        JOB_KINDS.register(JOB_KIND, run_export)
        name_job(JOB_KIND, _("Export a list"))
        name_actions(TITLES)
        register_list_tools()
