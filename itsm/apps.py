"""The composition root as an app: its checks, and the portal as Django's admin site."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.backends.signals import connection_created


class PortalConfig(AppConfig):
    name = "itsm"
    default = True

    def ready(self) -> None:
        from itsm import checks, ledger_metrics  # noqa: F401 -- checks register themselves
        from itsm.connections import believe
        from itsm.demo import plan  # noqa: F401 -- registers the job that fills the demo world

        ledger_metrics.register()
        connection_created.connect(believe, dispatch_uid="itsm.connections")
        for app in settings.OUR_APPS:
            if find_spec(f"{app}.dashboard"):
                import_module(f"{app}.dashboard")


class PortalAdminConfig(SimpleAdminConfig):
    """The admin with our site, and with our apps' pages only: libraries bring unscoped ones."""

    default_site = "itsm.site.PortalAdminSite"
    default = False

    def ready(self) -> None:
        super().ready()
        for app in ("itsm", *settings.OUR_APPS):
            if find_spec(f"{app}.admin"):
                import_module(f"{app}.admin")
