"""Files of assets: what was given, what the check foresaw, what became of every row."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.enums import ImportStatus, RowOutcome
from assets.models.estate import Asset
from assets.querysets import AssetImportQuerySet, AssetImportRowQuerySet
from audit.history import History
from records.models import Job


class AssetImport(models.Model):
    """A file of assets that somebody gave. The file itself is not kept: its cells are, masked."""

    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64, editable=False)
    read_as = models.CharField(
        _("read as"), max_length=60, help_text=_("Kind of file, encoding and separator.")
    )
    columns = ArrayField(models.CharField(max_length=30), verbose_name=_("columns"))
    left_out = ArrayField(
        models.CharField(max_length=100), verbose_name=_("columns not taken"), default=list
    )
    total = models.PositiveIntegerField(_("rows"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ImportStatus,
        default=ImportStatus.CHECKING,
        editable=False,
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="asset_imports",
        verbose_name=_("given by"),
    )
    uploaded_at = models.DateTimeField(_("given at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    job = models.ForeignKey(
        Job, models.PROTECT, null=True, related_name="+", verbose_name=_("job"), editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AssetImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of assets")
        verbose_name_plural = _("imports of assets")
        ordering = ("-pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="assets_assetimport_file_once",
                fields=["uploaded_by", "sha256"],
                condition=Q(
                    status__in=[
                        ImportStatus.CHECKING,
                        ImportStatus.CHECKED,
                        ImportStatus.RUNNING,
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AssetImportRow(models.Model):
    """One row of such a file: its cells, what the check found, what was written."""

    asset_import = models.ForeignKey(AssetImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(_("cells"), help_text=_("Text by column."))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=RowOutcome, default=RowOutcome.UNCHECKED
    )
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, related_name="+", verbose_name=_("asset")
    )
    seen_version = models.PositiveIntegerField(
        null=True, help_text=_("The asset's version that the check saw.")
    )
    changes = models.JSONField(default=list, help_text=_("Column, old value, new value."))
    errors = models.JSONField(default=list, help_text=_("Column and what is wrong with it."))

    objects = AssetImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ("line",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="assets_assetimportrow_line", fields=["asset_import", "line"]
            )
        ]
        indexes = [
            models.Index(
                name="assets_importrow_by_outcome", fields=["asset_import", "outcome", "line"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.asset_import} · {self.line}"
