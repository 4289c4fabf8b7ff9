"""Saved views that a team shares, and the view in which somebody begins a list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.models.teams import Team
from records.models import SavedView


class TeamView(models.Model):
    """A saved view that is a team's: its people find it in the list, whoever leads them edits it.
    One of each list may be where they begin."""

    view = models.ForeignKey(SavedView, models.CASCADE, related_name="of_teams")
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="views", db_index=False, verbose_name=_("team")
    )
    list_name = models.CharField(_("list"), max_length=60)
    is_first = models.BooleanField(_("the team begins with it"), default=False)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("shared by"),
    )
    shared_at = models.DateTimeField(_("shared at"), auto_now_add=True)

    history = History()

    class Meta:
        verbose_name = _("view of a team")
        verbose_name_plural = _("views of teams")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="people_teamview_once", fields=["team", "list_name", "view"]
            ),
            models.UniqueConstraint(
                name="people_teamview_one_first",
                fields=["team", "list_name"],
                condition=Q(is_first=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.view} · {self.team}"


class FirstView(models.Model):
    """The saved view in which somebody begins a list."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    list_name = models.CharField(_("list"), max_length=60)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="first_of")

    class Meta:
        verbose_name = _("first view of a list")
        verbose_name_plural = _("first views of lists")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="people_firstview_one", fields=["user", "list_name"])
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.user_id}"
