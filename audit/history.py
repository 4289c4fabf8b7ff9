"""`history = History()`: what makes a model tracked. The database writes; simple-history reads."""

from typing import Any

import pgtrigger
from django.db import models
from simple_history.models import HistoricalRecords

from audit.triggers import AppendOnly, Capture, RaiseVersion


class HistoryEntry(models.Model):
    """Beside the columns of the record, a historical row says how the change came about."""

    history_actor = models.CharField(max_length=150, default="")
    history_action = models.CharField(max_length=100, default="")
    history_channel = models.CharField(max_length=20, default="")
    history_request = models.CharField(max_length=100, default="")
    history_role = models.CharField(max_length=63, default="")

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """simple-history's historical model, written by triggers instead of signals.

    `restricted=True` marks a confidential model: its columns must be ciphertext, and the sealed
    ledger will hide its table and key too. System check `audit.E002` sees to the columns.
    `read_by` names the columns by which pages look history up, such as a part's own record.
    """

    def __init__(
        self, *, restricted: bool = False, read_by: tuple[str, ...] = (), **options: Any
    ) -> None:
        self.restricted = restricted
        self.read_by = read_by
        options.setdefault("bases", (HistoryEntry,))
        super().__init__(
            history_id_field=models.BigAutoField(),
            user_db_constraint=False,  # the context's word stands, whatever becomes of the account
            **options,
        )

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        """Build the historical model, then hang the triggers on both tables."""
        if self.cls is not sender and not (self.inherit and issubclass(sender, self.cls)):
            return
        generated = [f.name for f in sender._meta.fields if f.generated]
        self.excluded_fields = [*self.excluded_fields, *generated]
        kept = {sender._meta.pk.name, *self.read_by}
        self.no_db_index = [f.name for f in sender._meta.fields if f.name not in kept]
        super().finalize(sender, **kwargs)
        history_model = getattr(sender, self.manager_name).model
        sender._meta.audit_restricted = self.restricted
        pgtrigger.register(Capture(history_model=history_model, restricted=self.restricted))(sender)
        pgtrigger.register(AppendOnly())(history_model)
        if any(field.name == "version" for field in sender._meta.fields):
            pgtrigger.register(RaiseVersion())(sender)

    # The triggers write the history; these handlers of simple-history's signals would do it twice.
    def post_save(self, instance: Any, created: bool, using: Any = None, **kwargs: Any) -> None:
        """Nothing: the capture trigger has written the row."""

    def pre_delete(self, instance: Any, using: Any = None, **kwargs: Any) -> None:
        """Nothing: history outlives its record."""

    def post_delete(self, instance: Any, using: Any = None, **kwargs: Any) -> None:
        """Nothing: the capture trigger has written the row."""
