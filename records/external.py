"""What another system calls a record of ours. The foreign key stands in the record's app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment


class ExternalReference(models.Model):
    """The name of a record in another system. The constraint that it is there once per system
    belongs to the concrete model: by it an import knows what it has brought in already."""

    system = models.SlugField(_("system"), max_length=30, db_index=False)
    key = models.CharField(_("number there"), max_length=100)
    fingerprint = models.CharField(
        _("fingerprint"),
        max_length=64,
        editable=False,
        help_text=_("SHA-256 of what the file told of it."),
    )
    imported_at = models.DateTimeField(_("imported at"), default=told_moment, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.system} {self.key}"
