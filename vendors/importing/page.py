"""The page above a list on which people bring in a small CSV file: first it is only checked, then
the same text is written. Larger files go through `import_records`."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from core.showing import badge
from records.importing import Finding, ImportOptions, Outcome, Unreadable
from records.importing.report import Report
from records.importing.running import run_import
from vendors.importing.csv_rows import CsvRows

MOST_BYTES = 500_000
MOST_ROWS = 500
_TOLD: dict[Outcome, tuple[Any, Any, str]] = {
    Outcome.IMPORTED: (_("To be brought in"), _("Brought in"), "green"),
    Outcome.PRESENT: (_("Here already, the same"), _("Here already, the same"), ""),
    Outcome.CHANGED: (_("Here, but different"), _("Here, but different"), "yellow"),
    Outcome.REFUSED: (_("Left out"), _("Left out"), "red"),
}


class CsvForm(forms.Form):
    """A file, or the text of one that was checked."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        help_text=_("CSV in UTF-8 with a heading, at most 500 rows and 500 KB."),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        file = told.get("file")
        if file is None and not told.get("text"):
            self.add_error("file", _("Choose a file."))
        elif file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 500 KB. Split it."))
        elif file is not None:
            try:
                told["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("it is not UTF-8"))
        return told


@dataclass(frozen=True)
class Trial:
    """What became, or would become, of the rows of a file."""

    outcomes: Counter[Outcome]
    findings: list[Finding]
    is_over: bool

    def counts(self) -> list[tuple[Any, int]]:
        """How many rows of each outcome."""
        told = ((outcome, self.outcomes[outcome]) for outcome in Outcome)
        return [
            (badge(_TOLD[outcome][self.is_over], _TOLD[outcome][2]), count)
            for outcome, count in told
            if count
        ]

    def table(self) -> dict[str, Any]:
        """What is odd, by line."""
        columns = [
            _("line"),
            _("row"),
            _("column"),
            _("value"),
            _("what is odd"),
            _("what is done"),
        ]
        rows = [(f.line, f.key, f.column, f.value, f.what, f.done) for f in self.findings]
        return {"columns": columns, "rows": rows, "nothing": _("Nothing is odd about it.")}


class _Kept(Report):
    """A report for a page: all that is odd."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[Finding] = []

    def add(self, findings: Any) -> None:
        self.findings += findings


def bring_in(reader: type[CsvRows], text: str, actor: Any, *, dry_run: bool) -> Trial:
    """Run the rows of a text through a reader. Unreadable where it is no such file, or too long."""
    options, report = ImportOptions(zone=ZoneInfo("UTC"), country="", actor=actor), _Kept()
    format_ = reader(options)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        file.write_text(text, encoding="utf-8", newline="")
        total = format_.check(file)
        if not total:
            raise Unreadable(str(_("there are no rows in it")))
        if total > MOST_ROWS:
            raise Unreadable(str(_("there are more than 500 rows in it: split it")))
        outcomes = run_import(
            format_, file, total, action=f"{reader.kind}.import", options=options,
            report=report, dry_run=dry_run, progress=lambda _done, _total: None,
        )  # fmt: skip
    return Trial(outcomes, report.findings, not dry_run)


class ImportPage:
    """Of an admin: the address `import/` and its page."""

    import_reader: type[CsvRows]
    import_title: Any

    def get_urls(self: Any) -> list[Any]:
        name = f"vendors_{self.model._meta.model_name}_import"
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name=name), *super().get_urls()]  # type: ignore[misc] # -- of the admin that this is mixed into

    def import_view(self: Any, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        form, trial = CsvForm(*given), None
        if given and form.is_valid():
            text, is_confirmed = form.cleaned_data["text"], "confirm" in request.POST
            try:
                trial = bring_in(self.import_reader, text, request.user, dry_run=not is_confirmed)
            except Unreadable as error:
                form.add_error("file", str(error))
        context = {
            **self.admin_site.each_context(request),
            "title": self.import_title,
            "opts": self.model._meta,
            "form": form,
            "trial": trial,
            "text": form.cleaned_data["text"] if trial and not trial.is_over else "",
            "ready": trial.outcomes[Outcome.IMPORTED] if trial and not trial.is_over else 0,
            "columns": self.import_reader.columns,
            "list_url": reverse(f"admin:vendors_{self.model._meta.model_name}_changelist"),
        }
        return render(request, "vendors/import.html", context)


def import_link(model_name: str) -> list[tuple[Any, str]]:
    """The way from a list to its page."""
    return [(_("Import"), reverse(f"admin:vendors_{model_name}_import"))]
