"""The figures of a run: as a table for people, as JSON for programs, as a page for the docs."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path("docs/reference/benchmarks.md")
_HEAD = """# Benchmarks

Written by `make bench ARGS=--write-docs` and `make bench ARGS="--start-up 10 --write-docs"`, each
its own section; without `--write-docs` they measure your machine and tell you."""


@dataclass(frozen=True)
class Figure:
    """One scenario at one size."""

    name: str
    size: int
    median_ms: float
    p95_ms: float
    rate: float
    requests: int
    connections: int
    statements: int
    client_ms: float
    aim: str


@dataclass(frozen=True)
class LedgerFigure:
    """One thing that is measured of the ledger: what, how much in words, what we aim at."""

    name: str
    told: str
    aim: str = ""


@dataclass(frozen=True)
class Run:
    """One run of the benchmark. Memory is in MiB (PSS) by moment, the rest as in `machine`."""

    at: str
    took_s: float
    is_quick: bool
    sizes: Sequence[int]
    figures: Sequence[Figure]
    memory: dict[str, float]
    ledger: Sequence[LedgerFigure]
    before: dict[str, Any]
    after: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Plain values, with how the largest size compares with the smallest."""
        told = asdict(self)
        told["ratios"] = {name: ratio for name, *_rest, ratio in self.lines() if ratio}
        return told

    def lines(self) -> list[tuple[str, list[Figure], float | None]]:
        """Each scenario with its figures by size, and how its median grows with the size."""
        lines = []
        for name in dict.fromkeys(figure.name for figure in self.figures):
            row = [
                f for size in self.sizes for f in self.figures if (f.name, f.size) == (name, size)
            ]
            ratio = row[-1].median_ms / row[0].median_ms if len(row) > 1 else None
            lines.append((name, row, ratio))
        return lines


@dataclass(frozen=True)
class StartUps:
    """Fresh clones that were started twice each: seconds until the sign-in page was served."""

    at: str
    first: Sequence[float]
    second: Sequence[float]
    before: dict[str, Any]
    after: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Plain values, with both medians."""
        return {
            "start_up": {
                **asdict(self),
                "first_median": median(self.first),
                "second_median": median(self.second),
            }
        }

    def rows(self) -> Iterable[list[str]]:
        """Each start with its figures, and what we want them to be."""
        for name, times, aim in (
            ("first: environment, packages, database, small demo world", self.first, "180 s"),
            ("second: with everything in place", self.second, "10 s"),
        ):
            figures = (median(times), min(times), max(times))
            yield [name, str(len(times)), *(f"{figure:.1f} s" for figure in figures), aim]


def as_table(run: Run) -> str:
    """For a terminal."""
    head = ["", *_heads(run), "growth", "statements", "aim"]
    ledger = ["", *_aligned([[f.name, f.told, f.aim] for f in run.ledger])] if run.ledger else []
    return "\n".join(
        [*_machine(run), "", *_aligned([head, *_rows(run)]), "", *_notes(run), *ledger]
    )


def start_up_table(run: StartUps) -> str:
    """For a terminal."""
    head = ["", "runs", "median", "fastest", "slowest", "aim"]
    return "\n".join([*_machine(run), "", *_aligned([head, *run.rows()])])


def requests_section(run: Run) -> str:
    """For the docs: Markdown."""
    head = ["What", *_heads(run), "Growth", "Statements", "Aim"]
    machine, notes = _listed(_machine(run)), _listed(_notes(run))
    ledger = _ruled(
        [["Ledger and clocks", "Measured", "Aim"], *([f.name, f.told, f.aim] for f in run.ledger)]
    )
    return "\n\n".join(
        ["## Requests", machine, _ruled([head, *_rows(run)]), notes, ledger, _METHOD]
    )


def start_up_section(run: StartUps) -> str:
    """For the docs: Markdown."""
    head = ["`make run` in a fresh clone", "Runs", "Median", "Fastest", "Slowest", "Aim"]
    parts = ["## Start-up", _listed(_machine(run)), _ruled([head, *run.rows()]), _METHOD_OF_STARTS]
    return "\n\n".join(parts)


def page_with(page: str, section: str) -> str:
    """The page of the docs with one section written anew; the other one stays as it is."""
    told = [*re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:], section]
    by_title = {part.partition("\n")[0]: part.strip() for part in told}
    return "\n\n".join([_HEAD, *(by_title[title] for title in sorted(by_title))]) + "\n"


def keep(file: Path, results: dict[str, Any]) -> None:
    """Write results beside those that another kind of run has left there."""
    try:
        known = json.loads(file.read_text())
    except (OSError, ValueError):
        known = {}
    file.write_text(json.dumps({**known, **results}, indent=1, ensure_ascii=False) + "\n")


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _ruled(rows: Sequence[Sequence[str]]) -> str:
    head, *rest = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rest))


_METHOD_OF_STARTS = """### How starts are measured

Each run clones what is committed into a new folder, starts `make run` there with empty caches of
pip and uv, and asks for the sign-in page until it is served; then the portal is stopped as by
Ctrl-C and started again. How long the first start takes depends on how near a package index is."""

_METHOD = """### How requests are measured

A database of its own is filled in bulk with incidents whose texts, services and priorities are the
demo world's; the audit triggers write history and outbox rows for each. The web server is the one
of `make run` (granian, one worker process, four threads), with production's settings but for TLS.
Requests come from another process on the same machine, over kept-alive connections and one after
the other, except where connections are named. The first requests of each scenario are not counted.
Growth is the median at the largest size over that at the smallest. Statements are those of one warm
request without BEGIN and COMMIT. Memory is the proportional set size of all web processes. The
ledger is measured at the largest size, in the benchmark's own process; the price of writing is the
ratio of the medians of the same requests, in turn without and with sealer and signer at work."""


def _heads(run: Run) -> list[str]:
    return [f"{size:,} incidents: median / p95 / per s" for size in run.sizes]


def _rows(run: Run) -> Iterable[list[str]]:
    for name, figures, ratio in run.lines():
        cells = [f"{f.median_ms:.1f} / {f.p95_ms:.1f} ms / {f.rate:,.0f}" for f in figures]
        grown = f"× {ratio:.2f}" if ratio else ""
        yield [name, *cells, grown, str(figures[-1].statements), figures[-1].aim]


def _machine(run: Run | StartUps) -> list[str]:
    told = run.before
    postgres = told["postgres"]
    loads = " → ".join(f"{r['load'][0]:.2f}" for r in (run.before, run.after))
    return [
        f"{run.at}, {told['cores']} cores of {told['processor']}, {told['memory_gib']} GiB, "
        f"{told['system']}",
        f"load of the last minute before and after: {loads}"
        + (" (busy: do not compare these figures)" if told["is_busy"] else ""),
        f"Python {told['python']}, PostgreSQL {postgres['server_version']}, fsync "
        f"{postgres['fsync']}, synchronous_commit {postgres['synchronous_commit']}",
    ]


def _notes(run: Run) -> list[str]:
    memory = ", ".join(f"{mib:.0f} MiB {moment}" for moment, mib in run.memory.items())
    client = max(figure.client_ms for figure in run.figures)
    return [
        f"memory of the web tier: {memory} (aim: under 140 MiB at rest)",
        f"the client itself took at most {client:.2f} ms of processor time for a request",
        f"the run took {run.took_s:.0f} s" + (", a quick one" if run.is_quick else ""),
    ]


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
