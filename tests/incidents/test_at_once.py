"""Two people, or a person and an alert, at the same incident: real connections, commits, locks."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from assets.models import Service
from core.api import collisions
from incidents import services
from incidents.models import Incident, IncidentLink
from incidents.services.locking import lock
from integrations.digest import digest_batch
from integrations.keys import forget_keys
from integrations.models import AlertEvent
from notifications.models import Message
from people.models import User
from people.services.authority import administering, locked
from records.models import IdempotencyKey
from sla.models import Life
from tests.cast import Cast, assemble_cast
from tests.factories import a_service, an_incident
from tests.integrations.conftest import a_sender, an_alert, is_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Founded with real commits, for the other connections to see."""
    forget_keys()
    return assemble_cast()


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each gave back or raised; they start together."""
    start = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return action()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


class Beside:
    """Runs an action on another connection until it has ended or waits for a lock of ours."""

    def __init__(self, action: Callable[[], Any]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._future = self._pool.submit(self._run, action)
        until = time.monotonic() + 10
        while not (_somebody_waits() or self._future.done()):
            assert time.monotonic() < until
            time.sleep(0.02)

    def _run(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        finally:
            connection.close()

    def outcome(self) -> Any:
        """What it gave back or raised, within some seconds."""
        try:
            return self._future.result(timeout=10)
        finally:
            self._pool.shutdown()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def _resolve(incident: Incident, actor: User) -> Incident:
    return services.resolve_incident(
        incident, actor=actor, resolution_code="fixed", resolution="Restarted."
    )


def test_of_two_who_resolve_one_resolves_and_one_is_refused(cast):
    incident = an_incident(cast, "in_progress")
    services.watch_incident(incident, actor=cast.team_lead)
    before = incident.version
    outcomes = at_once(
        lambda: _resolve(incident, cast.agent_l1), lambda: _resolve(incident, cast.agent_l2)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Incident", "Refused"]
    incident.refresh_from_db()
    assert (incident.status, incident.version) == ("resolved", before + 1)
    told = Message.objects.filter(recipient=cast.team_lead, kind="incident_resolved")
    assert told.count() == 1


def test_an_edit_and_a_resolution_at_once_both_stay(cast):
    incident = an_incident(cast, "in_progress")
    outcomes = at_once(
        lambda: services.edit_incident(incident, actor=cast.agent_l2, title="A better title"),
        lambda: _resolve(incident, cast.agent_l1),
    )
    assert [o for o in outcomes if isinstance(o, Exception)] == []
    incident.refresh_from_db()
    assert (incident.title, incident.status) == ("A better title", "resolved")


def test_two_incidents_linked_to_each_other_at_once_do_not_block_each_other(cast):
    one, other = an_incident(cast), an_incident(cast)
    with transaction.atomic():
        lock(one, None)
        # It locks the other one and wants the key of this one, which stays free.
        link = Beside(lambda: services.link_records(other, "related", one, actor=cast.agent_l1))
        assert link.outcome().pk == other.pk
        services.link_records(one, "related", other, actor=cast.agent_l2)
    assert IncidentLink.objects.count() == 2


def test_of_two_who_act_on_the_same_version_one_is_told_that_it_is_stale(cast, api_of):
    incident = an_incident(cast)
    agents = (cast.agent_l1, cast.agent_l2)
    programs = [api_of(agent) for agent in agents]
    address = f"/api/v1/incidents/{incident.reference}/transitions/"

    def take(program: Any, owner: User) -> Callable[[], Any]:
        body = {"action": "assign", "owner": owner.username}
        headers = {"If-Match": f'"{incident.version}"'}
        return lambda: program.post(address, body, headers=headers).status_code

    actions = [take(p, a) for p, a in zip(programs, agents, strict=True)]
    assert sorted(at_once(*actions)) == [200, 412]


def test_the_same_idempotency_key_at_once_opens_one_incident(cast, api_of):
    body = {"title": "once", "service": a_service(cast).reference}
    program = api_of(cast.agent_l1)

    def post() -> int:
        answer = program.post("/api/v1/incidents/", body, headers={"Idempotency-Key": "k"})
        return answer.status_code

    assert set(at_once(post, post, post)) <= {201, 409}
    assert Incident.objects.filter(title="once").count() == 1
    assert IdempotencyKey.objects.count() == 1


def test_an_alert_that_ends_does_not_overrule_the_person_who_says_when(cast):
    """The person's mark is not yet committed as the alert's end is digested."""
    sender, alert = a_sender(cast), an_alert()
    sender.sends(alert)
    incident = Incident.objects.get()
    moment = timezone.now() - timedelta(minutes=1)
    sender.stores(is_over(alert))
    with transaction.atomic():
        services.mark_incident(incident, actor=cast.agent_l1, kind="mitigated", at=moment)
        digest = Beside(digest_batch)
    assert digest.outcome() == 1
    mark = incident.life.marks.current().get(kind="mitigated")
    assert (mark.at, mark.source) == (moment, "human")


def test_an_alert_that_gets_worse_does_not_end_an_override_made_meanwhile(cast):
    sender = a_sender(cast)
    sender.sends(an_alert(severity="info", host="a"))
    incident = Incident.objects.get()
    sender.stores(an_alert(severity="critical", host="b"))
    with transaction.atomic():
        services.override_priority(incident, actor=cast.team_lead, priority=2, reason="known")
        digest = Beside(digest_batch)
    assert digest.outcome() == 1
    incident.refresh_from_db()
    assert (incident.priority, incident.priority_reason) == (2, "known")


def test_what_was_resolved_anew_meanwhile_is_not_closed(cast):
    incident = an_incident(cast, "resolved")
    Incident.objects.update(resolved_at=timezone.now() - timedelta(days=8))
    moment = timezone.now() - timedelta(days=7)
    with transaction.atomic():
        lock(incident, None)
        sweep = Beside(lambda: services.close_incidents_resolved_before(moment))
        Incident.objects.update(resolved_at=timezone.now())
    assert sweep.outcome() == 0
    incident.refresh_from_db()
    assert incident.status == "resolved"


def test_an_account_edited_in_the_portal_while_access_changes_blocks_nobody(cast, client_of):
    """The portal takes no lock before those of the service."""
    account = cast.norole
    browser = client_of(cast.admin)
    facts = {"email": "new@example.com", "language": "en", "time_zone": "UTC"}
    facts |= {"person": account.person_id, "version": account.version}
    page = f"/people/user/{account.pk}/change/"
    with administering("people.change_user", actor=cast.security_admin, action="user.edit"):
        edit = Beside(lambda: browser.post(page, facts).status_code)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        assert locked(account, actor=cast.security_admin).pk == account.pk
    assert edit.outcome() == 302
    account.refresh_from_db()
    assert account.email == "new@example.com"


@pytest.fixture
def long_resolved(cast) -> tuple[Any, Incident]:
    """A sender, and the incident of its last alert: people may reopen it, alerts open a new one."""
    sender = a_sender(cast)
    sender.sends(an_alert())
    incident = _resolve(
        services.start_incident(Incident.objects.get(), actor=cast.agent_l1), cast.agent_l1
    )
    Incident.objects.update(resolved_at=timezone.now() - timedelta(hours=1))
    sender.stores(an_alert(starts_at=timezone.now(), host="new"))
    return sender, incident


def test_who_reopens_while_an_alert_opens_a_newer_incident_is_refused(
    cast, client_of, api_of, long_resolved
):
    _sender, incident = long_resolved
    browser, program = client_of(cast.agent_l1), api_of(cast.agent_l2)
    dialog = {"headers": {"X-Dialog": "1"}}
    with transaction.atomic():
        assert digest_batch() == 1
        address = f"/incidents/incident/{incident.pk}/action/reopen/"
        page = Beside(lambda: browser.post(address, {"note": "again"}, **dialog))
        body = {"action": "reopen", "note": "again"}
        address = f"/api/v1/incidents/{incident.reference}/transitions/"
        asked = Beside(lambda: program.post(address, body))
    assert page.outcome().status_code == 409
    answer = asked.outcome()
    assert answer.status_code == 409
    assert answer.json()["reasons"] == ["a newer incident is open for the same alerts"]
    assert list(Incident.objects.order_by("pk").values_list("status", flat=True)) == [
        "resolved",
        "new",
    ]


def test_an_alert_that_comes_while_somebody_reopens_joins_what_was_reopened(cast, long_resolved):
    _sender, incident = long_resolved
    with transaction.atomic():
        services.reopen_incident(incident, actor=cast.agent_l1, note="again")
        digest = Beside(digest_batch)
    assert digest.outcome() == 1
    assert Incident.objects.get().status == "in_progress"
    assert set(AlertEvent.objects.values_list("state", "attempts")) == {("done", 0)}


def in_the_way_of(incident: Incident, action: Callable[[], Any]) -> Any:
    """What the action gives that locks the incident before its life, while we do the opposite."""
    with transaction.atomic():
        Life.objects.select_for_update(no_key=True).get(pk=incident.life_id)
        beside = Beside(action)
        lock(incident, None)  # PostgreSQL ends whoever has waited longer, which is not us
    return beside.outcome()


def _asks_to_resolve(program: Any, incident: Incident) -> Callable[[], Any]:
    body = {"action": "resolve", "resolution_code": "fixed", "resolution": "Restarted."}
    return lambda: program.post(f"/api/v1/incidents/{incident.reference}/transitions/", body)


def test_who_loses_a_deadlock_gets_through_the_next_time(cast, api_of):
    incident = an_incident(cast, "in_progress")
    answer = in_the_way_of(incident, _asks_to_resolve(api_of(cast.agent_l1), incident))
    assert (answer.status_code, answer.json()["status"]) == (200, "resolved")
    assert incident.life.marks.filter(kind="resolved").count() == 1


def test_who_loses_every_time_is_told_so(cast, api_of, client_of, monkeypatch):
    monkeypatch.setattr(collisions, "ATTEMPTS", 1)
    incident = an_incident(cast, "in_progress")
    answer = in_the_way_of(incident, _asks_to_resolve(api_of(cast.agent_l1), incident))
    told = "somebody else was changing the same at this moment; try again"
    assert (answer.status_code, answer.json()["reasons"]) == (409, [told])
    browser = client_of(cast.agent_l1)
    address = f"/incidents/incident/{incident.pk}/action/resolve/"
    form = {"resolution_code": "fixed", "resolution": "Restarted."}
    dialog = {"headers": {"X-Dialog": "1"}}
    page = in_the_way_of(incident, lambda: browser.post(address, form, **dialog))
    assert (page.status_code, told[1:] in page.content.decode()) == (409, True)
    incident.refresh_from_db()
    assert incident.status == "in_progress"


@pytest.mark.parametrize("door", ["portal", "api"])
def test_of_two_who_add_the_same_one_is_told_that_it_is_there(cast, client_of, api_of, door):
    team = cast.core_platform
    facts = {"name": "Twice", "label": "second", "tier": "tier_1", "criticality": "critical"}
    facts["countries"] = ["MX"]
    form = {**facts, "owner_team": team.pk, "support_team": team.pk}
    body = {**facts, "owner_team": team.slug, "support_team": team.slug}
    browser, program = client_of(cast.admin), api_of(cast.admin)
    with transaction.atomic():
        a_service(cast, name="Twice", label="first")
        if door == "portal":
            second = Beside(lambda: browser.post("/assets/service/add/", form))
        else:
            second = Beside(lambda: program.post("/api/v1/services/", body))
    answer = second.outcome()
    assert answer.status_code == (200 if door == "portal" else 409)
    assert "the same was stored by somebody else meanwhile" in answer.content.decode()
    assert Service.objects.filter(name="Twice").count() == 1
