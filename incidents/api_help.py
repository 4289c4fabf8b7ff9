"""Asks for help as REST, for incidents and requests; what is asked now is taken, answered and
withdrawn by actions under `transitions/`."""

from typing import Any

from rest_framework import serializers

from core.api.fields import Moment, Related
from incidents.enums import HelpState, HelpUrgency
from incidents.models import HelpRequest
from people.models import Team, User


class HelpShown(serializers.Serializer[Any]):
    """A call for help: who called, who came, and what was answered."""

    id = serializers.IntegerField()
    team = Related(Team, "slug")
    urgency = serializers.ChoiceField(choices=HelpUrgency.choices)
    question = serializers.CharField()
    was_on_rota = serializers.BooleanField()
    asked_at = Moment()
    asked_by = Related(User, "username")
    take_by = Moment()
    escalated_at = Moment(allow_null=True)
    state = serializers.ChoiceField(choices=HelpState.choices)
    taken_at = Moment(allow_null=True)
    taken_by = Related(User, "username", allow_null=True)
    answer = serializers.CharField()
    ended_at = Moment(allow_null=True)
    ended_by = Related(User, "username", allow_null=True)


class HelpInput(serializers.Serializer[Any]):
    """A call for help; whoever is on duty hears of it."""

    question = serializers.CharField()
    urgency = serializers.ChoiceField(choices=HelpUrgency.choices)


def help_of(record: Any, user: Any) -> Any:
    """The calls about a record, in order."""
    rows = HelpRequest.objects.filter(life=record.life_id)
    return rows.select_related("team", "asked_by", "taken_by", "ended_by").order_by("pk")
