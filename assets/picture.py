"""The picture of what depends on what: boxes and lines for the template, and the same as a list."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.enums import Criticality, Lifecycle
from assets.layout import HEIGHT, WIDTH, lay_out
from assets.models import Service
from assets.neighbourhood import (
    LEVELS,
    MOST_LEVELS,
    MOST_SHOWN,
    SHOWN,
    Key,
    Neighbourhood,
    Side,
    neighbourhood_of,
)

MARGIN = 8
ASIDE = 30  # beside the picture, for what stands beyond it
LONGEST_NAME, BESIDE_A_DOT = 22, 19
_TONES = {Criticality.CRITICAL: "red", Criticality.HIGH: "orange", Criticality.MEDIUM: "yellow"}


@dataclass
class Box:
    """One service or asset, or what stands for several that are not shown."""

    x: int
    y: int
    name: str
    about: str
    url: str
    kind: str
    tone: str = ""
    is_root: bool = False
    is_faint: bool = False
    open_work: int = 0
    beyond: str = ""
    is_left: bool = False
    told: str = ""

    @property
    def short_name(self) -> str:
        """As much of the name as the box holds."""
        longest = BESIDE_A_DOT if self.tone else LONGEST_NAME
        return Truncator(self.name).chars(longest)


@dataclass
class Branch:
    """One entry of the list, with those that hang on it."""

    name: str
    url: str
    about: str
    kinds: str = ""
    open_work: int = 0
    tone: str = ""
    branches: list["Branch"] = field(default_factory=list)


@dataclass
class Picture:
    """What the template draws."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[tuple[str, str]]
    needs: list[Branch]
    needed_by: list[Branch]
    notes: list[str]
    links: list[tuple[str, str]]
    box_width: int = WIDTH
    box_height: int = HEIGHT
    shift: str = f"{ASIDE} {MARGIN}"

    @property
    def is_empty(self) -> bool:
        return len(self.boxes) < 2


def picture_of(record: Any, user: Any, on: Any, asked: Any) -> Picture:
    """The picture around a record; `asked` is the address's query: how far and how much."""
    levels = _number(asked.get("levels"), LEVELS)
    shown = MOST_SHOWN if asked.get("all") else SHOWN
    found = neighbourhood_of(record, user, on, levels=levels, shown=shown)
    more_url = f"?levels={levels}&all=1#picture" if shown == SHOWN else ""
    boxes, lines, width, height = _drawn(found, more_url)
    return Picture(
        width=width,
        height=height,
        boxes=boxes,
        lines=lines,
        needs=_branches(found, found.needs, False, more_url),
        needed_by=_branches(found, found.needed_by, True, more_url),
        notes=[_("Only the nearest dependencies were read; there are more.")]
        if found.is_cut
        else [],
        links=_links(found, levels, shown),
    )


def _number(text: str | None, default: int) -> int:
    is_one = text is not None and text.isascii() and text.isdecimal() and len(text) < 3
    return min(max(int(text), 1), MOST_LEVELS) if is_one and text else default


def _links(found: Neighbourhood, levels: int, shown: int) -> list[tuple[str, str]]:
    """Ways to see more of it, or less."""
    also = "&all=1" if shown == MOST_SHOWN else ""
    links = []
    if (found.needs.beyond or found.needed_by.beyond) and levels < MOST_LEVELS:
        links.append((_("One step further"), f"?levels={levels + 1}{also}#picture"))
    if (levels, shown) != (LEVELS, SHOWN):
        links.append((_("As at first"), "?#picture"))
    return links


def _drawn(found: Neighbourhood, more_url: str) -> tuple[list[Box], list[Any], int, int]:
    nodes: list[Any] = list(found.keys)
    edges: list[Any] = list(found.edges)
    rest = {}
    for side, is_left in ((found.needed_by, True), (found.needs, False)):
        before: Any = found.root
        for number, level in enumerate(side.levels):
            if side.more[number]:
                key = ("more", -number if is_left else number + 1)
                rest[key] = side.more[number]
                nodes.append(key)
                edges.append((key, before) if is_left else (before, key))
            before = level[0]
    drawing = lay_out(found.root, nodes, edges, last=rest)
    boxes = []
    for key, (x, y) in drawing.boxes.items():
        at = (x + ASIDE, y + MARGIN)
        if key in rest:
            boxes.append(_rest(at, rest[key], more_url))
        else:
            boxes.append(_box(found, key, at))
    lines = [(drawing.lines[edge], ", ".join(kinds)) for edge, kinds in found.edges.items()]
    return boxes, lines, drawing.width + 2 * ASIDE, drawing.height + 2 * MARGIN


def _rest(at: tuple[int, int], count: int, more_url: str) -> Box:
    """What stands for the others of a level; it leads to them unless they would be too many."""
    return Box(*at, _more(count), _("show all") if more_url else "", more_url, "more")


def _box(found: Neighbourhood, key: Key, at: tuple[int, int]) -> Box:
    record = found.records[key]
    is_left = key in found.needed_by.beyond
    beyond = found.needed_by.beyond.get(key) or found.needs.beyond.get(key) or 0
    work = found.open_work.get(key, 0)
    told = [str(record), _about(record)]
    if work:
        told.append(ngettext("%d open incident", "%d open incidents", work) % work)
    return Box(
        *at,
        name=str(record),
        about=_about(record),
        url=_url(key),
        kind=key[0],
        tone=_tone(record),
        is_root=key == found.root,
        is_faint=not _is_live(record),
        open_work=work,
        beyond=f"+{beyond}" if beyond else "",
        is_left=is_left,
        told=", ".join(told),
    )


def _branches(found: Neighbourhood, side: Side, is_left: bool, more_url: str) -> list[Branch]:
    """The side as a tree: each below the first of those that it stands next to."""
    trees: dict[Any, Branch] = {found.root: Branch("", "", "")}
    before: list[Key] = [found.root]
    for number, level in enumerate(side.levels):
        for key in level:
            ends = [(key, near) if is_left else (near, key) for near in before]
            edge = next(edge for edge in ends if edge in found.edges)
            record = found.records[key]
            trees[key] = Branch(
                str(record),
                _url(key),
                _about(record),
                ", ".join(found.edges[edge]),
                found.open_work.get(key, 0),
                _tone(record),
            )
            trees[edge[1] if is_left else edge[0]].branches.append(trees[key])
            if count := side.beyond.get(key):
                trees[key].branches.append(Branch(_more(count), _url(key), ""))
        if side.more[number]:
            trees[before[0]].branches.append(Branch(_more(side.more[number]), more_url, ""))
        before = level
    return trees[found.root].branches


def _more(count: int) -> str:
    return ngettext("%d more", "%d more", count) % count


def _url(key: Key) -> str:
    return reverse(f"admin:assets_{key[0]}_change", args=[key[1]])


def _about(record: Any) -> str:
    """One short line: what kind of thing, and what is unusual about its state."""
    if isinstance(record, Service):
        kind = _("Service")
        state = _("Retired") if record.is_retired else record.get_criticality_display()
        return f"{kind} · {state}"
    told = str(record.get_asset_class_display())
    return told if _is_live(record) else f"{told} · {record.get_lifecycle_display()}"


def _is_live(record: Any) -> bool:
    if isinstance(record, Service):
        return not record.is_retired
    return record.lifecycle == Lifecycle.LIVE


def _tone(record: Any) -> str:
    return _TONES.get(record.criticality, "") if isinstance(record, Service) else ""
