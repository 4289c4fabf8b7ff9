"""Everything that an auditor opens is noted, once, and nothing of anybody else."""

import pytest

from audit.models import OutboxEntry
from evidence import services
from evidence.opened import PAGE, opened_in
from tests.evidence.audits import an_engagement, an_outside_auditor
from tests.factories import a_change
from tests.ledger import seal_here

pytestmark = pytest.mark.django_db


def noted() -> list[tuple[str, str]]:
    rows = OutboxEntry.objects.filter(relation="event:auditor.read").order_by("pk")
    return [(row.context["name"], row.key) for row in rows]


def test_a_record_that_an_auditor_opens_is_noted(cast, client_of, api_of):
    change = a_change(cast)
    auditor = an_outside_auditor(cast)
    an_engagement(cast, auditor)
    browser = client_of(auditor)
    assert browser.get(f"/changes/change/{change.pk}/change/").status_code == 200
    assert browser.get(f"/changes/change/{change.pk}/history/").status_code == 200
    program = api_of(auditor, scopes=["read"])
    assert program.get(f"/api/v1/changes/{change.reference}/").status_code == 200
    assert noted() == [
        (auditor.username, f"changes.change:{change.pk}"),
        (auditor.username, f"changes.change:{change.pk}"),
        (auditor.username, f"changes.change:{change.reference}"),
    ]


def test_lists_refusals_pieces_of_pages_and_other_people_are_not_noted(cast, client_of):
    change = a_change(cast)
    auditor = an_outside_auditor(cast)
    an_engagement(cast, auditor)
    browser = client_of(auditor)
    browser.get("/")
    browser.get("/changes/change/")
    browser.get(f"/changes/change/{change.pk}/timeline/")
    assert browser.get("/changes/change/999999/change/").status_code == 404
    client_of(cast.service_manager).get(f"/changes/change/{change.pk}/change/")
    assert noted() == []


def test_who_reads_as_no_auditor_pays_nothing(cast, client_of, django_assert_num_queries):
    change = a_change(cast)
    browser = client_of(cast.service_manager)
    page = f"/changes/change/{change.pk}/change/"
    browser.get(page)
    before = OutboxEntry.objects.count()
    browser.get(page)
    assert OutboxEntry.objects.count() == before


def test_the_engagement_shows_what_its_auditors_opened_and_nobody_elses(cast, client_of):
    change, other = a_change(cast), a_change(cast)
    auditor, stranger = an_outside_auditor(cast), an_outside_auditor(cast)
    engagement = an_engagement(cast, auditor)
    an_engagement(cast, stranger)
    client_of(auditor).get(f"/changes/change/{change.pk}/change/")
    client_of(auditor).get("/changes/change/?export=csv")
    client_of(stranger).get(f"/changes/change/{other.pk}/change/")
    seal_here()
    found, following = opened_in(engagement, cast.security_admin)
    assert following is None
    assert {row.who for row in found} == {auditor.username}
    assert [str(row.what) for row in found][-1] == f"Change {change.pk}"  # not theirs to see
    manager, _more = opened_in(engagement, cast.service_manager)
    assert change.reference in str(manager[-1].what)
    page = client_of(cast.service_manager).get(f"/evidence/engagement/{engagement.pk}/change/")
    assert change.reference in page.content.decode()


def test_pages_go_on_where_the_last_one_ended(cast, client_of):
    change = a_change(cast)
    auditor = an_outside_auditor(cast)
    engagement = an_engagement(cast, auditor)
    browser = client_of(auditor)
    for _nth in range(PAGE + 3):
        browser.get(f"/changes/change/{change.pk}/change/")
    seal_here()
    first, following = opened_in(engagement, cast.service_manager)
    second, end = opened_in(engagement, cast.service_manager, before=following)
    assert (len(first), len(second), end) == (PAGE, 3, None)


def test_reading_before_and_after_the_engagement_is_not_its_own(cast, client_of):
    change = a_change(cast)
    auditor = an_outside_auditor(cast)
    first = an_engagement(cast, auditor)
    client_of(auditor).get(f"/changes/change/{change.pk}/change/")
    services.end_engagement(first, actor=cast.security_admin, note="Over.")
    auditor._scope = None
    del auditor._scope
    second = an_engagement(cast, auditor)
    seal_here()
    assert len(opened_in(first, cast.security_admin)[0]) == 1
    assert opened_in(second, cast.security_admin)[0] == []
