"""Account adjustments: maker and checker, limits, once; and what the database itself refuses."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents.models import AccountAdjustment
from incidents.services.requests import adjusting, progress
from notifications.audience import may_be_told
from notifications.enums import MessageKind
from notifications.models import Message
from people.services import create_account, grant_role
from tests.incidents.asking import a_limit, a_request, an_adjustment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits(cast):
    a_limit("team_lead", "2000")
    a_limit("service_manager", "50000")


def approved(cast, **given):
    return adjusting.approve_adjustment(an_adjustment(cast, **given), actor=cast.team_lead)


def sql(statement, *values):
    """Past all services, as somebody with the database's own client would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_one_makes_another_checks_and_it_is_applied_once(cast):
    row = approved(cast)
    assert (row.status, row.checked_by) == ("approved", cast.team_lead)
    row = adjusting.apply_adjustment(row, actor=cast.agent_l1, ledger_reference="GL-77")
    again = adjusting.apply_adjustment(row, actor=cast.agent_l2, ledger_reference="GL-77")
    assert (again.applied_by, again.applied_at) == (cast.agent_l1, row.applied_at)
    with pytest.raises(Refused), transaction.atomic():
        adjusting.apply_adjustment(row, actor=cast.agent_l1, ledger_reference="GL-78")


def test_another_adjustment_is_not_applied_by_the_same_entry(cast, refuses):
    adjusting.apply_adjustment(approved(cast), actor=cast.agent_l1, ledger_reference="GL-77")
    other = approved(cast)
    with refuses(ValidationError, "Another adjustment"):
        adjusting.apply_adjustment(other, actor=cast.agent_l1, ledger_reference="GL-77")


def test_its_maker_does_not_check_it_by_whatever_account(cast, refuses):
    lead = cast.team_lead
    other = create_account(
        actor=None, username="lead.second", email="l2@x.example", person=lead.person
    )
    grant_role(other, "team_lead", actor=None, reason="Second account", country="MX")
    request = a_request(cast, kind="account_adjustment")
    row = adjusting.propose_adjustment(
        request, actor=lead, effect="debit", amount=Decimal(10), currency="MXN",
        account="1", reason="x",
    )  # fmt: skip
    for checker in (lead, other):
        with refuses(Refused, "somebody else has to check it"):
            adjusting.approve_adjustment(row, actor=checker)
    assert not AccountAdjustment.objects.to_check_by(other).exists()
    assert list(AccountAdjustment.objects.to_check_by(cast.service_manager)) == [row]
    for checker in (lead, other):
        with pytest.raises(DatabaseError, match=r"two persons|maker_is_not_checker"):
            sql(
                "UPDATE incidents_accountadjustment SET status = 'approved', checked_by_id = %s,"
                " checked_at = now() WHERE id = %s", checker.pk, row.pk,
            )  # fmt: skip


def test_over_the_limit_it_asks_for_a_role_with_a_higher_one(cast, refuses):
    row = an_adjustment(cast, "2000.01")
    with refuses(Refused, r"over your limit of 2,000.00 MXN.*manager \(up to 50,000.00\)"):
        adjusting.approve_adjustment(row, actor=cast.team_lead)
    with pytest.raises(DatabaseError, match="over the limits"):
        sql(
            "UPDATE incidents_accountadjustment SET status = 'approved', checked_by_id = %s,"
            " checked_at = now() WHERE id = %s", cast.team_lead.pk, row.pk,
        )  # fmt: skip
    assert adjusting.approve_adjustment(row, actor=cast.service_manager).status == "approved"


def test_without_a_limit_in_its_currency_nobody_approves(cast, refuses):
    row = an_adjustment(cast, "1", currency="COP")
    with refuses(Refused, "over every limit in COP"):
        adjusting.approve_adjustment(row, actor=cast.service_manager)


def test_agents_check_nothing(cast, refuses):
    row = an_adjustment(cast)
    with refuses(NotAllowed):
        adjusting.approve_adjustment(row, actor=cast.agent_l2)


