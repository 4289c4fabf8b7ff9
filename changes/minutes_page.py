"""Minutes as people read them: the frozen data in the reader's language, for page and PDF alike."""

import json
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from changes.enums import ChangeType, Decision, Risk, Status, StepStatus
from changes.models import Meeting
from changes.page import STEP_TONES, VOTE_TONES
from core.showing import exact, span, zone_of

_SAID = {
    Decision.APPROVE: pgettext_lazy("vote", "For"),
    Decision.REJECT: pgettext_lazy("vote", "Against"),
    Decision.ABSTAIN: pgettext_lazy("vote", "Abstained"),
    Decision.RECUSE: pgettext_lazy("vote", "Recused"),
}

_OUTCOMES = {StepStatus.APPROVED: Status.APPROVED, StepStatus.REJECTED: Status.REJECTED}


def shown_minutes(meeting: Meeting) -> dict[str, Any]:
    """Texts only, ready to be set: moments in the board's time zone, which is named."""
    told = json.loads(meeting.minutes.content)
    with timezone.override(told["time_zone"]):
        return {
            "title": _("Minutes"),
            "heading": _("Minutes of %(board)s") % {"board": told["board"]},
            "reference": told["meeting"],
            "day": _day(told["opened_at"]),
            "facts": _facts(told),
            "members": [_member(one) for one in told["members"]],
            "guests": [(one["name"], _spans(one["here"])) for one in told["guests"]],
            "items": [_item(one) for one in told["items"]],
            "sha256": meeting.minutes.sha256,
            "signature": _signature(meeting),
        }


def labels() -> dict[str, str]:
    """The words of the minutes that are the same in all of them."""
    return {
        "agenda": _("Agenda and decisions"),
        "attendance": _("Attendance"),
        "member": pgettext("seat", "Member"),
        "part": pgettext("seat", "Part"),
        "here": _("Present"),
        "guests": _("Guests"),
        "number": _("No."),
        "change": _("Change"),
        "decision": _("Decision"),
        "approvals": _("Approvals"),
        "votes": _("Votes"),
        "vote": pgettext("minutes", "Vote"),
        "who": _("Who"),
        "comment": pgettext("minutes", "Comment"),
        "at": _("Cast at"),
        "conditions": _("Conditions"),
        "dissent": _("Dissent"),
        "note": _("What was said"),
        "nothing": _("Nothing was on the agenda."),
        "no_votes": _("Nobody voted."),
        "signature": _("Signature"),
        "hash": _("SHA-256 of the minutes"),
        "page": _("Page"),
        "of": pgettext("page 1 of 3", "of"),
    }


def _facts(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Held"), span(_at(told["opened_at"]), _at(told["closed_at"]))),
        (pgettext("meeting", "Planned"), span(*map(_at, told["planned"]))),
        (_("Chaired by"), told["chaired_by"]),
        (_("Time zone"), f"{told['time_zone']} ({zone_of(_local(told['opened_at']))})"),
    ]


def _member(one: dict[str, Any]) -> dict[str, Any]:
    part = pgettext("seat", "Chair") if one["is_chair"] else pgettext("seat", "Member")
    here = _spans(one["here"]) or _("Absent")
    if one["substitutes"]:
        here += " · " + _("by %(names)s") % {"names": ", ".join(one["substitutes"])}
    return {"name": one["name"], "part": part, "here": here, "is_absent": not one["here"]}


def _item(one: dict[str, Any]) -> dict[str, Any]:
    status = StepStatus(one["decision"])
    quorum = one["quorum"] or {}
    return {
        "number": one["number"],
        "reference": one["change"],
        "title": one["title"],
        "decision": _decision(one),
        "short": _decision(one) if status in _OUTCOMES else _("No decision"),
        "tone": STEP_TONES.get(status, "") if status != StepStatus.OPEN else "orange",
        "approvals": (
            _("%(there)s of %(needed)s")
            % {"there": quorum["approvals"], "needed": quorum["required"]}
            if quorum
            else "–"
        ),
        "facts": " · ".join(_item_facts(one)),
        "hash": one["version_hash"],
        "votes": [_vote(vote) for vote in one["votes"]],
        "dissent": [_dissent(said) for said in one["dissent"]],
        "conditions": [_condition(said) for said in one["conditions"]],
        "note": one["note"],
    }


