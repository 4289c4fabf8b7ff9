"""The pages and dialogs of working calendars, and their REST."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import ClosingDay, WorkCalendar
from people.services import close_day
from tests.people.working_calendars import a_calendar

pytestmark = pytest.mark.django_db

API = "/api/v1/working-calendars/"
PERIODS = [
    {"weekday": 0, "opens": "09:00", "closes": "13:00"},
    {"weekday": 0, "opens": "22:00", "closes": "06:00"},
]


def page_of(row):
    return reverse("admin:people_workcalendar_change", args=[row.pk])


def tomorrow(days=1):
    # Far enough ahead that no time zone has begun the day.
    return timezone.now().date() + timedelta(days=1 + days)


def test_the_list_tells_each_calendar_by_the_same_queries(
    cast, client_of, django_assert_max_num_queries
):
    client = client_of(cast.agent_l1)
    url = reverse("admin:people_workcalendar_changelist")
    a_calendar(cast)
    assert "Desk" in client.get(url).content.decode()
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    for n in range(3):
        a_calendar(cast, slug=f"desk-{n}", name=f"Another {n}", adopted=False)
    with django_assert_max_num_queries(40) as many:
        page = client.get(url).content.decode()
    assert len(few) == len(many)
    assert page.count("Draft") >= 3
    assert "40 h" in page


def test_the_page_shows_the_week_and_the_closing_days_to_whoever_only_reads(cast, client_of):
    row = a_calendar(cast)
    close_day(row, actor=cast.admin, day=tomorrow(), name="Feast", source="Circular 7")
    page = client_of(cast.agent_l1).get(page_of(row)).content.decode()
    assert "09:00–13:00, 14:00–18:00" in page
    assert 'style="left: 37.5000%; width: 16.6667%"' in page
    assert "Circular 7" in page
    assert page.count("year-month") == 12
    assert "Christmas Day" in page
    assert "Close a day" not in page
    assert client_of(cast.norole).get(page_of(row)).status_code in (403, 404)


def form_of(**changed):
    week = {f"day_{day}": "09:00-13:00, 14:00-18:00" if day < 5 else "" for day in range(7)}
    told = {"slug": "desk", "name": "Desk", "starts_on": "2025-01-01", "country": "MX"}
    return told | week | {"time_zone": "America/Mexico_City", "_save": "1"} | changed


def test_an_administrator_adds_a_draft_and_puts_it_in_use(cast, client_of):
    client = client_of(cast.admin)
    answer = client.post(reverse("admin:people_workcalendar_add"), form_of())
    row = WorkCalendar.objects.get()
    assert answer.status_code == 302
    assert len(row.weeks.get().periods) == 10
    assert "Put in use" in client.get(page_of(row)).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day_0": "9 to 5"}, "is no time of work"),
        ({"day_0": "09:00-13:00, 12:00-18:00"}, "overlap"),
        ({"time_zone": "UTC-6"}, "Name the time zone of a place"),
        ({f"day_{day}": "" for day in range(7)}, "Say on which hours people work"),
        ({"starts_on": "1800-01-01"}, "A week begins in a year"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(cast, client_of, changed, said):
    url = reverse("admin:people_workcalendar_add")
    answer = client_of(cast.admin).post(url, form_of(**changed))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not WorkCalendar.objects.exists()


def ask(client, row, action, **answers):
    url = f"/people/workcalendar/{row.pk}/action/{action}/"
    row.refresh_from_db()
    return client.post(url, {"version": row.version, **answers})


def test_the_dialogs_alter_what_is_to_come(cast, client_of):
    client, row, day = client_of(cast.admin), a_calendar(cast), str(tomorrow())
    dialog = client.get(f"/people/workcalendar/{row.pk}/action/begin_week/").content.decode()
    assert dialog.count("09:00-13:00, 14:00-18:00") >= 5  # as it is now
    ask(client, row, "close_day", day=day, name="Feast", source="Circular 7")
    assert str(row.closing_days.get().day) == day
    ask(client, row, "open_day", day=day)
    assert not row.closing_days.exists()
    week = {name: form_of()[name] for name in ("time_zone", "country")}
    ask(client, row, "begin_week", starts_on=day, day_6="22:00-06:00", **week)
    assert row.weeks.latest("starts_on").periods == [[6, 1320, 1800]]
    ask(client, row, "withdraw_week", starts_on=day)
    assert row.weeks.count() == 1


def test_a_dialog_says_why_it_refuses(cast, client_of):
    client, row = client_of(cast.admin), a_calendar(cast)
    past = ask(client, row, "close_day", day="2025-02-03", name="Late", source="Circular 7")
    assert "what is past stays as it was" in past.content.decode()
    twice = {"day_0": "09:00-13:00, 12:00-18:00", "time_zone": "UTC", "country": ""}
    clash = ask(client, row, "begin_week", starts_on=str(tomorrow()), **twice)
    assert "overlap" in clash.content.decode()
    assert (row.weeks.count(), row.closing_days.count()) == (1, 0)


def test_the_whole_of_it_by_rest(cast, api_of):
    api = api_of(cast.admin, scopes=["write"])
    week = {"starts_on": "2025-01-01", "time_zone": "America/Mexico_City", "periods": PERIODS}
    made = api.post(API, {"slug": "night", "name": "Night", "country": "MX"} | week)
    assert (made.status_code, made.json()["weeks"][0]["periods"]) == (201, PERIODS)
    adopted = api.post(f"{API}night/adopt/")
    assert adopted.json()["adopted_at"] is not None
    day = str(tomorrow())
    told = {"day": day, "name": "Feast", "source": "Circular 7"}
    closed = api.post(f"{API}night/closing-days/", told)
    assert closed.json()["closing_days"] == [told]
    opened = api.post(f"{API}night/closing-days/withdraw/", {"day": day})
    assert opened.json()["closing_days"] == []
    later = api.post(f"{API}night/weeks/", week | {"starts_on": day})
    assert [one["starts_on"] for one in later.json()["weeks"]] == ["2025-01-01", day]
    back = api.post(f"{API}night/weeks/withdraw/", {"starts_on": day})
    assert [one["starts_on"] for one in back.json()["weeks"]] == ["2025-01-01"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("closing-days/", {"day": "2025-02-03", "name": "x", "source": "y"}, "day"),
        ("closing-days/", {"day": "soon", "name": "x", "source": "y"}, "day"),
        ("closing-days/withdraw/", {"day": "2025-02-03"}, "day"),
        (
            "weeks/",
            {"starts_on": "2025-02-03", "time_zone": "UTC", "periods": PERIODS},
            "starts_on",
        ),
        (
            "weeks/",
            {"starts_on": "2090-02-03", "time_zone": "EST", "periods": PERIODS},
            "time_zone",
        ),
        ("weeks/", {"starts_on": "2090-02-03", "time_zone": "UTC", "periods": []}, "periods"),
        (
            "weeks/",
            {"starts_on": "2090-02-03", "time_zone": "UTC", "periods": [PERIODS[0], PERIODS[0]]},
            "periods",
        ),
    ],
)
def test_bad_input_by_rest_is_named_by_field(cast, api_of, path, body, field):
    row = a_calendar(cast)
    answer = api_of(cast.admin, scopes=["write"]).post(f"{API}desk/{path}", body)
    assert answer.status_code == 400
    assert {error["field"].split(".")[0] for error in answer.json()["errors"]} == {field}
    assert (row.weeks.count(), ClosingDay.objects.count()) == (1, 0)


def test_periods_that_cannot_be_read_are_a_400(cast, api_of):
    api = api_of(cast.admin, scopes=["write"])
    a_calendar(cast)
    for opens in ("x", "25:00", "9"):
        periods = [{"weekday": 0, "opens": opens, "closes": "13:00"}]
        body = {"starts_on": "2090-02-03", "time_zone": "UTC", "periods": periods}
        assert api.post(f"{API}desk/weeks/", body).status_code == 400