@pytest.mark.parametrize(
    "change", [{"amount": Decimal(900)}, {"currency": "USD"}, {"account": "9"}]
)
def test_altering_voids_the_approval(cast, change):
    row = adjusting.alter_adjustment(
        approved(cast), actor=cast.agent_l2, note="as the bank says", **change
    )
    assert (row.status, row.checked_by, row.checked_at) == ("proposed", None, None)
    assert row.made_by == cast.agent_l2


@pytest.mark.parametrize(
    "alteration", ["amount = 9", "currency = 'USD'", "account = '9'", "made_by_id = checked_by_id"]
)
def test_the_database_refuses_altering_after_approval(cast, alteration):
    row = approved(cast)
    with pytest.raises(DatabaseError):
        sql(f"UPDATE incidents_accountadjustment SET {alteration} WHERE id = %s", row.pk)
    row.refresh_from_db()
    assert (row.status, str(row.amount), row.account) == ("approved", "1500.5000", "0123-MX-77")


def test_the_database_keeps_what_was_decided(cast):
    rejected = adjusting.reject_adjustment(an_adjustment(cast), actor=cast.team_lead, note="no")
    for statement in (
        "DELETE FROM incidents_accountadjustment WHERE id = %s",
        "UPDATE incidents_accountadjustment SET status = 'proposed', checked_by_id = NULL,"
        " checked_at = NULL WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="adjustment_refused"):
            sql(statement, rejected.pk)
    waiting = an_adjustment(cast)
    with pytest.raises(DatabaseError):
        sql(
            "UPDATE incidents_accountadjustment SET status = 'applied', applied_by_id = made_by_id,"
            " applied_at = now(), ledger_reference = 'x' WHERE id = %s", waiting.pk,
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="begins by being proposed"):
        sql(
            "INSERT INTO incidents_accountadjustment (request_id, effect, amount, currency,"
            " account, reason, status, made_by_id, made_at, checked_by_id, checked_at, check_note,"
            " ledger_reference, version) VALUES (%s, 'credit', 1, 'MXN', '1', 'x', 'approved', %s,"
            " now(), %s, now(), '', '', 1)",
            waiting.request_id, cast.agent_l1.pk, cast.team_lead.pk,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"amount": Decimal(0)}, "above zero"),
        ({"amount": Decimal(-1)}, "above zero"),
        ({"amount": Decimal("0.001")}, "finer than"),
        ({"amount": Decimal("10.5"), "currency": "CLP"}, "finer than"),
        ({"currency": "XXX"}, "ISO 4217"),
        ({"amount": Decimal(10) ** 15}, "digits"),
    ],
)
def test_bad_sums_are_refused(cast, refuses, facts, text):
    request = a_request(cast, kind="account_adjustment")
    facts = {"effect": "credit", "amount": Decimal(1), "currency": "MXN"} | facts
    with refuses(ValidationError, text):
        adjusting.propose_adjustment(request, actor=cast.agent_l1, account="1", reason="x", **facts)


def test_card_numbers_never_stand_as_an_account(cast):
    assert an_adjustment(cast, account="4111111111111111").account == "411111XXXXXX1111"


def test_one_open_adjustment_for_a_request_and_none_for_others(cast, refuses):
    row = an_adjustment(cast)
    with refuses(Refused, "open account adjustment already"):
        an_adjustment(cast, request=row.request)
    enquiry = a_request(cast, kind="enquiry")
    with refuses(Refused, "no request for an account adjustment"):
        an_adjustment(cast, request=enquiry)


def test_a_request_is_not_over_while_money_waits(cast, refuses):
    row = approved(cast)
    request = progress.start_request(row.request, actor=cast.agent_l1)
    with refuses(Refused, "neither applied nor rejected nor withdrawn"):
        progress.resolve_request(
            request, actor=cast.agent_l1, outcome="fulfilled", resolution="done"
        )
    adjusting.withdraw_adjustment(row, actor=cast.agent_l1, note="not wanted")
    done = progress.resolve_request(
        request, actor=cast.agent_l1, outcome="withdrawn", resolution="They took it back"
    )
    assert done.status == "resolved"


