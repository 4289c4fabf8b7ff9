"""Words that stand only in hidden records appear nowhere: every page and endpoint is tried.

Each hidden text holds a canary beside a word that is searched for, so that what an answer repeats
of the question is no finding. Addresses come from the resolver and from following every link.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from assets.services import add_dependency
from audit.models import LedgerEntry
from incidents import services
from integrations.models import Alert, AlertEvent
from integrations.services import add_source
from itsm.api import router
from notifications.models import Message
from people.services import add_to_team, found_team, grant_role, hire_person, mint_token
from records.enums import JobState
from records.models import CardNumberFinding, Job
from records.saved_views import save_view
from sla.client_services import add_client
from tests.factories import a_service, a_vendor, an_asset, an_incident
from tests.ledger import seal_here

pytestmark = pytest.mark.django_db

SOUGHT = "pepino"
OF_WORK, OF_ESTATE, OF_PEOPLE = "zanahoria", "betabel", "calabaza"
# Whose eyes the words must never meet.
HIDDEN_FROM = {
    "outsider": (OF_WORK, OF_ESTATE, OF_PEOPLE),
    "norole": (OF_WORK, OF_ESTATE, OF_PEOPLE),
    "hr_partner": (OF_WORK, OF_ESTATE),
    "vendor_manager": (OF_WORK, OF_ESTATE),
    "requester": (OF_WORK, OF_ESTATE),
    "approver": (OF_WORK,),
    "admin": (OF_WORK,),
}
PAGES_AT_MOST = 250
FILE = "incidents.incidentattachment"
_KEY = re.compile(r"<path:object_id>|<int:object_id>|\(\?P<\w+>.*?\)(?=/)")


@pytest.fixture
def hidden(cast: Any) -> dict[str, Any]:
    """One of everything in Mexico, full of canaries."""
    work, estate, people = (f"{word} {SOUGHT}" for word in (OF_WORK, OF_ESTATE, OF_PEOPLE))
    soon = timezone.now() + timedelta(days=1)
    service = a_service(
        cast, name=estate, label=OF_ESTATE, description=estate, owner_team=cast.payments_l2
    )
    asset = an_asset(cast, name=estate, owner_team=cast.payments_l2)
    dependency = add_dependency(actor=None, service=service, needs=asset, kind="runs_on")
    contact = {"name": people, "email": f"{OF_PEOPLE}@example.com", "phone": ""}
    client = add_client(actor=None, name=people, slug=OF_PEOPLE, country="MX", contacts=[contact])
    agent = cast.agent_l1
    incident = an_incident(
        cast, title=work, description=work, service=service, assets=[asset], client=client
    )
    other = an_incident(cast, title=work, service=service)
    services.start_incident(incident, actor=agent, note=work)
    comment = services.comment_on_incident(incident, actor=agent, text=work, is_internal=False)
    file = services.attach_to_incident(
        incident, actor=agent, name=f"{OF_WORK}.txt", data=work.encode()
    )
    services.mark_incident(
        incident, actor=agent, kind="investigated", at=timezone.now(), evidence=work
    )
    services.link_records(incident, "duplicate_of", other, actor=agent)
    services.watch_incident(incident, actor=agent)
    services.share_incident(incident, actor=cast.team_lead, user=cast.agent_l2, until=soon)
    services.override_priority(incident, actor=cast.team_lead, priority=1, reason=work)
    services.resolve_incident(incident, actor=agent, resolution_code="fixed", resolution=work)
    source = add_source(actor=None, name=people, kind="alertmanager", default_service=service)
    event = AlertEvent.objects.create(source=source, payload={"alerts": [people]}, sha256="0" * 64)
    alert = Alert.objects.create(
        incident=incident,
        source=source,
        fingerprint=OF_WORK,
        name=work,
        labels={"x": work},
        state="firing",
        starts_at=timezone.now(),
        first_event=event.pk,
        last_event=event.pk,
        last_received_at=timezone.now(),
    )
    team = found_team(actor=None, slug=OF_PEOPLE, name=people, tier="l1", subsidiary=cast.mx)
    person = hire_person(actor=None, full_name=people, subsidiary=cast.mx)
    add_to_team(person, team, actor=None)
    grant = grant_role(cast.agent_l1, "peer", actor=None, reason=people, team=team)
    token, _secret = mint_token(cast.agent_l1, actor=cast.agent_l1, name=people, scopes=["read"])
    view = save_view(
        actor=agent, list_name="incidents", name=people, query={"search": people}, is_shared=True
    )
    job = Job.objects.create(
        kind="test", state=JobState.DONE, params={"x": people}, result=people, created_by=agent
    )
    finding = CardNumberFinding.objects.create(where=people, count=1, reference=incident.reference)
    seal_here()
    found = (
        *(service, asset, dependency, client, incident, other, comment, file, source, event),
        *(alert, team, person, grant, token, view, job, finding, agent),
        Message.objects.filter(reference=incident.reference).first(),
        LedgerEntry.objects.filter(relation="incidents_incident").first(),
    )
    return {f"{row._meta.label_lower}:{row.pk}": row for row in found if row is not None}


def _row(hidden: dict[str, Any], label: str) -> Any:
    return next(row for key, row in hidden.items() if key.startswith(f"{label}:"))


def _patterns(patterns: Any, before: str = "") -> Iterator[str]:
    for entry in patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address
        else:
            yield from _patterns(entry.url_patterns, address)


def _addresses(hidden: dict[str, Any]) -> Iterator[str]:
    """Every address there is, filled with the keys of hidden records."""
    bases = {prefix: viewset for prefix, viewset, _basename in router.registry}
    for pattern in _patterns(get_resolver().url_patterns):
        plain = re.sub(r"[\^$]", "", pattern)
        if "logout" in plain or "(?P<url>" in plain:
            continue
        keys: list[Any] = [""]
        if resource := re.match(r"api/v1/([a-z-]+)/\(", plain):
            view = bases[resource[1]]
            model = view.queryset.model if hasattr(view, "queryset") else None  # no records
            keys = [getattr(r, view.lookup_field) for r in hidden.values() if type(r) is model]
        elif record := re.match(r"([a-z]+)/([a-z]+)/<", plain):
            label = f"{record[1]}.{record[2]}"
            keys = [row.pk for row in hidden.values() if row._meta.label_lower == label]
        for key in keys:
            address = re.sub(r"<slug:action>", "comment", plain)
            address = re.sub(r"<int:file_id>", str(_row(hidden, FILE).pk), address)
            address = re.sub(r"<int:token_id>", str(_row(hidden, "people.apitoken").pk), address)
            yield "/" + _KEY.sub(str(key), address)


def _questions(hidden: dict[str, Any]) -> Iterator[str]:
    """Lists narrowed by what is hidden: by words, by keys, counted."""
    for prefix, viewset, _basename in router.registry:
        yield f"/api/v1/{prefix}/?count=exact"
        if getattr(viewset, "is_searched", False):
            yield f"/api/v1/{prefix}/?search={SOUGHT}&count=exact"
    incident, service = _row(hidden, "incidents.incident"), _row(hidden, "assets.service")
    for name, value in {
        "service": service.reference,
        "asset": _row(hidden, "assets.asset").reference,
        "team": "payments-l1",
        "owner": "agent_l1",
        "client": OF_PEOPLE,
    }.items():
        yield f"/api/v1/incidents/?{name}={value}"
    yield f"/api/v1/alerts/?incident={incident.reference}"
    for model in (type(row) for row in hidden.values()):
        at = f"/{model._meta.app_label}/{model._meta.model_name}/"
        yield f"{at}?search={SOUGHT}"
        yield f"{at}?search={incident.reference}"
    yield "/incidents/incident/?tab=all"
    yield f"/incidents/incident/?tab=all&service={service.reference}"
    yield "/incidents/incident/?tab=all&team=payments-l1&owner=agent_l1"
    for asked in ("service", "team", "owner", "client", "vendor", "asset"):
        yield f"/incidents/incident/suggest/?filter={asked}&typed={SOUGHT}"
    yield "/audit/ledgerentry/?actor=agent_l1"
    for app, model, field in (
        *(("incidents", "incident", field) for field in ("assets", "client", "vendor", "service")),
        *(("assets", "dependency", field) for field in ("service", "asset", "needs")),
        ("assets", "asset", "vendor"),
        ("people", "user", "person"),
    ):
        where = f"app_label={app}&model_name={model}&field_name={field}"
        yield f"/autocomplete/?{where}&term={SOUGHT}"


def _links(page: str, text: str) -> Iterator[str]:
    for found in re.findall(r'(?:href|action|data-url)="([^"#]+)', text):
        to = urlsplit(urljoin(page, found.replace("&amp;", "&")))
        if not to.netloc and "/static/" not in to.path and "logout" not in to.path:
            yield to.path + (f"?{to.query}" if to.query else "")


def _crawl(browser: Any, start: list[str]) -> Iterator[tuple[str, str]]:
    """Every page reached from these, with its text; at most so many, forms of lists once."""
    waiting, seen = list(start), set(start)
    pages = 0
    while waiting and pages < PAGES_AT_MOST + len(start):
        page = waiting.pop(0)
        answer = browser.get(page)
        pages += 1
        assert answer.status_code < 500, page
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        told = text.decode(errors="replace")
        yield page, told + repr(dict(answer.headers))
        for link in _links(page, told) if "html" in answer.get("Content-Type", "") else ():
            if link not in seen:
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize("who", HIDDEN_FROM)
def test_no_page_and_no_endpoint_tells_a_word_of_hidden_records(
    cast: Any, client_of: Any, hidden: Any, who: str
) -> None:
    start = ["/", *_addresses(hidden), *_questions(hidden)]
    secret = [*HIDDEN_FROM[who], _row(hidden, FILE).sha256]
    found = {
        (page, word)
        for page, text in _crawl(client_of(cast[who]), start)
        for word in secret
        if word in _without_question(page, text).lower()
    }
    assert found == set()


def _without_question(page: str, text: str) -> str:
    """The answer without what it repeats of the address that was asked for."""
    for part in {page, page.replace("&", "&amp;"), *re.findall(r"[\w-]{4,}", page)}:
        text = text.replace(part, "")
    return text


@pytest.mark.parametrize("who", ["agent_l2", "auditor"])
def test_whoever_may_see_them_finds_the_words(
    cast: Any, client_of: Any, hidden: Any, who: str
) -> None:
    """What is looked for above is there to be found, and by these addresses."""
    browser = client_of(cast[who])
    told = {
        page: text.lower()
        for page, text in _crawl(browser, [*_addresses(hidden), *_questions(hidden)])
    }
    with_words = {page for page, text in told.items() if OF_WORK in text}
    incident = _row(hidden, "incidents.incident")
    for page in (
        f"/api/v1/incidents/{incident.reference}/",
        f"/api/v1/incidents/{incident.reference}/timeline/",
        f"/api/v1/incidents/?search={SOUGHT}&count=exact",
        f"/incidents/incident/{incident.pk}/change/",
        f"/incidents/incident/{incident.pk}/history/",
        f"/incidents/incident/?search={SOUGHT}",
        "/api/v1/alerts/",
        "/api/v1/attachments/",
    ):
        assert page in with_words, page


@pytest.mark.parametrize("who", ["outsider", "norole"])
def test_hidden_and_absent_are_the_same_answer(
    cast: Any, api_of: Any, hidden: Any, who: str
) -> None:
    """Neither status nor text tells a hidden record from one that never was."""
    program = api_of(cast[who])
    for prefix, viewset, _basename in router.registry:
        if not hasattr(viewset, "queryset"):  # the catalogue of controls holds no records
            continue
        rows = [r for r in hidden.values() if type(r) is viewset.queryset.model]
        field = viewset.lookup_field
        absent = "999999999" if field == "pk" else "XXX-999999"
        for row in rows:
            address = f"/api/v1/{prefix}/{{}}/"
            there = program.get(address.format(getattr(row, field)))
            assert there.status_code == 404, address
            assert there.json() == program.get(address.format(absent)).json()


def test_a_shared_incident_does_not_tell_of_those_it_is_linked_to(
    cast: Any, client_of: Any, api_of: Any
) -> None:
    shown = an_incident(cast, title="shown to one person")
    secret = an_incident(cast, title=f"{OF_WORK} one")
    back = an_incident(cast, title=f"{OF_WORK} two")
    services.link_records(shown, "related", secret, actor=cast.agent_l1)
    services.link_records(back, "related", shown, actor=cast.agent_l1)
    until = timezone.now() + timedelta(hours=1)
    services.share_incident(shown, actor=cast.team_lead, user=cast.outsider, until=until)
    browser, program = client_of(cast.outsider), api_of(cast.outsider)
    pages = [f"/incidents/incident/{shown.pk}/{page}/" for page in ("change", "history")]
    parts = ("", "links/", "timeline/", "history/", "comments/", "marks/")
    for answer in (
        *(browser.get(page) for page in pages),
        *(program.get(f"/api/v1/incidents/{shown.reference}/{part}") for part in parts),
    ):
        text = answer.content.decode()
        assert answer.status_code == 200
        for word in (OF_WORK, secret.reference, back.reference):
            assert word not in text
    assert [i["reference"] for i in program.get("/api/v1/incidents/").json()["results"]] == [
        shown.reference
    ]
    shown.shares.update(until=timezone.now())
    assert browser.get(pages[0]).status_code == 404
    assert program.get(f"/api/v1/incidents/{shown.reference}/").status_code == 404


@pytest.mark.parametrize("who", ["agent_l1", "outsider"])
def test_who_sees_vendors_names_sees_no_more_of_them_in_the_portal(
    cast: Any, client_of: Any, who: str
) -> None:
    vendor = a_vendor(name="Prosa", manager=cast.auditor, could_affect_security=True, country="GT")
    browser = client_of(cast[who])
    page = f"/vendors/vendor/{vendor.pk}/"
    for address in ("/vendors/vendor/", f"{page}change/"):
        text = browser.get(address).content.decode()
        assert "Prosa" in text
        for word in (
            "auditor",
            cast.auditor.get_full_name(),
            "Strategic",
            "Guatemala",
            "could_affect_security",
            "history/",
        ):
            assert word not in text, (address, word)
    assert browser.get(f"{page}history/").status_code == 404
    for question in ("tier=strategic", "country=GT", "status=active"):
        page_of_list = browser.get(f"/vendors/vendor/?{question}").context["list"]
        assert (page_of_list.query.filters, len(page_of_list.query.problems)) == ({}, 1)
    reader = client_of(cast.team_lead)
    assert cast.auditor.get_full_name() in reader.get(f"{page}change/").content.decode()
    assert reader.get(f"{page}history/").status_code == 200


def test_a_shared_view_reaches_colleagues_and_nobody_else(cast: Any, api_of: Any) -> None:
    save_view(actor=cast.agent_l1, list_name="incidents", name="ours", is_shared=True)
    counts = {
        who: len(api_of(cast[who]).get("/api/v1/saved-views/").json()["results"])
        for who in ("agent_l1", "agent_l2", "outsider", "norole")
    }
    assert counts == {"agent_l1": 1, "agent_l2": 1, "outsider": 0, "norole": 0}
