"""The list, the page and the dialogs of agreements."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Team
from sla.agreement_services import approve_version, draft_version
from sla.enums import AgreementKind, Metric
from sla.models import Agreement, AgreementVersion
from tests.factories import a_service, a_vendor, an_incident
from tests.people.working_calendars import a_calendar
from tests.sla.agreeing import HOUR, an_agreement, in_force

pytestmark = pytest.mark.django_db

LIST = reverse("admin:sla_agreement_changelist")


def page_of(row):
    return reverse("admin:sla_agreement_change", args=[row.pk])


def action_of(row, action):
    return reverse("admin:sla_agreement_action", args=[row.pk, action])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_list_says_with_whom_for_what_and_in_force_by_the_same_queries(
    cast, approver, client_of, tienda, django_assert_max_num_queries
):
    in_force(cast, approver, "gold", client=tienda, country="MX")
    client = client_of(cast.agent_l1)
    assert "Gold SLA Tienda Uno Mexico In force: version 1" in text_of(client.get(LIST))
    with django_assert_max_num_queries(40) as few:
        client.get(LIST)
    team = Team.objects.get(slug="payments-l1")
    in_force(cast, approver, "ola", kind=AgreementKind.OLA, team=team)
    an_agreement(cast, "uc", kind=AgreementKind.UC, vendor=a_vendor())
    with django_assert_max_num_queries(40) as many:
        page = text_of(client.get(LIST))
    assert len(few) == len(many)
    assert "Says nothing yet" in page
    narrowed = text_of(client.get(f"{LIST}?kind=ola&is_in_force=true"))
    assert ("Ola" in narrowed, "Gold" in narrowed) == (True, False)


def test_who_reads_agreements(cast, client_of, tienda):
    gold = an_agreement(cast, "gold", client=tienda)
    contract = an_agreement(cast, "uc", kind=AgreementKind.UC, vendor=a_vendor())
    for name in ("agent_l1", "team_lead", "vendor_manager", "auditor"):
        client = client_of(getattr(cast, name))
        assert client.get(page_of(contract)).status_code == 200
        assert "Draft a version" not in text_of(client.get(page_of(gold)))
        assert client.get(action_of(gold, "draft")).status_code == 404
    assert client_of(cast.outsider).get(page_of(gold)).status_code == 404
    assert client_of(cast.norole).get(page_of(contract)).status_code in (403, 404)


def test_the_page_tells_which_time_comes_from_where(cast, approver, client_of, tienda):
    parent = in_force(cast, approver, "everybody", hours=8)
    heir = in_force(
        cast,
        approver,
        "client",
        metric=Metric.RESTORE,
        client=tienda,
        parent=parent.agreement,
    )
    page = text_of(client_of(cast.agent_l1).get(page_of(heir.agreement)))
    assert "Restore 4 h 8 h – – –" in page
    assert "Resolve 8 h from Everybody 16 h from Everybody – – –" in page
    assert "around the clock" in page
    shown = text_of(client_of(cast.agent_l1).get(page_of(parent.agreement)))
    assert "Inherited by" in shown


def sent(agreement, **changed):
    told = {"version": agreement.version, "counts": ["team", "vendor", "none"]}
    return told | {f"targets-{key}": value for key, value in changed.items()}


def test_one_drafts_in_the_dialog_and_another_puts_it_into_force(cast, approver, client_of, tienda):
    agreement = an_agreement(cast, "gold", client=tienda)
    calendar = a_calendar(cast)
    client = client_of(cast.service_manager)
    assert 'name="targets-resolve-1"' in client.get(action_of(agreement, "draft")).content.decode()
    answer = client.post(
        action_of(agreement, "draft"),
        sent(agreement, **{"resolve-1": "4 h", "resolve-2": "PT8H", "acknowledge-1": "30 min"})
        | {"calendar": calendar.pk},
    )
    assert answer.status_code == 302, text_of(answer)
    version = AgreementVersion.objects.get()
    assert version.calendar == calendar
    assert {(t.metric, t.priority): t.target for t in version.targets.all()} == {
        ("resolve", 1): 4 * HOUR,
        ("resolve", 2): 8 * HOUR,
        ("acknowledge", 1): HOUR / 2,
    }
    page = text_of(client.get(page_of(agreement)))
    assert "Draft: version 1" in page
    agreement.refresh_from_db()
    own = client.get(action_of(agreement, "approve"))
    assert "Whoever drafted a version does not approve it" in text_of(own)
    refused = client.post(action_of(agreement, "approve"), {"version": agreement.version})
    assert refused.status_code == 403
    other = client_of(approver)
    an_incident(cast, client=tienda, impact=1, urgency=1, at=timezone.now() - timedelta(days=14))
    asked = text_of(other.get(action_of(agreement, "approve")))
    assert "The clocks of 1 open record would be re-targeted, 1 of them would become late." in asked
    done = other.post(action_of(agreement, "approve"), {"version": agreement.version})
    assert done.status_code == 302
    version.refresh_from_db()
    assert (version.status, version.approved_by) == ("active", approver)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "Resolve P1: “soon” is no length of time"),
        ("0 h", "Resolve P1: “0 h” is no time at all"),
        ("99999999 h", "Resolve P1: “99999999 h” is too long"),
    ],
)
def test_what_is_no_time_is_refused_and_stays_typed(cast, client_of, typed, said):
    agreement = an_agreement(cast, "gold")
    client = client_of(cast.service_manager)
    answer = client.post(
        action_of(agreement, "draft"), sent(agreement, **{"resolve-1": typed, "resolve-2": "4 h"})
    )
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert f'value="{typed}"' in answer.content.decode()
    assert not AgreementVersion.objects.exists()


def test_the_ambiguous_pair_is_named_on_the_page_and_refused(cast, approver, client_of, tienda):
    in_force(cast, approver, "in-mexico", client=tienda, country="MX")
    other = an_agreement(cast, "of-a-service", client=tienda, service=a_service(cast))
    draft_version(other, actor=cast.service_manager, targets={(Metric.RESOLVE, 1): HOUR})
    client = client_of(approver)
    named = "“Of-A-Service” and “In-Mexico” fit the same records and neither is the narrower one"
    assert named in text_of(client.get(page_of(other)))
    other.refresh_from_db()
    refused = client.post(action_of(other, "approve"), {"version": other.version})
    assert refused.status_code == 409
    assert named in text_of(refused)


def test_a_draft_is_discarded_and_what_was_in_force_stays(cast, approver, client_of):
    version = in_force(cast, approver, "gold")
    draft_version(version.agreement, actor=approver, targets={(Metric.RESOLVE, 1): HOUR})
    agreement = Agreement.objects.get()
    client = client_of(cast.service_manager)
    stale = client.post(action_of(agreement, "discard"), {"version": agreement.version - 1})
    assert stale.status_code == 409
    assert (
        client.post(action_of(agreement, "discard"), {"version": agreement.version}).status_code
        == 302
    )
    assert [v.status for v in agreement.versions.all()] == ["active"]


def test_a_new_agreement_by_the_form_and_only_its_name_once_it_was_in_force(
    cast, approver, client_of, tienda
):
    client = client_of(cast.service_manager)
    form = {"name": "Gold", "slug": "gold", "kind": "sla", "client": tienda.pk, "_save": "1"}
    missing = client.post(reverse("admin:sla_agreement_add"), form | {"kind": "ola", "client": ""})
    assert "An OLA names its team" in text_of(missing)
    assert client.post(reverse("admin:sla_agreement_add"), form).status_code == 302
    agreement = Agreement.objects.get()
    assert 'name="client"' in client.get(page_of(agreement) + "?edit=1").content.decode()
    draft = draft_version(
        agreement, actor=cast.service_manager, targets={(Metric.RESOLVE, 1): HOUR}
    )
    approve_version(draft, actor=approver)
    agreement.refresh_from_db()
    assert 'name="client"' not in client.get(page_of(agreement) + "?edit=1").content.decode()
    answer = client.post(
        page_of(agreement) + "?edit=1", {"name": "Oro", "version": agreement.version}
    )
    assert answer.status_code == 302
    agreement.refresh_from_db()
    assert (agreement.name, agreement.client) == ("Oro", tienda)


def test_a_month_is_asked_for_in_the_dialog(cast, approver, client_of):
    agreement = in_force(cast, approver, "gold").agreement
    client = client_of(cast.service_manager)
    refused = client.post(action_of(agreement, "freeze"), {"month": "2999-01"})
    assert refused.status_code == 400
    assert "This month is not over yet." in text_of(refused)
    assert client.post(action_of(agreement, "freeze"), {"month": "2025-10"}).status_code == 302
