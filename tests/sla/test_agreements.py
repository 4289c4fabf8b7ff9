"""Agreements come into force by two people, say the same from then on, and inherit."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import NotAllowed, Refused, ValidationError
from people.models import Team
from sla.agreed import agreed_versions, applicable
from sla.agreement_services import approve_version, draft_version
from sla.enums import AgreementKind, Metric
from sla.models import Agreement, AgreementTarget, Client
from sla.scopes import Scope
from tests.factories import a_service
from tests.sla.agreeing import HOUR, an_agreement, in_force

RESOLVE, RESTORE = Metric.RESOLVE, Metric.RESTORE


def test_two_people_put_a_version_into_force_and_the_next_replaces_it(cast, approver):
    first = in_force(cast, approver, "gold")
    second = draft_version(
        first.agreement, actor=approver, targets={(RESOLVE, 1): 2 * HOUR}, counts=["team"]
    )
    approve_version(second, actor=cast.service_manager)
    statuses = first.agreement.versions.values_list("number", "status")
    assert list(statuses) == [(1, "retired"), (2, "active")]


def test_whoever_drafted_does_not_approve(cast, approver):
    version = draft_version(
        an_agreement(cast, "gold"), actor=cast.service_manager, targets={(RESOLVE, 1): HOUR}
    )
    for actor in (cast.service_manager, cast.agent_l1):
        with pytest.raises(NotAllowed):
            approve_version(version, actor=actor)
    version.refresh_from_db()
    assert version.status == "draft"
    with pytest.raises(IntegrityError, match="does not approve"), transaction.atomic():
        connection.cursor().execute(
            "UPDATE sla_agreementversion SET status = 'active', approved_at = now(),"
            " approved_by_id = drafted_by_id"
        )


@pytest.mark.parametrize("target", [timedelta(), -HOUR, timedelta(days=4000)])
def test_targets_of_nothing_or_of_ages_are_refused(cast, target):
    agreement = an_agreement(cast, "gold")
    with pytest.raises(ValidationError):
        draft_version(agreement, actor=cast.service_manager, targets={(RESOLVE, 1): target})
    assert not agreement.versions.exists()


def test_a_version_without_any_target_is_refused(cast, approver):
    version = draft_version(an_agreement(cast, "gold"), actor=cast.service_manager, targets={})
    with pytest.raises(Refused, match="no target"):
        approve_version(version, actor=approver)


def test_agreements_that_leave_it_open_are_refused_by_name(cast, approver, tienda):
    in_force(cast, approver, "in-mexico", client=tienda, country="MX")
    with pytest.raises(Refused, match="“Of-A-Service” and “In-Mexico” fit the same records"):
        in_force(cast, approver, "of-a-service", client=tienda, service=a_service(cast))
    in_force(cast, approver, "of-the-client", client=tienda)
    assert Agreement.objects.filter(versions__status="active").count() == 2


def test_the_narrowest_applies_and_each_kind_by_itself(cast, approver, tienda):
    team = Team.objects.get(slug="payments-l1")
    in_force(cast, approver, "everybody")
    in_force(cast, approver, "client", client=tienda)
    in_force(cast, approver, "ola", kind=AgreementKind.OLA, team=team)
    record = Scope(client=tienda.pk, service=1, country="MX")
    found = applicable(record, team_id=team.pk, vendor_id=None)
    slugs = dict(Agreement.objects.values_list("pk", "slug"))
    assert [slugs[pk] for pk in found] == ["client", "ola"]
    others = applicable(Scope(client=-1, service=1), team_id=-1, vendor_id=None)
    assert [slugs[pk] for pk in others] == ["everybody"]


def test_an_heir_keeps_what_it_inherited_when_it_came_into_force(cast, approver, tienda):
    parent = in_force(cast, approver, "everybody", hours=8)
    heir = in_force(
        cast, approver, "client", metric=RESTORE, client=tienda, parent=parent.agreement
    )
    newer = draft_version(parent.agreement, actor=approver, targets={(RESOLVE, 1): HOUR})
    approve_version(newer, actor=cast.service_manager)
    (agreed,) = (v for k, v in agreed_versions([heir.pk]).items() if k == f"version-{heir.pk}")
    assert dict(agreed.targets) == {
        (RESOLVE, 1): 8 * HOUR,
        (RESOLVE, 2): 16 * HOUR,
        (RESTORE, 1): 4 * HOUR,
        (RESTORE, 2): 8 * HOUR,
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sla_agreementversion SET counts = '{team}'",
        "UPDATE sla_agreementversion SET status = 'draft'",
        "DELETE FROM sla_agreementtarget",
        "UPDATE sla_agreementtarget SET target = '1 h'",
        "INSERT INTO sla_agreementtarget (agreement_version_id, metric, priority, target)"
        " SELECT id, 'restore', 1, '1 h' FROM sla_agreementversion",
        "INSERT INTO sla_agreementversion (agreement_id, number, status, counts, drafted_by_id,"
        " approved_by_id, approved_at) SELECT agreement_id, 2, 'active', counts, drafted_by_id,"
        " approved_by_id, approved_at FROM sla_agreementversion",
    ],
)
def test_the_database_keeps_what_is_in_force(cast, approver, statement):
    in_force(cast, approver, "gold")
    with pytest.raises(IntegrityError, match="same for ever"), transaction.atomic():
        connection.cursor().execute(statement)


def test_who_sees_which_agreements(cast, approver, tienda):
    elsewhere = Client.objects.create(name="Tienda Dos", slug="tienda-dos", country="CO")
    for slug, facts in {
        "all": {},
        "mx": {"client": tienda},
        "co": {"client": elsewhere},
        "ola": {"kind": AgreementKind.OLA, "team": Team.objects.get(slug="wallet-co")},
    }.items():
        Agreement.objects.create(name=slug, slug=slug, **{"kind": AgreementKind.SLA} | facts)
    seen = {
        name: {a.slug for a in Agreement.objects.visible_to(getattr(cast, name))}
        for name in ("agent_l1", "outsider", "auditor", "norole")
    }
    assert seen == {
        "agent_l1": {"all", "mx"},
        "outsider": {"all", "co", "ola"},
        "auditor": {"all", "mx", "co", "ola"},
        "norole": set(),
    }


def test_a_draft_written_anew_leaves_one(cast):
    agreement = an_agreement(cast, "gold")
    for hours in (1, 2):
        draft_version(agreement, actor=cast.service_manager, targets={(RESOLVE, 1): hours * HOUR})
    assert [t.target for t in AgreementTarget.objects.all()] == [2 * HOUR]
