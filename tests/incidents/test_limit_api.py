"""Limits of account adjustments by REST: the rules of the page, one version at a time."""

import pytest

from incidents.models import AdjustmentLimit
from tests.incidents.asking import a_limit

pytestmark = pytest.mark.django_db
LIMITS = "/api/v1/adjustment-limits/"
TOLD = {"role": "team_lead", "limit": {"amount": "100.50", "currency": "usd"}}


def kept():
    return list(AdjustmentLimit.objects.order_by("pk").values_list("role", "currency", "amount"))


def test_an_administrator_sets_and_alters_one(cast, api_of):
    api = api_of(cast.admin)
    made = api.post(LIMITS, TOLD, "json")
    assert made.status_code == 201, made.json()
    assert made.json()["limit"] == {"amount": "100.50", "currency": "USD"}
    url = f"{LIMITS}{made.json()['id']}/"
    assert api.patch(url, {"amount": "250"}, "json").status_code == 428
    altered = api.patch(url, {"amount": "250"}, "json", HTTP_IF_MATCH='"1"')
    assert altered.json()["limit"] == {"amount": "250.00", "currency": "USD"}
    assert api.patch(url, {"amount": "1"}, "json", HTTP_IF_MATCH='"1"').status_code == 412
    told = [line["changes"].get("amount") for line in api.get(f"{url}history/").json()]
    assert told[0] == ["100.5000", "250.0000"]
    assert api.get(f"{LIMITS}?role=team_lead").json()["results"] == [altered.json()]
    assert api.get(f"{LIMITS}?role=service_manager").json()["results"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "agent"},
        {"role": "nobody"},
        {"limit": {"amount": "1", "currency": "XQQ"}},
        {"limit": {"amount": "-1", "currency": "USD"}},
        {"limit": {"amount": "NaN", "currency": "USD"}},
        {"limit": {"amount": "0.001", "currency": "USD"}},
        {"limit": "100 USD"},
        {"other": 1},
    ],
)
def test_what_is_wrong_is_refused_and_nothing_kept(cast, api_of, wrong):
    assert api_of(cast.admin).post(LIMITS, TOLD | wrong, "json").status_code == 400
    assert kept() == []


def test_a_role_has_one_limit_in_a_currency(cast, api_of):
    a_limit("team_lead", "2000", "USD")
    before = kept()
    assert api_of(cast.admin).post(LIMITS, TOLD, "json").status_code == 400
    assert kept() == before


def test_who_checks_reads_them_and_sets_none(cast, api_of):
    row = a_limit("team_lead", "2000")
    lead = api_of(cast.team_lead)
    assert [one["id"] for one in lead.get(LIMITS).json()["results"]] == [row.pk]
    assert lead.post(LIMITS, TOLD, "json").status_code == 403
    refused = lead.patch(f"{LIMITS}{row.pk}/", {"amount": "9"}, "json", HTTP_IF_MATCH='"1"')
    assert refused.status_code == 403
    assert api_of(cast.norole).get(LIMITS).json()["results"] == []
    assert kept() == [("team_lead", "MXN", 2000)]
