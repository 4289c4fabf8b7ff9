"""The course of one run: load, serve, measure, load more, measure again."""

import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from itsm.bench.changes import QUICK_SIZE as QUICK_CHANGES
from itsm.bench.changes import SIZE as CHANGES
from itsm.bench.changes import ChangeLoader
from itsm.bench.clocks import measure_sweep
from itsm.bench.ledger import measure_ledger
from itsm.bench.loading import Loader
from itsm.bench.machine import describe_machine
from itsm.bench.measuring import measure
from itsm.bench.place import Web
from itsm.bench.queues import OpenLoader
from itsm.bench.report import Figure, LedgerFigure, Run
from itsm.bench.scenarios import Scenario, Scenarios
from itsm.bench.statements import statements_of
from itsm.bench.vendors import measure_scorecards
from itsm.demo.founding import World, found_world, read_world

SIZES, QUICK_SIZES = (10_000, 100_000), (1_000, 10_000)
LONGEST, QUICK_LONGEST = 20.0, 5.0  # seconds for one scenario
_MIB = 2**20


class Course:
    """One run on the empty, migrated database that Django is connected to."""

    def __init__(self, *, is_quick: bool) -> None:
        self.is_quick = is_quick
        self.sizes = QUICK_SIZES if is_quick else SIZES
        self.figures: list[Figure] = []
        self.memory: dict[str, float] = {}
        self.ledger: list[LedgerFigure] = []

    def run(self) -> Run:
        """Measure at every size, from the smallest on."""
        started, before = time.monotonic(), describe_machine()
        say(f"load {before['load'][0]} on {before['cores']} cores")
        found_world()
        world = read_world()
        loader = Loader(world, self.sizes)
        self._load_changes(world)
        for size in self.sizes:
            self._load(loader, size)
            scenarios = Scenarios(world, is_quick=self.is_quick)
            self._measure_at(size, scenarios)
        self._measure_queues(world, scenarios)
        self._measure_vendors(world, scenarios)
        self._measure_sweep()
        self._measure_ledger(scenarios)
        return Run(
            at=timezone.now().isoformat(timespec="minutes"),
            took_s=round(time.monotonic() - started, 1),
            is_quick=self.is_quick,
            sizes=self.sizes,
            figures=self.figures,
            memory=self.memory,
            ledger=self.ledger,
            before=before,
            after=describe_machine(),
        )

    def _load_changes(self, world: World) -> None:
        began, size = time.monotonic(), QUICK_CHANGES if self.is_quick else CHANGES
        ChangeLoader(world, size).load()
        say(f"{size:,} changes are there after {time.monotonic() - began:.0f} s")

    def _load(self, loader: Loader, size: int) -> None:
        began, step = time.monotonic(), size // 10

        def tell(loaded: int) -> None:
            if loaded % step == 0:
                say(f"loading: {loaded:,} of {size:,}")

        loader.load_up_to(size, tell)
        say(f"{size:,} incidents are there after {time.monotonic() - began:.0f} s")

    def _measure_at(self, size: int, scenarios: Scenarios) -> None:
        with Web(settings.VAR_DIR / "web.log") as web:
            self.memory.setdefault("at rest", round(web.memory() / _MIB, 1))
            for scenario in scenarios.all():
                figure = self._measure(web.port, scenario, size)
                say(f"{size:,}: {scenario.name}: {figure.median_ms:.1f} ms")
                self.figures.append(figure)
            self.memory[f"after the requests at {size:,}"] = round(web.memory() / _MIB, 1)

    def _measure_queues(self, world: World, scenarios: Scenarios) -> None:
        """The queues where as many records are open, each with clocks of its own."""
        began, size = time.monotonic(), self.sizes[-1]
        OpenLoader(world, size).load_up_to(size, lambda _loaded: None)
        say(f"{size:,} open records with clocks are there after {time.monotonic() - began:.0f} s")
        self._keep_pages(scenarios.of_queues(size), size)

    def _measure_vendors(self, world: World, scenarios: Scenarios) -> None:
        """Scorecards of two years beside all incidents."""
        self._keep(measure_scorecards(world, is_quick=self.is_quick))
        size = self.sizes[-1]
        self._keep_pages([scenarios.of_vendors(size)], size)

    def _measure_sweep(self) -> None:
        self._keep(measure_sweep(is_quick=self.is_quick))

    def _measure_ledger(self, scenarios: Scenarios) -> None:
        self._keep(measure_ledger(scenarios.create()))

    def _keep_pages(self, asked: Iterable[Scenario], size: int) -> None:
        with Web(settings.VAR_DIR / "web.log") as web:
            for scenario in asked:
                figure = self._measure(web.port, scenario, size)
                told = f"{figure.median_ms:.1f} ms, 95 % within {figure.p95_ms:.1f} ms"
                told = f"{told}, {figure.statements} statements"
                self._keep([LedgerFigure(figure.name, told, figure.aim)])

    def _keep(self, figures: Iterable[LedgerFigure]) -> None:
        for figure in figures:
            say(f"{figure.name}: {figure.told}")
            self.ledger.append(figure)

    def _measure(self, port: int, scenario: Scenario, size: int) -> Figure:
        calls = scenario.calls()
        statements = statements_of(calls)
        times = measure(
            port,
            calls,
            count=scenario.count,
            seconds=QUICK_LONGEST if self.is_quick else LONGEST,
            connections=scenario.connections,
            warm_up=10 * scenario.connections,
        )
        return Figure(
            name=scenario.name,
            size=size,
            median_ms=round(times.median_ms, 2),
            p95_ms=round(times.p95_ms, 2),
            rate=round(times.rate, 1),
            requests=len(times.each),
            connections=scenario.connections,
            statements=statements,
            client_ms=round(times.client_ms, 3),
            aim=scenario.aim,
        )


def say(*told: Any) -> None:
    """Progress, for whoever waits."""
    print("bench |", *told, flush=True)  # noqa: T201 -- a program of its own, run by the command
