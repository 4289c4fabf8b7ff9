"""What an imported incident is called, and what its description keeps of where it came from."""

from collections.abc import Callable

TITLE = 200
DESCRIPTION = 100_000
_KEPT = (
    ("caller_id", "Caller"),
    ("opened_by", "Opened by"),
    ("assigned_to", "Assigned to"),
    ("location", "Location"),
    ("category", "Category"),
    ("subcategory", "Subcategory"),
    ("u_symptom", "Symptom"),
    ("cmdb_ci", "Configuration item"),
    ("vendor", "Vendor"),
    ("problem_id", "Problem"),
    ("rfc", "Change"),
    ("caused_by", "Caused by"),
    ("made_sla", "Within its SLA there"),
)
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+!|~"})

type Cell = Callable[[str], str]


def title_of(cell: Cell, key: str) -> str:
    """The short description, else what it was filed under."""
    filed = ", ".join(filter(None, (cell("category"), cell("subcategory"), cell("u_symptom"))))
    text = " ".join((cell("short_description") or filed or key).split())
    return text if len(text) <= TITLE else text[: TITLE - 1] + "…"


def describe(cell: Cell, key: str) -> str:
    """Its own words, then the facts that have no place of their own here, as plain text."""
    facts = [f"- {label}: {plain(cell(name))}" for name, label in _KEPT if cell(name)]
    parts = [
        plain(cell("description")),
        f"Imported from ServiceNow: {plain(key)}",
        "\n".join(facts),
    ]
    return "\n\n".join(filter(None, parts))[:DESCRIPTION]


def resolution_of(cell: Cell) -> str:
    """Nobody's words are in the log: what it says instead."""
    code, by = cell("closed_code") or "no code", cell("resolved_by") or "nobody named"
    return f"ServiceNow: {plain(code)}, {plain(by)}"


def plain(text: str) -> str:
    """Text in which no sign means anything to Markdown."""
    return text.translate(_MARKDOWN)
