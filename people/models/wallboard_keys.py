"""The addresses by which screens on a wall show what a person may see."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.querysets import CalendarKeyQuerySet


class WallboardKey(models.Model):
    """The secret in the address of the wallboard on one screen, as its person may see it. Only its
    SHA-256 is kept; it reads, and nothing else."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="wallboard_keys",
        verbose_name=_("account"),
    )
    name = models.CharField(_("screen"), max_length=80)
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a wallboard")
        verbose_name_plural = _("addresses of wallboards")
        ordering = ("-created_at",)
        default_permissions = ()
        constraints = [
            # One live address for each screen of a person: a new one replaces it.
            models.UniqueConstraint(
                name="people_wallboardkey_one_live",
                fields=["user", "name"],
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
