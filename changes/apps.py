"""The changes app, and what it contributes to the apps below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangesConfig(AppConfig):
    name = "changes"
    verbose_name = _("changes")

    def ready(self) -> None:
        from audit.naming import name_actions
        from changes.audience import may_see, may_see_finding
        from changes.evidence import register_evidence
        from changes.naming import TITLES
        from changes.palette import CHANGES, DEPLOYMENTS, FINDINGS, MEETINGS
        from changes.vendor_figures import register_vendor_figures
        from changes.vendor_panel import vendor_changes_panel
        from core.palette import PALETTE
        from notifications.audience import AUDIENCE_CHECKS
        from vendors.page import VENDOR_PANELS

        name_actions(TITLES)
        register_evidence()
        AUDIENCE_CHECKS.register("CHG", may_see)
        AUDIENCE_CHECKS.register("FND", may_see_finding)
        PALETTE.register("changes.change", CHANGES)
        PALETTE.register("changes.meeting", MEETINGS)
        PALETTE.register("changes.deployment", DEPLOYMENTS)
        PALETTE.register("changes.finding", FINDINGS)
        register_vendor_figures()
        VENDOR_PANELS.register("changes", vendor_changes_panel)
