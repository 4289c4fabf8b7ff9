"""The figures of a run: as a table for people, as JSON for programs, as a page for the docs."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


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
class Run:
    """One run of the benchmark. Memory is in MiB (PSS) by moment, the rest as in `machine`."""

    at: str
    took_s: float
    is_quick: bool
    sizes: Sequence[int]
    figures: Sequence[Figure]
    memory: dict[str, float]
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


def as_table(run: Run) -> str:
    """For a terminal."""
    head = ["", *_heads(run), "growth", "statements", "aim"]
    return "\n".join([*_machine(run), "", *_aligned([head, *_rows(run)]), "", *_notes(run)])


def as_page(run: Run) -> str:
    """For the docs: Markdown."""
    head = ["What", *_heads(run), "Growth", "Statements", "Aim"]
    rows = [f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *_rows(run)]]
    parts = [
        "# Benchmarks",
        "Written by `make bench ARGS=--write-docs`; `make bench` measures your machine.",
        "\n".join(f"- {line}" for line in _machine(run)),
        "\n".join(rows),
        "\n".join(f"- {line}" for line in _notes(run)),
        _METHOD,
    ]
    return "\n\n".join(parts) + "\n"


_METHOD = """## How it is measured

A database of its own is filled in bulk with incidents whose texts, services and priorities are the
demo world's; the audit triggers write history and outbox rows for each. The web server is the one
of `make run` (granian, one worker process, four threads), with production's settings but for TLS.
Requests come from another process on the same machine, over kept-alive connections and one after
the other, except where connections are named. The first requests of each scenario are not counted.
Growth is the median at the largest size over that at the smallest. Statements are those of one warm
request without BEGIN and COMMIT. Memory is the proportional set size of all web processes."""


def _heads(run: Run) -> list[str]:
    return [f"{size:,} incidents: median / p95 / per s" for size in run.sizes]


def _rows(run: Run) -> Iterable[list[str]]:
    for name, figures, ratio in run.lines():
        cells = [f"{f.median_ms:.1f} / {f.p95_ms:.1f} ms / {f.rate:,.0f}" for f in figures]
        grown = f"× {ratio:.2f}" if ratio else ""
        yield [name, *cells, grown, str(figures[-1].statements), figures[-1].aim]


def _machine(run: Run) -> list[str]:
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
