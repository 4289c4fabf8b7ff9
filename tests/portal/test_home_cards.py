"""What each card of the home page says: read as data, before any template draws it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from audit.context import acting
from audit.models import OutboxEntry
from audit.services import record_event
from core.cards import Bars, Chart, Figures, Heat, Lines, Score
from core.dashboard import CARDS
from incidents import services
from integrations.models import AlertEvent, AlertSource
from itsm import home
from notifications.models import Message
from people.models import Presence, User
from people.roles import Role
from people.services import grant_role, mint_token
from records.models import CardNumberFinding, Job
from sla.services import set_mark
from tests.factories import a_change, a_service, a_vendor, an_incident, vote
from tests.incidents.asking import a_request, an_adjustment
from tests.ledger import seal_here

P1 = {"impact": 1, "urgency": 1}


def content(slug, user, now=None):
    return CARDS[slug].content(User.objects.get(pk=user.pk), now or timezone.now())


def part(slug, user, kind, place=0, now=None):
    return [p for p in content(slug, user, now).parts if isinstance(p, kind)][place]


def figures(slug, user):
    return {str(f.label): f.value for f in part(slug, user, Figures).items}


def lines(slug, user, place=0, now=None):
    return [line.reference or str(line.title) for line in part(slug, user, Lines, place, now).items]


def bars(slug, user):
    return {
        str(bar.label): {segment.short: segment.value for segment in bar.segments}
        for bar in part(slug, user, Bars).items
    }


# --- Work ---------------------------------------------------------------------------------------


def test_my_work_is_what_i_own_and_is_open_the_most_urgent_first(cast):
    low = an_incident(cast, "in_progress", impact=3, urgency=3)
    high = an_incident(cast, "in_progress", **P1)
    an_incident(cast, "resolved")
    an_incident(cast, "in_progress", actor=cast.agent_l2)
    assert lines("my_work", cast.agent_l1) == [high.reference, low.reference]
    assert figures("my_work", cast.agent_l1) == {"P1 Critical": 1, "P5 Planning": 1}


def test_who_owns_nothing_is_shown_where_work_is(cast):
    found = part("my_work", cast.agent_l1, Lines)
    assert str(found.nothing).startswith("You own no open incident")
    assert found.more.url == "/incidents/incident/?is_open=true&has_owner=false"


def test_more_than_fits_leads_to_the_list(cast):
    for _ in range(6):
        an_incident(cast, "in_progress")
    found = part("my_work", cast.agent_l1, Lines)
    assert len(found.items) == 5
    assert str(found.more.label) == "All 6 of mine"
    assert found.more.url == "/incidents/incident/?is_open=true&owner=me"


def test_without_an_owner_means_in_my_teams(cast):
    mine = an_incident(cast)
    an_incident(cast, service=a_service(cast, support_team=cast.payments_l2))
    assert lines("unowned", cast.agent_l1) == [mine.reference]
    assert len(lines("unowned", cast.service_manager)) == 2


def test_the_queue_counts_by_team_and_priority_and_says_what_nobody_has(cast):
    an_incident(cast, **P1)
    an_incident(cast, "in_progress")
    an_incident(cast, service=a_service(cast, support_team=cast.payments_l2))
    assert bars("queue", cast.agent_l1) == {"Payments, first line": {"P1": 1, "P3": 1}}
    assert set(bars("queue", cast.service_manager)) == {
        "Payments, first line",
        "Payments, second line",
    }
    (bar,) = part("queue", cast.agent_l1, Bars).items
    assert str(bar.note.label) == "1 without an owner"
    assert bar.segments[0].url == ("/incidents/incident/?is_open=true&team=payments-l1&priority=1")


def test_watched_are_open_ones_that_i_watch(cast):
    watched = an_incident(cast)
    services.watch_incident(watched, actor=cast.agent_l2)
    services.watch_incident(an_incident(cast, "resolved"), actor=cast.agent_l2)
    assert lines("watched", cast.agent_l2) == [watched.reference]
    assert lines("watched", cast.agent_l1) == []


def test_requests_are_mine_then_nobodys_in_my_teams(cast):
    nobodys = a_request(cast)
    mine = a_request(cast, "assigned", client=None)
    a_request(cast, "assigned", actor=cast.agent_l2)
    a_request(cast, "resolved")
    assert lines("requests", cast.agent_l1) == [mine.reference, nobodys.reference]
    assert figures("requests", cast.agent_l1) == {"Mine": 1, "Without an owner": 1, "Open": 3}
    assert lines("requests", cast.outsider) == []


def test_money_that_waits_for_my_check_is_shown_to_who_checks(cast):
    assert content("adjustments", cast.team_lead) is None
    row = an_adjustment(cast)
    assert lines("adjustments", cast.team_lead) == [row.reference]
    card = dict(home.cards_of(User.objects.get(pk=cast.agent_l1.pk)))
    assert "adjustments" not in card


def test_who_carries_what_and_what_came_back(cast):
    an_incident(cast)
    an_incident(cast, "in_progress", **P1)
    again = an_incident(cast, "resolved")
    services.reopen_incident(again, actor=cast.agent_l1, note="again")
    assert list(bars("team_load", cast.team_lead).items()) == [
        ("Nobody", {"P3": 1}),
        ("Alma Núñez", {"P1": 1, "P3": 1}),
    ]
    assert lines("team_load", cast.team_lead) == [again.reference]


# --- What presses -------------------------------------------------------------------------------


def _detected(incident, minutes_ago, now):
    set_mark(incident.life, "detected", at=now - timedelta(minutes=minutes_ago), actor=None)


def test_what_is_due_first_stands_first_and_late_ones_apart(cast):
    now = timezone.now()
    soon, sooner, late, forgotten = (an_incident(cast, **P1) for _ in range(4))
    for incident, minutes in ((soon, 1), (sooner, 4), (late, 20), (forgotten, 300)):
        _detected(incident, minutes, now)
    minor = an_incident(cast)
    _detected(minor, 20, now)
    assert lines("pressing", cast.agent_l1, 0, now) == [sooner.reference, soon.reference]
    assert lines("pressing", cast.agent_l1, 1, now) == [late.reference, forgotten.reference]
    assert figures("pressing", cast.agent_l1) == {
        "Open P1 and P2": 4,
        "of them for more than 24 h": 0,
    }


def test_a_minor_incident_presses_only_while_it_can_still_be_in_time(cast):
    now = timezone.now()
    minor = an_incident(cast)
    assert lines("pressing", cast.agent_l1, 0, now) == [minor.reference]
    assert lines("pressing", cast.agent_l1, 0, now + timedelta(minutes=11)) == []


def test_the_old_ones_among_the_urgent_are_counted(cast):
    an_incident(cast, **P1, at=timezone.now() - timedelta(hours=25))
    an_incident(cast, **P1)
    assert list(figures("pressing", cast.agent_l1).values()) == [2, 1]


# --- The mandate and the volume -----------------------------------------------------------------


def test_the_mandate_says_share_count_median_and_target_of_today_and_this_month(cast):
    now = timezone.now()
    good, bad = an_incident(cast, "resolved"), an_incident(cast, "resolved")
    for incident, seconds in ((good, 30), (bad, 90)):
        detected = incident.life.marks.current().get(kind="detected").at
        set_mark(incident.life, "started", at=detected - timedelta(seconds=seconds), actor=None)
    an_incident(cast, "cancelled")
    score = part("mandate", cast.agent_l1, Score, now=now + timedelta(seconds=5))
    today, month = score.periods
    assert (today.share, today.n, today.median, str(today.median_text)) == (50, 2, 60, "1 min")
    assert (month.share, month.n) == (50, 2)
    assert (score.target, score.target_text) == (60, "1 min")
    assert len(score.trend.labels) == 12
    assert score.trend.counts[-1] == 2
    assert "opened_at__gte=" in today.url


def test_the_mandate_counts_nobody_elses_incidents(cast):
    an_incident(cast, "resolved")
    assert part("mandate", cast.outsider, Score).periods[1].n == 0


def test_the_volume_counts_by_the_days_of_the_persons_own_zone(cast):
    zone = ZoneInfo("America/Mexico_City")
    now = timezone.now()
    evening = timezone.localtime(now, zone).replace(hour=23, minute=30) - timedelta(days=2)
    an_incident(cast, at=evening)
    with timezone.override(zone):
        chart = part("volume", cast.agent_l1, Chart, now=now)
        opened, resolved = chart.series
    assert opened.values[-3:] == (1, 0, 0)
    assert sum(resolved.values) == 0
    assert len(chart.labels) == 30


def test_the_hours_of_the_week_are_those_of_the_persons_own_zone(cast):
    zone = ZoneInfo("America/Mexico_City")
    at = timezone.localtime(timezone.now(), zone).replace(hour=23, minute=30) - timedelta(days=2)
    an_incident(cast, at=at)
    with timezone.override(zone):
        heat = part("hours", cast.agent_l1, Heat)
    cells = {(d, h): n for d, (_name, row) in enumerate(heat.rows) for h, n in enumerate(row) if n}
    assert cells == {(at.weekday(), 23): 1}


def test_services_are_ranked_by_what_came_in(cast):
    busy = a_service(cast, name="Busy")
    an_incident(cast, service=a_service(cast, name="Calm"))
    for _ in range(2):
        an_incident(cast, "resolved", service=busy)
    assert list(bars("services", cast.agent_l1).items()) == [
        ("Busy", {"P3": 2}),
        ("Calm", {"P3": 1}),
    ]


# --- Since you left -----------------------------------------------------------------------------


@pytest.fixture
def left(cast):
    """agent_l1 left an hour ago."""
    at = timezone.now() - timedelta(hours=1)
    Presence.objects.create(user=cast.agent_l1, seen_at=timezone.now(), left_at=at)
    return at


def test_news_are_urgent_ones_and_what_happened_to_what_i_follow(cast, left):
    an_incident(cast, **P1, at=left - timedelta(minutes=5), actor=cast.team_lead)
    urgent = an_incident(cast, **P1, actor=cast.team_lead)
    followed = an_incident(cast)
    services.watch_incident(followed, actor=cast.agent_l1)
    services.start_incident(followed, actor=cast.agent_l2)
    services.comment_on_incident(followed, actor=cast.agent_l2, text="looking")
    assert list(figures("news", cast.agent_l1).values()) == ["1", "1", "1", "0"]
    assert lines("news", cast.agent_l1) == [
        followed.reference,
        followed.reference,
        urgent.reference,
    ]


def test_what_i_did_myself_is_no_news(cast, left):
    mine = an_incident(cast, "in_progress", **P1)
    services.comment_on_incident(mine, actor=cast.agent_l1, text="looking")
    assert list(figures("news", cast.agent_l1).values()) == ["0", "0", "0", "0"]


def test_what_was_resolved_or_cancelled_for_me_is_news(cast, left):
    resolved, cancelled = an_incident(cast, "in_progress"), an_incident(cast, "in_progress")
    services.resolve_incident(
        resolved, actor=cast.agent_l2, resolution_code="fixed", resolution="Done."
    )
    services.cancel_incident(cancelled, actor=cast.agent_l2, note="no incident")
    assert figures("news", cast.agent_l1)["Status changes"] == "2"


def test_a_mention_is_news_where_one_may_still_see_it(cast, left):
    incident = an_incident(cast)
    services.comment_on_incident(incident, actor=cast.agent_l2, text="ask @agent_l1")
    assert figures("news", cast.agent_l1)["Mentions"] == "1"
    (line,) = part("news", cast.agent_l1, Lines).items
    assert line.url.startswith(f"/incidents/incident/{incident.pk}/change/#c-")
    Message.objects.update(recipient=cast.outsider)
    assert figures("news", cast.outsider)["Mentions"] == "0"


def test_who_was_never_seen_before_reads_of_the_last_day(cast):
    assert str(content("news", cast.agent_l1).note) == (
        "In the last 24 hours, on what you own or watch."
    )


# --- By service and vendor ----------------------------------------------------------------------


def test_own_services_show_how_each_is_those_in_trouble_first(cast):
    calm = a_service(cast, name="Calm")
    an_incident(cast, service=a_service(cast, name="Troubled"), **P1)
    a_service(cast, name="Not mine", owner_team=cast.wallet_co)
    assert list(bars("own_services", cast.service_owner).items()) == [
        ("Troubled", {"P1": 1}),
        ("Calm", {}),
    ]
    bar = part("own_services", cast.service_owner, Bars).items[1]
    assert bar.note.url == f"/assets/service/{calm.pk}/change/"


def _waits_for(cast, vendor):
    incident = an_incident(cast, "in_progress")
    return services.wait_for_vendor(incident, actor=cast.agent_l1, vendor=vendor, note="asked")


def test_vendors_are_those_one_looks_after(cast):
    mine = a_vendor(name="Mine", country="MX")
    incident = _waits_for(cast, mine)
    _waits_for(cast, a_vendor(name="Others", country="CO"))
    assert bars("vendors", cast.vendor_manager) == {"Mine": {"P3": 1}}
    assert figures("vendors", cast.vendor_manager) == {
        "Waiting for a vendor now": 1,
        "Opened this month": 1,
    }
    assert lines("waiting", cast.vendor_manager) == [incident.reference]
    assert lines("waiting", cast.finance) == [incident.reference]


def test_who_waits_the_longest_stands_first(cast):
    vendor = a_vendor(country="MX")
    first, second = _waits_for(cast, vendor), an_incident(cast, "in_progress")
    services.wait_for_vendor(second, actor=cast.agent_l1, vendor=vendor, note="asked")
    assert lines("waiting", cast.vendor_manager) == [first.reference, second.reference]


def test_those_who_vote_are_told_what_awaits_them(cast):
    assert lines("changes", cast.approver) == []
    a_change(cast, "awaiting_approval")
    asked = a_change(cast, "awaiting_approval", risk="medium")
    for name in ("peer", "service_owner"):
        vote(asked, cast[name])
    assert lines("changes", cast.approver) == [asked.reference]


def test_those_who_make_changes_see_their_own(cast):
    own = [a_change(cast).reference, a_change(cast, "scheduled").reference]
    a_change(cast, "closed")
    assert sorted(lines("changes", cast.requester)) == own


# --- Access, audit, the portal itself -----------------------------------------------------------


def test_grants_that_began_or_will_end(cast):
    soon = timezone.now() + timedelta(days=3)
    grant_role(cast.norole, Role.AGENT, actor=None, reason="x", team=cast.payments_l1, ends_at=soon)
    assert figures("grants", cast.security_admin) == {"Began this month": 1, "End in 30 days": 1}
    assert lines("grants", cast.security_admin)[0] == "Noé Rangel · Agent"
    assert figures("grants", cast.auditor) == {"Began this month": 1, "End in 30 days": 1}


def test_one_is_told_before_ones_own_access_ends(cast):
    assert content("own_access", cast.agent_l1) is None
    soon = timezone.now() + timedelta(days=3)
    grant_role(cast.agent_l1, Role.TEAM_LEAD, actor=None, reason="x", country="MX", ends_at=soon)
    assert lines("own_access", cast.agent_l1) == ["Team lead"]


def test_tokens_about_to_expire(cast):
    mint_token(cast.agent_l1, actor=cast.agent_l1, name="soon", scopes=["read"], days=5)
    mint_token(cast.agent_l1, actor=cast.agent_l1, name="later", scopes=["read"], days=50)
    assert lines("tokens", cast.security_admin) == ["soon"]


def test_writes_that_nobody_signed_are_shown_to_those_who_may_see_them(cast):
    OutboxEntry.objects.create(relation="incidents_incident", operation="U", key="7")
    seal_here()
    assert figures("integrity", cast.security_admin) == {"in the last 30 days": "1"}
    assert lines("integrity", cast.auditor) == ["Incident 7"]


def test_what_was_typed_as_a_name_is_repeated_only_where_it_is_one(cast):
    record_event("login.failed", given="agent_l1")
    record_event("login.failed", given="hunter2")
    record_event("login.locked", given="agent_l1")
    seal_here()
    assert figures("sign_ins", cast.security_admin) == {"refused": "2", "while locked out": "1"}
    assert lines("sign_ins", cast.security_admin) == [
        "agent_l1",
        "a name that no account has",
        "agent_l1",
    ]


def test_the_last_events_are_no_sign_ins(cast):
    record_event("login.failed", given="x")
    with acting(actor=cast.agent_l1):
        record_event("token.mint")
        record_event("something.new")
    seal_here()
    assert lines("events", cast.auditor) == ["Event", "An API token was made"]


def test_card_numbers_that_were_masked_this_month(cast):
    CardNumberFinding.objects.create(where="incidents_incident.title", reference="INC-1", count=1)
    old = CardNumberFinding.objects.create(where="x", count=1)
    CardNumberFinding.objects.filter(pk=old.pk).update(found_at=timezone.now() - timedelta(days=40))
    assert lines("findings", cast.auditor) == ["INC-1"]


def test_the_portal_s_own_health(cast):
    Job.objects.create(kind="demo.fill", state="failed", error="Traceback\nBoom")
    services.assign_incident(an_incident(cast), actor=cast.agent_l1, owner=cast.agent_l2)
    Message.objects.update(state="failed")
    assert figures("jobs", cast.admin) == {"failed": 1, "due now": 0}
    assert lines("jobs", cast.admin) == ["demo.fill"]
    assert figures("messages", cast.admin)["not delivered"] == Message.objects.count() > 0


def test_alert_sources_that_are_silent(cast):
    service = a_service(cast)
    loud, silent = (
        AlertSource.objects.create(name=name, kind="alertmanager", default_service=service)
        for name in ("Loud", "Silent")
    )
    AlertEvent.objects.create(source=loud, payload={}, sha256="", state="dead")
    AlertEvent.objects.create(
        source=silent, payload={}, sha256="", received_at=timezone.now() - timedelta(days=2)
    )
    assert figures("alerts", cast.admin) == {"could not be read": 1, "not read yet": 1}
    shown = {str(line.title): bool(line.badges) for line in part("alerts", cast.admin, Lines).items}
    assert shown == {"Loud": False, "Silent": True}
