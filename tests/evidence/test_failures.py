"""A control that does not hold leaves one record, which a person must explain."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import lag
from audit.models import LedgerEntry, LedgerHead, OutboxEntry, SignedCheckpoint, SignerStatus
from audit.services import record_event
from core.errors import NotAllowed, Refused, ValidationError
from evidence.models import EXPLANATIONS, ControlFailure
from evidence.proving import prove_ledger
from evidence.services.failures import report_failure, report_recovery, settle_failure
from evidence.watching import watch
from notifications.models import Message
from tests.ledger import seal_here

pytestmark = pytest.mark.django_db
EXPLAINED = dict.fromkeys(EXPLANATIONS, "Because")
LIST = "/evidence/controlfailure/"


def found():
    return list(ControlFailure.objects.order_by("pk").values_list("kind", "status"))


def ended(kind="verification"):
    report_failure(kind, "entry 7: is missing")
    return report_recovery(kind)


# --- Opened once, ended by itself -----------------------------------------------------------------


def test_it_is_opened_once_however_often_it_is_said_and_ends_by_itself(cast):
    first = report_failure("reconciliation", "people_team 4: name")
    assert report_failure("reconciliation", "people_team 4: name, again").pk == first.pk
    assert found() == [("reconciliation", "open")]
    assert report_recovery("reconciliation").ended_at >= first.started_at
    assert report_recovery("reconciliation") is None
    report_failure("reconciliation", "once more")
    assert found() == [("reconciliation", "ended"), ("reconciliation", "open")]
    assert first.history.first().history_action == "control_failure.end"


def test_security_administrators_hear_of_it_once(cast):
    for _ in range(3):
        failure = report_failure("verification", "entry 7: is missing")
    message = Message.objects.get(kind="control_failed")
    assert message.recipient == cast.security_admin
    assert message.reference == failure.reference
    assert message.context["note"] == "entry 7: is missing"


def test_a_sealer_that_is_late_opens_exactly_one_and_ends_it(cast):
    record_event("probe")
    now = lag.oldest_unsealed()
    watch(now + timedelta(minutes=4))
    assert found() == []
    for minutes in (6, 7, 8):
        watch(now + timedelta(minutes=minutes))
    assert found() == [("sealer_late", "open")]
    failure = ControlFailure.objects.get()
    assert failure.started_at == OutboxEntry.objects.order_by("pk").first().at


def test_a_signer_that_is_late_and_one_that_refuses(cast):
    record_event("probe")
    seal_here()
    SignerStatus.objects.create(seen_at=timezone.now(), refusal="3 entries, but 5 were signed")
    watch(timezone.now() + timedelta(minutes=6))
    kinds = dict(found())
    assert kinds["signer_late"] == kinds["signer_refuses"] == "open"
    SignerStatus.objects.update(refusal="")
    head = LedgerHead.objects.get()
    SignedCheckpoint.objects.create(size=head.size, root=b"", note="x")
    watch(timezone.now() + timedelta(minutes=7))
    kinds = dict(found())
    assert kinds["signer_late"] == kinds["signer_refuses"] == "ended"


def test_the_watch_asks_as_much_of_a_large_ledger_as_of_a_small_one(cast):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            watch(now)
        return len(queries)

    record_event("probe")
    seal_here()
    now = lag.oldest_unsealed()
    few = asked()
    for number in range(30):
        record_event("probe", key=str(number))
    seal_here()
    assert asked() == few


def test_a_ledger_that_does_not_prove_itself_is_found_at_night_and_ends_once_it_does(cast):
    record_event("probe")
    seal_here()
    assert not prove_ledger().flaws
    LedgerHead.objects.update(size=F("size") + 1)
    assert prove_ledger().flaws
    assert "sealer's own count" in ControlFailure.objects.get().found
    LedgerHead.objects.update(size=LedgerEntry.objects.count())
    assert not prove_ledger().flaws
    assert found() == [("verification", "ended")]
    told = OutboxEntry.objects.filter(relation="event:ledger.verified").order_by("pk")
    assert [bool(entry.after["flaws"]) for entry in told] == [False, True, False]


# --- Settled by a person --------------------------------------------------------------------------


def test_a_person_says_cause_loss_decision_and_fix(cast):
    row = settle_failure(ended(), actor=cast.security_admin, **EXPLAINED)
    assert (row.status, row.settled_by, row.cause) == ("settled", cast.security_admin, "Because")


@pytest.mark.parametrize("left_out", EXPLANATIONS)
def test_none_of_the_four_may_be_left_out(cast, refuses, left_out):
    failure = ended()
    with refuses(ValidationError):
        settle_failure(failure, actor=cast.security_admin, **(EXPLAINED | {left_out: " "}))


def test_what_lasts_is_not_settled_nor_is_it_twice(cast, refuses):
    lasting = report_failure("sealer_late", "x")
    with refuses(Refused):
        settle_failure(lasting, actor=cast.security_admin, **EXPLAINED)
    settled = settle_failure(ended(), actor=cast.service_manager, **EXPLAINED)
    with refuses(Refused):
        settle_failure(settled, actor=cast.service_manager, **EXPLAINED)


def test_an_auditor_reads_and_settles_nothing(cast, refuses):
    failure = ended()
    with refuses(NotAllowed):
        settle_failure(failure, actor=cast.auditor, **EXPLAINED)
    with refuses(ControlFailure.DoesNotExist):
        settle_failure(failure, actor=cast.agent_l1, **EXPLAINED)


@pytest.mark.parametrize("left_out", EXPLANATIONS)
def test_the_database_wants_all_four_too(cast, left_out):
    failure = ended()
    said = dict.fromkeys(EXPLANATIONS, "'x'") | {left_out: "E' \\n'"}
    columns = ", ".join(f"{name} = {value}" for name, value in said.items())
    with pytest.raises(IntegrityError, match="settled_with_explanations"), transaction.atomic():
        connection.cursor().execute(
            f"UPDATE evidence_controlfailure SET status = 'settled', settled_at = now(),"
            f" settled_by_id = {cast.admin.pk}, {columns} WHERE id = {failure.pk}"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO evidence_controlfailure (kind, status, found, started_at, cause, missed,"
        " risk_decision, fix, version) SELECT kind, status, found, now(), '', '', '', '', 1"
        " FROM evidence_controlfailure",
        "UPDATE evidence_controlfailure SET status = 'ended'",
        "UPDATE evidence_controlfailure SET ended_at = now()",
        "UPDATE evidence_controlfailure SET status = 'ended', ended_at = '2020-01-01'",
        "UPDATE evidence_controlfailure SET settled_by_id = 1",
    ],
)
def test_the_database_keeps_one_open_and_its_times_in_order(cast, statement):
    report_failure("sealer_late", "x")
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_controlfailure SET cause = 'Another'",
        "UPDATE evidence_controlfailure SET status = 'ended', settled_at = NULL,"
        " settled_by_id = NULL",
        "UPDATE evidence_controlfailure SET found = 'Nothing'",
        "DELETE FROM evidence_controlfailure",
    ],
)
def test_the_database_keeps_what_was_settled(cast, statement):
    settle_failure(ended(), actor=cast.security_admin, **EXPLAINED)
    with pytest.raises(DatabaseError, match="stays as it was found"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("column", ["found = 'x'", "kind = 'unwitnessed'", "started_at = now()"])
def test_the_database_keeps_what_was_found(cast, column):
    report_failure("sealer_late", "late")
    with pytest.raises(DatabaseError, match="stays as it was found"), transaction.atomic():
        connection.cursor().execute(f"UPDATE evidence_controlfailure SET {column}")


# --- In the portal and by REST --------------------------------------------------------------------


@pytest.mark.parametrize("role", ["auditor", "security_admin", "service_manager"])
def test_those_who_watch_see_list_page_and_card(cast, client_of, role):
    failure = ended()
    browser = client_of(cast[role])
    assert failure.reference in browser.get(f"{LIST}?tab=all").content.decode()
    page = browser.get(f"{LIST}{failure.pk}/change/").content.decode()
    assert "entry 7: is missing" in page
    assert "Control failures" in browser.get("/?card=control_failures").content.decode()


@pytest.mark.parametrize("role", ["agent_l1", "admin", "cab_chair", "norole"])
def test_others_see_nothing_of_them(cast, client_of, role):
    failure = ended()
    browser = client_of(cast[role])
    assert browser.get(f"{LIST}{failure.pk}/change/").status_code == 404
    assert failure.reference not in browser.get(LIST).content.decode()


def test_the_dialog_asks_for_the_four_and_settles(cast, client_of):
    failure = ended()
    browser = client_of(cast.security_admin)
    dialog = browser.get(f"{LIST}{failure.pk}/action/settle/").content.decode()
    assert all(f'name="{name}"' in dialog for name in EXPLANATIONS)
    browser.post(f"{LIST}{failure.pk}/action/settle/", EXPLAINED)
    failure.refresh_from_db()
    assert failure.status == "settled"


def test_a_list_costs_the_same_for_one_and_for_three(cast, client_of):
    browser = client_of(cast.auditor)

    def asked():
        browser.get(f"{LIST}?tab=all")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{LIST}?tab=all")
        return len(queries)

    settle_failure(ended(), actor=cast.security_admin, **EXPLAINED)
    one = asked()
    for kind in ("reconciliation", "signer_late"):
        settle_failure(ended(kind), actor=cast.service_manager, **EXPLAINED)
    assert asked() == one


def test_rest_tells_and_settles(cast, api_of):
    failure = ended()
    url = f"/api/v1/control-failures/{failure.reference}/"
    told = api_of(cast.auditor).get(url).json()
    assert (told["kind"], told["status"], told["settled_by"]) == ("verification", "ended", None)
    answer = api_of(cast.security_admin).post(
        f"{url}transitions/", {"action": "settle", **EXPLAINED}
    )
    assert answer.status_code == 200
    assert answer.json()["settled_by"] == "security_admin"


def test_metrics_tell_of_the_ledger_in_constant_queries(cast, client):
    record_event("probe")
    seal_here()
    report_failure("verification", "x")
    text = client.get("/metrics").content.decode()
    size = LedgerHead.objects.get().size
    assert f"itsm_ledger_entries {float(size)}" in text
    assert "itsm_ledger_signed_entries 0.0" in text
    assert 'itsm_control_failures_open{kind="verification"} 1.0' in text
    assert 'itsm_control_failures_open{kind="sealer_late"} 0.0' in text
    assert "itsm_outbox_entries" in text
    assert "itsm_sealer_lag_seconds" in text
    assert "itsm_signer_lag_seconds" in text


def test_without_a_database_the_other_measures_are_there(client, monkeypatch, db):
    def down():
        raise OperationalError("no")

    monkeypatch.setattr(lag, "oldest_unsealed", down)
    text = client.get("/metrics").content.decode()
    assert "itsm_ledger_entries" not in text
    assert "django_http_requests" in text