def test_who_read_an_older_version_does_not_approve_the_newer(cast):
    row = an_adjustment(cast)
    adjusting.alter_adjustment(row, actor=cast.agent_l2, note="more", amount=Decimal(1999))
    with pytest.raises(Stale), transaction.atomic():
        adjusting.approve_adjustment(row, actor=cast.team_lead, version=row.version)


def test_the_timeline_of_its_request_tells_of_it(cast, api_of):
    row = approved(cast)
    path = f"/api/v1/requests/{row.request.reference}/timeline/?kind=change"
    told = str(api_of(cast.agent_l1).get(path).json())
    assert f"{row.reference} 1,500.50 MXN · Approved, not yet applied" in told


def test_the_portal_and_the_api_check_alike(cast, api_of, client_of):
    row = an_adjustment(cast)
    page = f"/incidents/accountadjustment/{row.pk}/change/"
    assert "1,500.50 MXN" in client_of(cast.team_lead).get(page).text
    assert client_of(cast.outsider).get(page).status_code == 404
    path = f"/api/v1/account-adjustments/{row.reference}/"
    assert api_of(cast.agent_l1).get(path).json()["sum"] == {"amount": "1500.50", "currency": "MXN"}
    refused = api_of(cast.agent_l1).post(f"{path}transitions/", {"action": "approve"}, "json")
    assert refused.status_code == 403
    done = api_of(cast.team_lead).post(f"{path}transitions/", {"action": "approve"}, "json")
    assert (done.status_code, done.json()["checked_by"]) == (200, "team_lead")
    assert client_of(cast.team_lead).get("/incidents/accountadjustment/").status_code == 200


def test_limits_are_kept_by_the_administrator_and_tracked(cast, client_of):
    browser = client_of(cast.admin)
    facts = {"role": "team_lead", "currency": "USD", "amount": "100"}
    assert browser.post("/incidents/adjustmentlimit/add/", facts).status_code == 302
    assert "already" in browser.post("/incidents/adjustmentlimit/add/", facts).text
    assert client_of(cast.team_lead).get("/incidents/adjustmentlimit/").status_code == 200
    assert client_of(cast.team_lead).get("/incidents/adjustmentlimit/add/").status_code == 403


# --- Who hears ----------------------------------------------------------------------------------


def heard():
    told = Message.objects.filter(kind=MessageKind.ADJUSTMENT_PROPOSED).order_by("pk")
    return sorted(message.recipient.username for message in told)


def test_whoever_may_approve_it_hears_that_it_waits(cast):
    row = an_adjustment(cast)
    assert heard() == ["service_manager", "team_lead"]
    message = Message.objects.filter(kind=MessageKind.ADJUSTMENT_PROPOSED).first()
    assert message.context["title"] == f"1,500.50 MXN · {row.request.title}"
    assert message.context["path"] == f"/incidents/accountadjustment/{row.pk}/change/"
    assert may_be_told(cast.team_lead, row.reference)
    assert not may_be_told(cast.outsider, row.reference)


def test_who_is_not_allowed_the_amount_does_not_hear(cast):
    an_adjustment(cast, "2000.01")
    assert heard() == ["service_manager"]


def test_its_maker_does_not_hear_by_whatever_account(cast):
    lead = cast.team_lead
    other = create_account(
        actor=None, username="lead.second", email="l2@x.example", person=lead.person
    )
    grant_role(other, "team_lead", actor=None, reason="Second account", country="MX")
    adjusting.propose_adjustment(
        a_request(cast, kind="account_adjustment"), actor=lead, effect="debit",
        amount=Decimal(10), currency="MXN", account="1", reason="x",
    )  # fmt: skip
    assert heard() == ["service_manager"]


def test_what_is_altered_waits_anew(cast):
    row = approved(cast)
    adjusting.alter_adjustment(row, actor=cast.agent_l1, note="typo", amount=Decimal(1400))
    assert heard() == ["service_manager", "service_manager", "team_lead", "team_lead"]
