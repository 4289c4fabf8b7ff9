"""The pages and the REST of attestations and matrices: who sees what, what is refused."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from tests.factories import a_vendor
from tests.vendors.attested import a_matrix, accepted, received, told
from vendors import services
from vendors.models import Attestation, ResponsibilityMatrix

pytestmark = pytest.mark.django_db
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver2", "team_lead"}
ATTESTATIONS, MATRICES = "/api/v1/attestations/", "/api/v1/responsibility-matrices/"


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX", could_affect_security=True, data_access="cardholder")


@pytest.fixture
def attestation(cast, vendor):
    return received(cast, vendor)


@pytest.fixture
def matrix(cast, vendor):
    return a_matrix(cast, vendor)


def page_of(row):
    return f"/vendors/{row._meta.model_name}/{row.pk}/change/"


def act(browser, row, action, **answers):
    version = type(row).objects.get(pk=row.pk).version
    url = f"/vendors/{row._meta.model_name}/{row.pk}/action/{action}/"
    return browser.post(url, {"version": version, **answers})


def offered(browser, row, *words):
    text = browser.get(page_of(row)).content.decode()
    return {word for word in words if f"/action/{word}/" in text}


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin", "requester"])
def test_pages_open_for_those_who_read_about_vendors(cast, client_of, attestation, matrix, who):
    browser = client_of(getattr(cast, who))
    paths = ("/vendors/attestation/", page_of(attestation), page_of(matrix))
    found = [browser.get(path).status_code for path in (*paths, "/vendors/responsibilitymatrix/")]
    if who in READERS:
        assert found == [200] * 4
    else:
        assert set(found) <= {403, 404}


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin", "requester"])
def test_rest_opens_for_the_same_people(cast, api_of, attestation, matrix, who):
    api = api_of(getattr(cast, who))
    found = [
        api.get(f"{ATTESTATIONS}{attestation.reference}/{part}").status_code
        for part in ("", "documents/", "exceptions/", "user-controls/", "history/", "transitions/")
    ]
    found += [
        api.get(f"{MATRICES}{matrix.reference}/{part}").status_code
        for part in ("", "lines/", "documents/", "history/", "transitions/")
    ]
    assert set(found) == ({200} if who in READERS else {404})


def test_vendors_of_other_countries_stay_hidden(cast, api_of, client_of, attestation, matrix):
    """vendor_manager looks after Mexico; a CAB member sees every vendor."""
    vendor = attestation.vendor
    type(vendor).objects.filter(pk=vendor.pk).update(country="CO")
    manager, board = api_of(cast.vendor_manager), api_of(cast.approver2)
    for address, row in ((ATTESTATIONS, attestation), (MATRICES, matrix)):
        assert manager.get(f"{address}{row.reference}/").status_code == 404
        assert manager.get(address).json()["results"] == []
        assert board.get(f"{address}{row.reference}/").status_code == 200
        assert client_of(cast.vendor_manager).get(page_of(row)).status_code == 404
    assert manager.post(ATTESTATIONS, facts(vendor), format="json").status_code == 400


def facts(vendor, **given):
    said = {key: str(value) for key, value in told().items()}
    return {"vendor": vendor.reference, **said, **given}


def test_a_vendor_s_page_tells_what_it_must_have_and_leads_on(
    cast, client_of, vendor, attestation, matrix
):
    page = client_of(cast.vendor_manager).get(page_of(vendor)).content.decode()
    assert attestation.reference in page
    assert matrix.reference in page
    assert f"/vendors/attestation/add/?vendor={vendor.pk}" in page
    assert "/action/add_required_attestation/" in page
    assert "/vendors/responsibilitymatrix/add/" not in page  # one is being drafted
    seen = client_of(cast.auditor).get(page_of(vendor)).content.decode()
    assert attestation.reference in seen
    assert "/vendors/attestation/add/" not in seen
    hidden = client_of(cast.agent_l1).get(page_of(vendor)).content.decode()
    assert attestation.reference not in hidden
    assert matrix.reference not in hidden


def test_an_attestation_goes_its_way_in_the_portal(cast, client_of, vendor):
    browser = client_of(cast.vendor_manager)
    assert browser.get(f"/vendors/attestation/add/?vendor={vendor.pk}").status_code == 200
    said = {key: str(value) for key, value in told().items()}
    made = browser.post(
        "/vendors/attestation/add/", {"vendor": vendor.pk, "requirements": "3, 12.8.5", **said}
    )
    assert made.status_code == 302, made.content.decode()
    row = Attestation.objects.get()
    assert (row.vendor, row.requirements) == (vendor, ["3", "12.8.5"])
    file = SimpleUploadedFile("aoc.txt", b"Compliant", "text/plain")
    assert act(browser, row, "attach", name="AOC", file=file).status_code == 302
    assert act(browser, row, "note_exception", text="One leaver").status_code == 302
    one = row.exceptions.get()
    assessed = act(
        browser,
        row,
        "assess_exception",
        exception=one.pk,
        treatment="mitigated",
        assessment="Ours left",
    )
    assert assessed.status_code == 302
    assert act(browser, row, "map_control", text="MFA", control="PCI-6.5.1").status_code == 302
    edited = browser.post(
        page_of(row), {**said, "requirements": "3", "assessor": "Other QSA", "version": 1}
    )
    assert edited.status_code == 302, edited.content.decode()
    words = ("accept", "accept_with_gaps", "reject", "attach", "note_exception")
    assert offered(browser, row, *words) == {"attach", "note_exception"}
    reviewer = client_of(cast.approver2)
    assert offered(reviewer, row, *words) == {"accept", "accept_with_gaps", "reject"}
    assert offered(client_of(cast.auditor), row, *words) == set()
    assert act(browser, row, "accept", note="").status_code == 404
    assert act(client_of(cast.finance), row, "accept", note="").status_code == 409
    assert act(reviewer, row, "accept", note="").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.assessor, row.requirements) == ("accepted", "Other QSA", ["3"])
    assert offered(reviewer, row, *words) == set()
    document = browser.get(f"/vendors/attestation/{row.pk}/documents/{row.documents.get().pk}/")
    assert document.getvalue() == b"Compliant"
    hidden = client_of(cast.agent_l1).get(
        f"/vendors/attestation/{row.pk}/documents/{row.documents.get().pk}/"
    )
    assert hidden.status_code in (403, 404)


@pytest.mark.parametrize(
    ("action", "answers"),
    [
        ("note_exception", {"text": " "}),
        ("note_exception", {"text": "x", "treatment": "forgotten"}),
        ("note_exception", {"text": "x", "treatment": "mitigated"}),
        ("assess_exception", {"exception": 0, "treatment": "mitigated", "assessment": "x"}),
        ("map_control", {"text": "x"}),
        ("map_control", {"text": "x", "control": "PCI-99"}),
        ("attach", {"name": "AOC"}),
    ],
)
def test_bad_answers_change_nothing(cast, client_of, attestation, action, answers):
    browser = client_of(cast.vendor_manager)
    assert act(browser, attestation, action, **answers).status_code == 400
    assert not attestation.exceptions.exists()
    assert not attestation.user_controls.exists()
    assert attestation.documents.count() == 1


def test_a_matrix_goes_its_way_in_the_portal(cast, client_of, vendor):
    browser = client_of(cast.vendor_manager)
    made = browser.post(
        "/vendors/responsibilitymatrix/add/", {"vendor": vendor.pk, "scope": "Switching"}
    )
    assert made.status_code == 302, made.content.decode()
    row = ResponsibilityMatrix.objects.get()
    line = {"requirement": "PCI 3.5", "title_of_it": "Keys", "who": "vendor"}
    assert act(browser, row, "set_line", **line).status_code == 400
    assert act(browser, row, "set_line", **line, how="HSM").status_code == 302
    assert act(browser, row, "set_line", requirement="PCI 9").status_code == 302
    reviewer = client_of(cast.approver2)
    agreed = {"representative": "Ana Prado", "note": ""}
    assert act(reviewer, row, "agree", **agreed).status_code == 409
    assert act(browser, row, "remove_line", requirement="PCI 9").status_code == 302
    assert act(browser, row, "agree", **agreed).status_code == 409
    assert offered(reviewer, row, "agree", "set_line") == {"agree"}
    assert act(reviewer, row, "agree", **agreed).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.lines.get().title) == ("agreed", "Keys")
    assert offered(browser, row, "agree", "set_line", "attach") == set()


# --- REST -----------------------------------------------------------------------------------------


def take(api, url, action, **data):
    return api.post(f"{url}transitions/", {"action": action, **data})


def test_an_attestation_goes_its_way_by_rest(cast, api_of, vendor):
    manager, reviewer = api_of(cast.vendor_manager), api_of(cast.approver2)
    made = manager.post(ATTESTATIONS, facts(vendor, requirements=["12.8"]), format="json")
    assert made.status_code == 201, made.json()
    url = f"{ATTESTATIONS}{made.json()['reference']}/"
    file = SimpleUploadedFile("aoc.txt", b"Compliant", "text/plain")
    kept = manager.post(f"{url}documents/", {"title": "AOC", "file": file}, format="multipart")
    assert kept.status_code == 201, kept.json()
    assert take(manager, url, "note_exception", text="x").status_code == 200
    one = manager.get(f"{url}exceptions/").json()[0]
    assert take(reviewer, url, "accept").status_code == 409
    assert take(reviewer, url, "note_exception", text="y").status_code == 403
    assessed = {"exception": one["id"], "treatment": "accepted", "assessment": "Not ours"}
    assert take(manager, url, "assess_exception", **assessed).status_code == 200
    assert take(manager, url, "accept").status_code in (403, 409)
    done = take(reviewer, url, "accept_with_gaps", note="No call centre", coverage="partly")
    assert done.status_code == 200, done.json()
    shown = manager.get(url).json()
    assert (shown["status"], shown["coverage"], shown["is_expired"], shown["requirements"]) == (
        *("with_gaps", "partly"),
        *(False, ["12.8"]),
    )
    needs = manager.get(f"/api/v1/vendors/{vendor.reference}/required-attestations/").json()
    assert needs == [
        {
            "kinds": ["pci_aoc", "soc2_type1", "soc2_type2"],
            "held": shown["reference"],
            "is_current": True,
        }
    ]
    history = api_of(cast.auditor).get(f"{url}history/").json()
    assert any("No call centre" in str(entry) for entry in history)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "soc3"},
        {"issued_on": "yesterday"},
        {"expires_on": "2001-01-01"},
        {"requirements": ["13.1"]},
        {"requirements": "12"},
        {"opinion": "unqualified"},
        {"status": "accepted"},
        {"vendor": "VND-999999"},
        {"services": ""},
        {"assessor": "x" * 151},
    ],
)
def test_bad_input_is_refused_by_name(cast, api_of, vendor, wrong):
    data = facts(vendor) | wrong
    assert api_of(cast.vendor_manager).post(ATTESTATIONS, data, format="json").status_code == 400
    assert not Attestation.objects.exists()


def test_lists_are_filtered_and_ordered(cast, api_of, vendor):
    today = timezone.localdate()
    current = accepted(cast, vendor, expires_on=today + timedelta(days=20))
    dates = {
        "issued_on": today - timedelta(days=400),
        "expires_on": today - timedelta(days=1),
    }
    expired = received(cast, vendor, **told(**dates))
    api = api_of(cast.vendor_manager)

    def found(**query):
        answer = api.get(ATTESTATIONS, query)
        assert answer.status_code == 200, answer.json()
        return [row["reference"] for row in answer.json()["results"]]

    assert found(current="true") == [current.reference]
    assert found(current="false") == found(expired="true") == [expired.reference]
    assert found(status="received,rejected") == [expired.reference]
    assert found(kind="soc1") == []
    assert found(vendor=vendor.reference, ordering="expires_on") == [
        expired.reference,
        current.reference,
    ]
    assert api.get(ATTESTATIONS, {"kind": "soc3"}).status_code == 400


def test_a_matrix_goes_its_way_by_rest(cast, api_of, vendor):
    manager, reviewer = api_of(cast.vendor_manager), api_of(cast.approver2)
    made = manager.post(MATRICES, {"vendor": vendor.reference, "scope": "Switching"})
    assert made.status_code == 201, made.json()
    url = f"{MATRICES}{made.json()['reference']}/"
    lines = [
        {"requirement": "PCI 3.5", "title": "Keys", "who": "vendor", "how": "HSM"},
        {"requirement": "PCI 9.4"},
    ]
    put = manager.post(f"{url}lines/", {"lines": lines}, format="json")
    assert [line["who"] for line in put.json()] == ["vendor", ""]
    for wrong in (
        {"lines": [{"requirement": "PCI 1", "who": "us"}]},
        {"lines": [{"requirement": "PCI 1", "who": "them", "how": "x"}]},
        {"lines": [{"who": "us", "how": "x"}]},
        {"lines": "PCI 1"},
        {},
    ):
        assert manager.post(f"{url}lines/", wrong, format="json").status_code == 400, wrong
    assert reviewer.post(f"{url}lines/", {"lines": lines}, format="json").status_code == 403
    agreed = {"representative": "Ana Prado", "agreed_on": "2026-01-05"}
    assert take(reviewer, url, "agree", **agreed).status_code == 409
    taken = manager.post(f"{url}lines/remove/", {"requirement": "PCI 9.4"})
    assert [line["requirement"] for line in taken.json()] == ["PCI 3.5"]
    assert take(manager, url, "agree", **agreed).status_code == 409
    assert take(reviewer, url, "agree", representative="").status_code == 400
    done = take(reviewer, url, "agree", **agreed)
    assert (done.status_code, done.json()["status"]) == (200, "agreed")
    assert manager.post(f"{url}lines/", {"lines": lines}, format="json").status_code == 409
    version = manager.get(url)["ETag"]
    edited = manager.patch(url, {"scope": "All"}, headers={"If-Match": version})
    assert edited.status_code == 409


def test_pages_cost_the_same_for_many_rows(cast, client_of, vendor, attestation, matrix):
    browser = client_of(cast.vendor_manager)
    paths = (
        *("/vendors/attestation/", "/vendors/responsibilitymatrix/", page_of(attestation)),
        *(page_of(matrix), page_of(vendor)),
    )

    def cost(path):
        browser.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        return len(seen)

    manager = cast.vendor_manager
    services.note_exception(attestation, actor=manager, text="one")
    services.map_user_control(attestation, actor=manager, text="one", control="PCI-6.5.1")
    accepted(cast, vendor)
    before = [cost(path) for path in paths]
    for number in range(3):
        accepted(cast, vendor, expires_on=timezone.localdate() + timedelta(days=300 + number))
        services.note_exception(attestation, actor=manager, text="x")
        services.map_user_control(attestation, actor=manager, text="x", reason="y")
        a_matrix(cast, a_vendor(country="MX"), agreed=True)
        services.set_line(matrix, actor=manager, requirement=f"PCI {number}", who="us", how="x")
    assert [cost(path) for path in paths] == before


def test_auditors_find_what_lacks_or_has_expired(cast, vendor):
    today = timezone.localdate()
    type(vendor).objects.filter(pk=vendor.pk).update(engaged_on=date(2020, 1, 1))
    report = EXCEPTION_REPORTS["attestations_not_current"]

    def found(until):
        period = Period(until - timedelta(days=90), until + timedelta(days=1))
        return [str(one.text) for one in report.find(period, cast.auditor)]

    assert ["has no accepted attestation" in text for text in found(today)] == [True]
    accepted(cast, vendor)
    assert found(today) == []
    assert len(found(today - timedelta(days=30))) == 1
