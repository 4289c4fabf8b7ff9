"""What a year brings of the contracts that somebody sees: terms, days and who they belong to.

Five queries however many contracts there are; where things lie in the picture is worked out
elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.querysets import visible_rows
from vendors.contract_querysets import RUNNING
from vendors.enums import ContractStatus
from vendors.models import Attestation, Contract, ContractTerm, ObligationTask
from vendors.obligations.enums import TO_DO, Direction

MOST = 500
"""More contracts than anybody reads in a picture: the reader is told to narrow it."""
KINDS = {
    "decide": gettext_lazy("Decide until"),
    "notice": gettext_lazy("Last day to give notice"),
    "end": gettext_lazy("End of term"),
    "ours": gettext_lazy("Due from us"),
    "vendors": gettext_lazy("Due from the vendor"),
    "attestation": gettext_lazy("Attestation expires"),
}
_STANDING = (ContractStatus.SIGNED, *RUNNING)


@dataclass(frozen=True)
class Mark:
    """A day that matters, and the record it leads to."""

    day: date
    kind: str
    text: str
    url: str
    is_late: bool = False

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])


@dataclass(frozen=True)
class Span:
    """A term of a contract, cut to the year."""

    first: date
    last: date
    is_ending: bool


@dataclass
class Lane:
    """A contract, or what a vendor has to show beside its contracts."""

    title: str
    vendor: str
    url: str
    owner: str
    reference: str = ""
    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class Year:
    """The lanes by owner, and whether there were more contracts than are shown."""

    number: int
    groups: list[tuple[str, list[Lane]]]
    is_cut: bool

    @property
    def lanes(self) -> list[Lane]:
        return [lane for _owner, lanes in self.groups for lane in lanes]


def year_of(user: Any, number: int, today: date, asked: dict[str, Any]) -> Year:
    """What a reader sees of a year, narrowed by `vendor`, `entity` and `owner`."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    narrowed = {name: value for name, value in asked.items() if value is not None}
    found = visible_rows(Contract, user).filter(**narrowed).filter(_in_force(first, last))
    rows = list(
        found.select_related("vendor", "owner__person").order_by(
            "owner__person__full_name", "owner", "vendor__name", "title", "pk"
        )[: MOST + 1]
    )
    contracts = {one.pk: one for one in rows[:MOST]}
    lanes = {key: _lane_of(one) for key, one in contracts.items()}
    _add_terms(lanes, contracts, first, last, today)
    _add_tasks(lanes, user, first, last, today)
    papers = _attestations(contracts.values(), user, first, last, today)
    return Year(number, _grouped(contracts, lanes, papers), len(rows) > MOST)


def _in_force(first: date, last: date) -> Q:
    """Signed or running, or ended within the year or after it."""
    ended = Q(status=ContractStatus.ENDED, activated_on__isnull=False, ended_on__gte=first)
    return (Q(status__in=_STANDING) | ended) & Q(starts_on__lte=last)


def _lane_of(contract: Contract) -> Lane:
    return Lane(
        title=contract.title,
        vendor=contract.vendor.name,
        url=f"/vendors/contract/{contract.pk}/change/",
        owner=contract.owner.get_full_name(),
        reference=contract.reference,
    )


def _add_terms(
    lanes: dict[int, Lane], contracts: dict[int, Contract], first: date, last: date, today: date
) -> None:
    """The terms that touch the year. A decision is late where nobody took it in time."""
    found = ContractTerm.objects.filter(
        contract__in=lanes, ends_on__gte=first, starts_on__lte=last
    ).order_by("contract", "number")
    for term in found:
        lane, contract = lanes[term.contract_id], contracts[term.contract_id]
        is_ending = term.number == contract.last_term
        lane.spans.append(Span(max(first, term.starts_on), min(last, term.ends_on), is_ending))
        waits = contract.status in RUNNING and not term.decision
        waits = waits and contract.status != ContractStatus.TERMINATING
        since = contract.activated_on or contract.starts_on
        binds = waits and (bool(term.failure) or term.notice_on >= since)
        for kind, day, is_late in (
            ("decide", term.decision_deadline_on, binds and term.decision_deadline_on < today),
            ("notice", term.notice_on, binds and term.notice_on < today),
            ("end", term.ends_on, False),
        ):
            if first <= day <= last:
                text = _("%(title)s, term %(number)s") % {
                    "title": contract.title,
                    "number": term.number,
                }
                lane.marks.append(Mark(day, kind, text, lane.url, is_late))


def _add_tasks(lanes: dict[int, Lane], user: Any, first: date, last: date, today: date) -> None:
    found = visible_rows(ObligationTask, user).filter(
        obligation__contract__in=lanes, due_on__gte=first, due_on__lte=last
    )
    for task in found.select_related("obligation").order_by("due_on", "pk"):
        obligation = task.obligation
        kind = "ours" if obligation.direction == Direction.OURS else "vendors"
        text = f"{obligation.title} ({task.get_status_display()})"
        url = f"/vendors/obligationtask/{task.pk}/change/"
        is_late = task.status in TO_DO and task.due_on < today
        lanes[obligation.contract_id].marks.append(Mark(task.due_on, kind, text, url, is_late))


def _attestations(
    contracts: Iterable[Contract], user: Any, first: date, last: date, today: date
) -> dict[int, Lane]:
    """A lane for each vendor of which something that we rely on expires within the year."""
    owners: dict[int, str] = {}
    for one in contracts:
        owners.setdefault(one.vendor_id, one.owner.get_full_name())
    found = (
        visible_rows(Attestation, user)
        .held()
        .filter(
            vendor__in=owners,
            superseded_by__isnull=True,
            expires_on__gte=first,
            expires_on__lte=last,
        )
    )
    lanes: dict[int, Lane] = {}
    for one in found.select_related("vendor").order_by("expires_on", "pk"):
        lane = lanes.setdefault(
            one.vendor_id,
            Lane(
                title=_("Attestations"),
                vendor=one.vendor.name,
                url=f"/vendors/vendor/{one.vendor_id}/change/",
                owner=owners[one.vendor_id],
                reference=one.vendor.reference,
            ),
        )
        url = f"/vendors/attestation/{one.pk}/change/"
        is_late = one.expires_on < today
        lane.marks.append(
            Mark(one.expires_on, "attestation", str(one.get_kind_display()), url, is_late)
        )
    return lanes


def _grouped(
    contracts: dict[int, Contract], lanes: dict[int, Lane], papers: dict[int, Lane]
) -> list[tuple[str, list[Lane]]]:
    """By owner; a vendor's attestations stand before the first of its contracts."""
    groups = []
    for _owner, own in groupby(contracts.values(), key=lambda one: one.owner_id):
        found: list[Lane] = []
        for contract in own:
            before = papers.pop(contract.vendor_id, None)
            found += [before] if before else []
            found.append(lanes[contract.pk])
        groups.append((found[-1].owner, found))
    return groups
