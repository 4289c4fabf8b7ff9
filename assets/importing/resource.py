"""One row of a file as a change of one asset: django-import-export's rows, our rules and services.

The library loads, cleans, compares and validates; what it would `save()` goes to a service instead.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from import_export import fields, resources

from assets.importing.cells import Choice, Day, Known, Words, read_text
from assets.importing.columns import BY_CODE, COLUMNS
from assets.importing.sheets import BEYOND
from assets.models import Asset, HandOut
from assets.ownership import may_write_for
from core.errors import NotAllowed
from people.models import Team
from vendors.models import Vendor

type Write = Callable[[Asset, Mapping[str, Any]], Asset]
"""`(asset as it was, facts)` -> the asset as it is: adds it when it has no key yet."""


class AssetResource(resources.ModelResource):
    """Rows for one person: they find, see and may write what that person may, and nothing else."""

    class Meta:
        model = Asset
        fields = [column.code for column in COLUMNS]
        import_id_fields = ()
        clean_model_instances = True
        skip_unchanged = True
        skip_html_diff = True
        store_instance = True
        use_transactions = False  # each row has its own, where it is written

    def __init__(self, actor: Any, *, write: Write | None = None, tidy: Callable[..., Any]) -> None:
        """Without `write` nothing is written: rows are checked. What was not prepared is looked up
        row by row, and left to the service to validate."""
        super().__init__()
        self.actor, self.write, self.tidy = actor, write, tidy
        self.line = 0
        self._seen: dict[tuple[str, str], Asset] | None = None
        self._taken: dict[tuple[str, str], int] = {}
        self._owner_before: int | None = None
        self._lines: dict[tuple[str, str], int] = {}
        for column in COLUMNS:
            self.fields[column.code] = fields.Field(
                attribute=column.code, column_name=column.code, widget=self._widget(column)
            )
        self.fields["reference"].readonly = True

    def _widget(self, column: Any) -> Any:
        if column.choices:
            return Choice(column.choices)
        if column.code in ("warranty_until", "end_of_life_on"):
            return Day()
        if column.code == "owner_team":
            return Known(Team, ("slug", "name"), self.actor)
        if column.code == "vendor":
            return Known(Vendor, ("reference", "name"), self.actor)
        return Words()

    # --- Which asset a row is about -------------------------------------------------------------

    def get_queryset(self) -> Any:
        return Asset.objects.visible_to(self.actor).select_related("owner_team", "vendor")

    def get_instance(self, instance_loader: Any, row: Mapping[str, str]) -> Asset | None:
        """By its reference, else by its name; one out of sight is the same as none."""
        reference = _text_of(row, "reference").upper()
        key = ("reference", reference) if reference else ("name", _text_of(row, "name"))
        if not key[1]:
            return None
        asset = (
            self.get_queryset().filter(**dict([key])).first()
            if self._seen is None
            else copy(self._seen.get(key))
        )
        if asset is None and reference:
            raise ValidationError({"reference": _("There is no such asset.")})
        return asset

    def prepare(self, rows: Iterable[Mapping[str, str]], *, hold: bool = False) -> None:
        """Look up what a batch of rows is about, and which names and numbers are taken, at once.

        `hold` locks the assets until the transaction ends, always in the same order.
        """
        texts = {
            code: {self.tidy({code: _text_of(row, code)})[code] for row in rows} - {"", None}
            for code in ("reference", "name", "serial_number")
        }
        references = [text.upper() for text in texts["reference"]]
        about = Q(reference__in=references) | Q(name__in=texts["name"])
        found = self.get_queryset().filter(about).order_by("pk")
        if hold:
            found = found.select_for_update(of=("self",), no_key=True)
        out = HandOut.objects.open().filter(asset__in=[asset.pk for asset in found])
        held = {hand_out.asset_id: hand_out for hand_out in out}
        for asset in found:
            asset.open_hand_out = held.get(asset.pk)
        self._seen = {("reference", asset.reference): asset for asset in found}
        self._seen |= {("name", asset.name): asset for asset in found}
        for code in ("name", "serial_number"):
            taken = Asset.objects.filter(**{f"{code}__in": texts[code]}).values_list(code, "pk")
            self._taken |= {(code, value): pk for value, pk in taken}

    def after_init_instance(self, instance: Asset, new: bool, row: Any, **kwargs: Any) -> None:
        self._owner_before = None if new else instance.owner_team_id

    # --- What it makes of the asset -------------------------------------------------------------

    def import_instance(self, instance: Asset, row: Any, **kwargs: Any) -> None:
        """All that is wrong with a row at once, each with its column."""
        errors: dict[str, Any] = {}
        if row.get(BEYOND):
            errors["__all__"] = _("The row has more cells than there are headings.")
        for field in self.get_import_fields():
            column = BY_CODE[field.column_name]
            if column.code == "reference" or column.code not in row:
                continue
            if column.is_kept_when_empty and not row[column.code].strip():
                continue
            try:
                value = field.widget.clean(row[column.code])
            except ValueError as wrong:
                errors[column.code] = str(wrong)
                continue
            if value in (None, "") and column.is_required:
                errors[column.code] = _("This is needed.")
                continue
            setattr(instance, column.code, self.tidy({column.code: value})[column.code])
        if instance.pk is None:
            missing = [c.code for c in COLUMNS if c.is_required and c.code not in row]
            errors |= {code: _("A new asset needs this column.") for code in missing}
        if errors:
            raise ValidationError(errors)

    def validate_instance(
        self, instance: Asset, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if self._seen is not None:  # else the service does all of this
            # Team and vendor were just found; the reference is the database's to make.
            known = {*errors, "reference", "owner_team", "vendor"} - {"__all__"}
            try:
                instance.full_clean(exclude=known, validate_unique=False)
            except ValidationError as wrong:
                errors = wrong.update_error_dict(errors)
            self._check_twins(instance, errors)
        if errors:
            raise ValidationError(errors)
        self._check_ownership(instance)

    def _check_twins(self, instance: Asset, errors: dict[str, Any]) -> None:
        """Two rows of one file about the same asset or with the same number; and what another
        asset has already, be it seen or not."""
        for code in ("pk", "name", "serial_number"):
            value = getattr(instance, code)
            line = self._line_with(code, value)
            if line != self.line:
                told = ValidationError(_("Line %d says the same already.") % line)
                errors.setdefault("name" if code == "pk" else code, []).append(told)
            elif self._taken.get((code, value), instance.pk) != instance.pk:
                told = instance.unique_error_message(Asset, (code,))
                errors.setdefault(code, []).append(told)

    def _line_with(self, code: str, value: Any) -> int:
        """The first line that has the value."""
        return self._lines.setdefault((code, str(value)), self.line) if value else self.line

    def _check_ownership(self, instance: Asset) -> None:
        verb = "change" if instance.pk else "add"
        owners = {instance.owner_team_id, self._owner_before or instance.owner_team_id}
        if not all(may_write_for(self.actor, team, verb, "asset") for team in owners):
            raise NotAllowed(_("only the owner team and administrators may do this"))

    def check(self, line: int, cells: dict[str, str]) -> Any:
        """The library's result for one row; written only by a resource that was given `write`."""
        self.line = line
        return self.import_row(cells, None, row_number=line, dry_run=self.write is None)

    def differing(self, one: Asset, other: Asset) -> set[str]:
        """The columns in which two states of an asset differ."""
        columns = self.get_import_fields()
        return {c.column_name for c in columns if c.get_value(one) != c.get_value(other)}

    def remember(self, line: int, cells: Mapping[str, str], asset_id: int | None) -> None:
        """Take note of a row that was checked before, by a worker that was stopped."""
        self.line = line
        names = {code: _text_of(cells, code) for code in ("name", "serial_number")}
        for code, value in {"pk": asset_id, **self.tidy(names)}.items():
            self._line_with(code, value)

    # --- Where the library would save -----------------------------------------------------------

    def save_instance(self, instance: Asset, is_create: bool, row: Any, **kwargs: Any) -> None:
        if self.write is None:
            return
        facts = {
            code: getattr(instance, code) for code in row if code in BY_CODE and code != "reference"
        }
        instance.pk = self.write(instance, facts).pk


def _text_of(row: Mapping[str, str], code: str) -> str:
    """A cell that names an asset; what is wrong with it is told when it is read."""
    try:
        return read_text(row.get(code, ""))
    except ValueError:
        return ""
