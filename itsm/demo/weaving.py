"""Puts all plots of a world into one course: numbers by time, links between them, and the order in
which they are told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from incidents.enums import Status
from itsm.demo.crew import COUNTRY_OF
from itsm.demo.estate import read_estate
from itsm.demo.plots import Plot, write_plots
from itsm.demo.stage import Step
from itsm.demo.storms import storms_for, write_storm
from itsm.demo.talk import read_talk, tag_of

BLOCK = 120  # what is told in one go; links stay inside
_TWINS = 0.6  # of what is cancelled
_RELATED = 0.15  # of those that come within three days of one of the same service


def weave(seed: int, count: int, base: datetime) -> list[Plot]:
    """All plots of a world by the time of their opening, with their numbers and links."""
    storms = [plot for storm in storms_for(count) for plot in write_storm(seed, storm, base)]
    plots = write_plots(seed, max(0, count - len(storms)), base)
    return list(_linked(_numbered([*_with_twins(plots, base), *storms])))


def order_of_telling(plots: Iterable[Plot]) -> list[Plot]:
    """Those that people look for come first: the open ones, then the latest weeks."""
    return sorted(plots, key=lambda plot: (not plot.is_first, -plot.block, plot.number))


def _with_twins(plots: Sequence[Plot], base: datetime) -> Iterator[Plot]:
    """Some of what is cancelled had been told before by somebody else, in their words."""
    told: dict[tuple[str, str], list[Plot]] = defaultdict(list)
    for plot in plots:
        if plot.status == Status.CLOSED:
            told[plot.service, plot.language].append(plot)
    for plot in plots:
        rng = Random(f"{plot.key}:twin")  # noqa: S311 -- a repeatable world, no secret
        others = told[plot.service, plot.language]
        if plot.status == Status.CANCELLED and plot.opened_by and others and rng.random() < _TWINS:
            twin = _twin_of(plot, rng.choice(others), timedelta(minutes=rng.randint(4, 70)))
            is_past = twin.opened_at + twin.steps[-1].after < base
            yield twin if is_past else plot
        else:
            yield plot


def _twin_of(plot: Plot, other: Plot, later: timedelta) -> Plot:
    tag = tag_of(plot.language, _country(plot))
    *steps, last = plot.steps
    note = read_talk()[tag]["cancelled"][0]
    return replace(
        plot,
        title=other.title,
        description=other.description,
        impact=other.impact,
        urgency=other.urgency,
        client=other.client,
        assets=other.assets,
        started_at=None,
        detected_at=other.opened_at + later,
        opened_at=other.opened_at + later,
        steps=(*steps, replace(last, details={"note": note})),
        twin=other.key,
    )


def _numbered(plots: Iterable[Plot]) -> Iterator[Plot]:
    blocks: dict[str, int] = {}
    for n, plot in enumerate(sorted(plots, key=lambda plot: plot.opened_at)):
        block = n // BLOCK
        if plot.storm or plot.twin:  # what belongs together is told together
            block = blocks.setdefault(plot.storm or plot.twin, block)
        blocks[plot.key] = block
        yield replace(plot, number=n, block=block)


def _linked(plots: Iterable[Plot]) -> Iterator[Plot]:
    """Some relate to an earlier one of the same service, twins to each other, and storms to what
    began them."""
    named: dict[str, Plot] = {}
    latest: dict[tuple[str, bool, int], Plot] = {}
    for plot in plots:
        named[plot.key] = plot
        if plot.storm:
            leader = named.setdefault(plot.storm, plot)
            kind = "caused_by" if plot.follows else "child_of"
            yield plot if leader is plot else _with_link(plot, kind, leader)
        elif plot.twin:
            yield _with_link(plot, "duplicate_of", named[plot.twin])
        else:
            place = (plot.service, plot.is_first, plot.block)
            yield _related(plot, latest.get(place))
            latest[place] = plot


def _related(plot: Plot, before: Plot | None) -> Plot:
    rng = Random(f"{plot.key}:link")  # noqa: S311 -- as above
    is_near = before and plot.opened_at - before.opened_at < timedelta(days=3)
    if before and is_near and plot.steps and rng.random() < _RELATED:
        return _with_link(plot, "related", before)
    return plot


def _with_link(plot: Plot, kind: str, target: Plot) -> Plot:
    """The link is made after the second step, when somebody has looked. Nobody of one country sees
    the other's incidents: such a link is the portal's."""
    at = min(2, len(plot.steps))
    actor = next((step.actor for step in plot.steps if step.actor), "")
    if _country(plot) != _country(target):
        actor = ""
    after = plot.steps[at - 1].after if at else timedelta()
    link = Step(after, "link", actor, {"kind": kind, "target": target.number})
    return replace(plot, steps=(*plot.steps[:at], link, *plot.steps[at:]))


def _country(plot: Plot) -> str:
    return COUNTRY_OF[read_estate().services[plot.service]["support"]]
