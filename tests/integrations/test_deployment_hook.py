"""The hook for deployments: signed, fresh, once; everything else is refused and nothing kept."""

import json
import time

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.models import Deployment, Finding
from integrations.deployments import SIGNATURE, TIMESTAMP, is_signed, signature_of, signing_secret
from integrations.keys import forget_keys
from integrations.models import AlertEvent
from integrations.services import revoke_key, rotate_key
from records.models import CardNumberFinding
from tests.changes.deployments import COMMIT, REPOSITORY, Deployer

pytestmark = pytest.mark.django_db


@pytest.fixture
def deployer(cast):
    return Deployer(cast)


def test_what_is_signed_is_kept(deployer):
    answer = deployer.post(deployer.told(change="chg-000042", digest="sha256:" + "a" * 64))
    row = Deployment.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"reference": row.reference, "delivery": "run-4711"},
    )
    assert (row.source, row.repository, row.commit, row.deployed_by, row.named_change) == (
        "CI of payments",
        REPOSITORY,
        COMMIT,
        "implementer",
        "CHG-000042",
    )


def test_the_same_delivery_twice_is_one_row(deployer):
    told = deployer.told()
    assert [deployer.post(told).status_code for _ in range(3)] == [201, 200, 200]
    assert Deployment.objects.count() == 1
    other = deployer.post(told | {"commit": "c" * 40})
    assert (other.status_code, other["content-type"]) == (409, "application/problem+json")
    assert Deployment.objects.get().commit == COMMIT


def test_without_a_name_the_facts_say_that_it_is_the_same(deployer):
    told = deployer.told()
    del told["id"]
    assert [deployer.post(told).status_code for _ in range(2)] == [201, 200]


def test_who_does_not_sign_is_refused_and_counted(deployer):
    body = json.dumps(deployer.told()).encode()
    old = str(int(time.time()) - 301)
    ahead = str(int(time.time()) + 301)
    other = signature_of("x" * 64, str(int(time.time())), body)
    attempts = [
        deployer.post(body, headers={SIGNATURE: other}),
        deployer.post(body, headers={SIGNATURE: ""}),
        deployer.post(body, headers={SIGNATURE: "sha256=é"}),
        deployer.post(body, headers={TIMESTAMP: ""}),
        deployer.post(body, headers={TIMESTAMP: "²"}),
        deployer.post(body, at=old),
        deployer.post(body, at=ahead),
    ]
    assert {answer.status_code for answer in attempts} == {401}
    assert {answer["content-type"] for answer in attempts} == {"application/problem+json"}
    deployer.key.refresh_from_db()
    assert deployer.key.refusals == len(attempts)
    assert deployer.key.refused_at is not None
    assert (Deployment.objects.count(), Finding.objects.count()) == (0, 0)


def test_a_signature_is_of_one_body_and_one_moment(deployer):
    first = json.dumps(deployer.told()).encode()
    at = str(int(time.time()))
    signed = {TIMESTAMP: at, SIGNATURE: signature_of(deployer.secret, at, first)}
    other = json.dumps(deployer.told(commit="d" * 40)).encode()
    assert deployer.post(other, headers=signed).status_code == 401
    assert deployer.post(first, headers=signed).status_code == 201


def test_a_former_key_of_the_installation_counts_while_it_is_listed(settings):
    body, at = b"{}", str(int(time.time()))
    signed = signature_of(signing_secret("address"), at, body)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
    assert not is_signed("address", at, signed, body)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert is_signed("address", at, signed, body)


def test_an_address_is_of_its_kind_and_ends_with_its_key(cast, deployer):
    assert deployer.post(deployer.told(), path="/hooks/deployments/nothing/").status_code == 404
    alerts = f"/hooks/alertmanager/{deployer.url_key}/"
    assert deployer.post(deployer.told(), path=alerts).status_code == 404
    revoke_key(deployer.key, actor=cast.admin)
    forget_keys()
    assert deployer.post(deployer.told()).status_code == 404
    assert Deployment.objects.count() == 0


def test_two_pairs_work_while_the_sender_is_switched_over(cast, deployer):
    _key, url_key, secret = rotate_key(deployer.source, actor=cast.admin)
    assert secret != deployer.secret
    assert deployer.post(deployer.told()).status_code == 201
    deployer.secret = secret
    path = f"/hooks/deployments/{url_key}"
    assert deployer.post(deployer.told(id="run-2"), path=path).status_code == 201


WRONG = {
    "no repository": {"repository": ""},
    "a repository with spaces": {"repository": "pay ments"},
    "a repository too long": {"repository": "r" * 201},
    "no commit": {"commit": "HEAD"},
    "a commit that may be a card number": {"commit": "4111111111111111"},
    "a list for a commit": {"commit": [COMMIT]},
    "an unknown environment": {"environment": "prod"},
    "nobody": {"actor": " "},
    "two lines of somebody": {"actor": "a\nb"},
    "a name too long": {"actor": "a" * 151},
    "no moment": {"deployed_at": "yesterday"},
    "a moment long ago": {"deployed_at": "2001-01-01T00:00:00Z"},
    "a moment to come": {"deployed_at": "2901-01-01T00:00:00Z"},
    "the first year": {"deployed_at": "0001-01-01T00:00:00+23:59"},
    "a digest of something": {"digest": "latest"},
    "a change that is none": {"change": "INC-000001"},
    "something unknown": {"status": "success"},
    "an id that is a number": {"id": 7},
}


@pytest.mark.parametrize("given_", WRONG.values(), ids=WRONG)
def test_wrong_facts_are_told_by_name_and_nothing_is_kept(deployer, given_):
    answer = deployer.post(deployer.told(**given_))
    assert (answer.status_code, answer["content-type"]) == (400, "application/problem+json")
    assert [error["field"].partition(".")[0] for error in answer.json()["errors"]] == list(given_)
    assert Deployment.objects.count() == 0


BODIES = {
    "nothing": (b"", 400),
    "no JSON": (b"{", 400),
    "a list": (b"[]", 400),
    "a number": (b"7", 400),
    "nothing told": (b"{}", 400),
    "NaN": (b'{"id": NaN}', 400),
    "no text": (b"\xff\xfe", 400),
    "too deep": (b"[" * 100_000, 400),
    "too large": (b" " * (1024 * 1024 + 1), 413),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_wrong_bodies_are_refused(deployer, body, status):
    answer = deployer.post(body)
    assert (answer.status_code, answer["content-type"]) == (status, "application/problem+json")
    assert Deployment.objects.count() == 0


def test_only_json_by_post(deployer):
    assert deployer.post(deployer.told(), content_type="text/plain").status_code == 415
    assert deployer._client.get(deployer.path).status_code == 405


def test_card_numbers_are_masked(deployer):
    answer = deployer.post(deployer.told(actor="4111 1111 1111 1111", id="5555555555554444"))
    row = Deployment.objects.get()
    assert answer.status_code == 201
    assert "1111 1111" not in row.deployed_by
    assert "5555555555554444" not in (row.delivery, answer.json()["delivery"])
    assert CardNumberFinding.objects.count() == 2


def test_nothing_of_it_is_an_alert(deployer):
    deployer.post(deployer.told())
    assert AlertEvent.objects.count() == 0


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
names = st.sampled_from(["id", "repository", "commit", "environment", "actor", "deployed_at"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names | st.sampled_from(["digest", "change"]), values))
def test_no_body_makes_it_stumble(deployer, told):
    whole = {**deployer.told(deployed_at=timezone.now().isoformat()), **told}
    assert deployer.post(json.dumps(whole).encode()).status_code in (200, 201, 400, 409)
