"""What problems tell the reader of an incident: those behind it, and known errors that may be."""

import re
from typing import Any

from incidents.models import Incident, Problem
from incidents.problem_permissions import may_see_problems

SHOWN = 3
_WORDS = re.compile(r"\w{3,}")
_MOST_WORDS = 20


def problems_behind(incident: Incident, user: Any) -> list[Problem]:
    """Those linked to the incident, of those that the person sees; the latest link first."""
    seen = Problem.objects.visible_to(user).filter(incident_links__incident=incident)
    return list(seen.order_by("-incident_links__pk").defer("search", "root_cause"))


def known_errors_for(incident: Incident, user: Any) -> list[Problem]:
    """Of the same service, with a workaround and words of the incident's title; the most alike
    first. None for what is over, and none that are linked already."""
    words = list(dict.fromkeys(_WORDS.findall(incident.title.lower())))[:_MOST_WORDS]
    if not words or not incident.is_open or not may_see_problems(user):
        return []
    seen = Problem.objects.visible_to(user).worked_around().filter(service=incident.service_id)
    seen = seen.exclude(incident_links__incident=incident)
    return list(seen.resembling(words).defer("search", "root_cause")[:SHOWN])
