"""The notifications app and its own channel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("notifications")

    def ready(self) -> None:
        from notifications.channels import CHANNELS
        from notifications.email import EmailTransport
        from notifications.enums import Channel

        CHANNELS.register(Channel.EMAIL, EmailTransport)