def _decision(one: dict[str, Any]) -> str:
    status = StepStatus(one["decision"])
    if status == StepStatus.OPEN:
        return _("No decision: comes to the next meeting")
    if status in (StepStatus.VOID, StepStatus.WAITING):
        return _("Not decided: it was amended or withdrawn")
    return str(_OUTCOMES[status].label)


def _item_facts(one: dict[str, Any]) -> list[str]:
    facts = [str(ChangeType(one["type"]).label)]
    if one["risk"]:
        facts.append(pgettext("badge", "%s risk") % str(Risk(one["risk"]).label).lower())
    if one["version"]:
        facts.append(_("version %(number)s") % {"number": one["version"]})
    if one["window"]:
        facts.append(_("planned %(window)s") % {"window": span(*map(_at, one["window"]))})
    if quorum := one["quorum"]:
        told = {"there": quorum["taking_part"], "needed": quorum["present_required"]}
        facts.append(_("quorum %(there)s of %(needed)s needed") % told)
    if one["started_at"] and one["ended_at"]:
        length = _at(one["ended_at"]) - _at(one["started_at"])
        told = {"took": round(length.total_seconds() / 60), "box": one["minutes"]}
        facts.append(_("%(took)s of %(box)s min") % told)
    else:
        facts.append(_("not talked about"))
    return facts


def _vote(vote: dict[str, Any]) -> dict[str, str]:
    name = vote["name"]
    if vote["cast_by"]:
        name += " (" + _("cast by %(name)s") % {"name": vote["cast_by"]} + ")"
    decision = Decision(vote["decision"])
    when = exact(_at(vote["at"]))
    if not vote["in_meeting"]:
        when += " · " + _("before the meeting")
    return {
        "who": name,
        "decision": str(_SAID[decision]),
        "tone": VOTE_TONES[decision],
        "comment": vote["comment"],
        "at": when,
    }


def _dissent(said: dict[str, Any]) -> dict[str, str]:
    how = _("by vote") if said["vote"] else _("stated in the meeting")
    return {"who": said["name"], "how": how, "text": said["text"]}


def _condition(said: dict[str, Any]) -> dict[str, str]:
    told = {"owner": said["owner"], "by": said["set_by"]}
    if said["cleared_at"]:
        told["at"] = exact(_at(said["cleared_at"]))
        state = _("set by %(by)s; cleared by %(owner)s on %(at)s") % told
    else:
        state = _("set by %(by)s; to be cleared by %(owner)s before the start") % told
    return {"text": said["text"], "state": state}


def _signature(meeting: Meeting) -> dict[str, str]:
    if meeting.signed_at is None:
        return {"text": _("Not signed yet."), "is_signed": ""}
    told = {"name": meeting.signed_by.get_full_name(), "at": exact(meeting.signed_at)}
    return {
        "text": _("Signed by %(name)s on %(at)s") % told,
        "how": meeting.get_authentication_display(),
        "is_signed": "yes",
    }


def _spans(spans: list[list[str]]) -> str:
    parts = []
    for came, left in spans:
        end = f"{_local(left):%H:%M}" if left else ""
        parts.append(f"{_local(came):%H:%M}–{end}")
    return ", ".join(parts)


def _day(stamp: str) -> str:
    return date_format(_local(stamp), pgettext("format of a day's heading", "l j F Y"))


def _local(stamp: str) -> datetime:
    return timezone.localtime(_at(stamp))


def _at(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
