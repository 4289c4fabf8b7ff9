"""Who reads and writes which layer of a confidential record: role x relation x tier x verb, whole.

The literal says what each relation opens; whatever role somebody holds beside it changes nothing.
"""

from itertools import product

import pytest

from core.errors import NotAllowed
from people.confidential.access import ACCESS, may
from people.confidential.enums import Relation, Tier, Verb
from people.models import OneOnOneSeries, Participant, User
from people.roles import ADMINISTERING, Role
from people.services import end_grant, grant_role, one_on_ones
from people.services import one_on_one_entries as entries
from people.services.confidential import read_entries, relation_of, require
from tests.people.one_on_ones import a_series, opened

CADENCE, SHARED, PRIVATE = Tier.CADENCE, Tier.SHARED, Tier.PRIVATE
READ, WRITE = Verb.READ, Verb.WRITE

OPENS = {
    "participant": {(CADENCE, READ), (SHARED, READ), (SHARED, WRITE), (PRIVATE, READ)}
    | {(PRIVATE, WRITE)},
    "former": {(CADENCE, READ), (SHARED, READ), (PRIVATE, READ)},
    "above": {(CADENCE, READ)},
    "breaking_glass": {(CADENCE, READ), (SHARED, READ)},
    "none": set(),
}


def test_the_table_is_the_literal_and_complete():
    assert {str(relation): rights for relation, rights in ACCESS.items()} == OPENS
    for relation, tier, verb in product(Relation, Tier, Verb):
        assert may(relation, tier, verb) == ((tier, verb) in OPENS[relation])


def in_relation(cast, relation, user):
    """A record of two others to which the account stands so; None where its role cannot."""
    if relation in ("participant", "former"):
        series = a_series(cast, employee=cast.agent_l2)
        # Whoever it is: a participant's place, as the services would give it.
        Participant.objects.filter(record=series.record, user=cast.agent_l2).delete()
        Participant.objects.create(record=series.record, user=user, part="employee")
        OneOnOneSeries.objects.filter(pk=series.pk).update(employee=user)
        series.refresh_from_db()
        entries.add_topic(series, actor=cast.team_lead, text="shared")
        entries.write_note(series, actor=cast.team_lead, text="lead's", is_private=True)
        entries.write_note(series, actor=user, text="own", is_private=True)
        if relation == "former":
            one_on_ones.end_series(series, actor=cast.team_lead)
        return series
    series = a_series(cast)
    entries.add_topic(series, actor=cast.team_lead, text="shared")
    entries.write_note(series, actor=cast.team_lead, text="lead's", is_private=True)
    return series


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_no_role_opens_or_closes_anything(cast, role):
    user = User.objects.get(pk=cast.requester.pk)
    for grant in user.grants.all():
        end_grant(grant, actor=None, reason="another role")
    # Of another country, else a service manager would be the lead's lead.
    scope = {"country": "CO" if role == Role.SERVICE_MANAGER else "MX"}
    scope = {} if role in ADMINISTERING else scope
    if role == Role.AUDITOR:
        scope |= {"ends_at": cast.auditor.grants.get().ends_at}
    grant_role(user, role, actor=None, reason="matrix", **scope)
    user = User.objects.get(pk=user.pk)
    for relation in ("none", "participant", "former"):
        check(cast, relation, user)


def check(cast, relation, user):
    series = in_relation(cast, relation, user)
    series.record.refresh_from_db()
    assert relation_of(user, series.record) == relation
    for tier, verb in product(Tier, Verb):
        if (tier, verb) in OPENS[relation]:
            require(user, series.record, tier, verb)
        else:
            with pytest.raises(NotAllowed):
                require(user, series.record, tier, verb)
    if (SHARED, READ) in OPENS[relation]:
        read = [text for _entry, text in read_entries(series.record, actor=user)]
        assert read == ["shared", "own"]  # never what another wrote for themselves
    else:
        assert not OneOnOneSeries.objects.visible_to(user).exists()
    if relation != "former":
        one_on_ones.end_series(series, actor=cast.team_lead)  # so that others can begin


@pytest.mark.django_db
def test_who_leads_the_lead_sees_that_it_happens_and_nothing_else(cast):
    series = in_relation(cast, "above", cast.service_manager)
    assert relation_of(cast.service_manager, series.record) == "above"
    assert not OneOnOneSeries.objects.visible_to(cast.service_manager).exists()


@pytest.mark.django_db
def test_by_break_glass_one_reads_what_is_shared_and_writes_nothing(cast, refuses):
    series = in_relation(cast, "breaking_glass", cast.hr_partner)
    opened(cast, series)
    assert relation_of(cast.hr_partner, series.record) == "breaking_glass"
    read = [text for _entry, text in read_entries(series.record, actor=cast.hr_partner)]
    assert read == ["shared"]
    with refuses(NotAllowed):
        entries.add_topic(series, actor=cast.hr_partner, text="me too")


@pytest.mark.django_db
def test_a_disabled_account_is_nobody(cast):
    series = a_series(cast)
    cast.agent_l1.is_active = False
    assert relation_of(cast.agent_l1, series.record) == "none"
