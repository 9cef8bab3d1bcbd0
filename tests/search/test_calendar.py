"""Dates of results as a calendar."""

import datetime as dt

import pytest
from django.test import Client
from icalendar import Calendar

from tests.search.kinds import put, thing

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("things")
def test_deadlines_and_periods_are_entries_of_a_calendar(client: Client) -> None:
    put(
        thing(
            1,
            title="Fair, with; commas\\ and\nlines",
            summary="ü" * 200,
            dates={"published": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "deadline": dt.date(2026, 3, 1)},
            periods={
                "takes_place": (
                    dt.datetime(2026, 4, 1, 10, tzinfo=dt.timezone(dt.timedelta(hours=2))),
                    dt.datetime(2026, 4, 2, 18, tzinfo=dt.timezone(dt.timedelta(hours=2))),
                )
            },
        ),
        thing(2, title="No dates"),
    )
    response = client.get("/en/search/results.ics")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    raw = response.content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = Calendar.from_ical(raw)
    assert str(calendar["x-wr-calname"]) == "Search"
    entries = {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}
    assert set(entries) == {"thing-1-takes_place@testserver", "thing-1-deadline@testserver"}
    event, deadline = entries["thing-1-takes_place@testserver"], entries["thing-1-deadline@testserver"]
    assert event["dtstart"].dt == dt.datetime(2026, 4, 1, 8, tzinfo=dt.UTC)
    assert event["dtend"].dt == dt.datetime(2026, 4, 2, 16, tzinfo=dt.UTC)
    assert deadline["dtstart"].dt == dt.date(2026, 3, 1)
    assert str(deadline["summary"]).startswith("Deadline: Fair, with; commas\\ and")
    assert str(event["url"]) == "http://testserver/en/things/1-x/"
    assert client.get("/en/search/results.ics").content == raw


@pytest.mark.usefixtures("things")
def test_the_calendar_follows_the_query(client: Client) -> None:
    dates = {"published": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "deadline": dt.date(2026, 3, 1)}
    put(thing(1, title="Harbour", dates=dates), thing(2, title="Garden", dates=dates))
    assert client.get("/en/search/results.ics?q=harbour").content.count(b"BEGIN:VEVENT") == 1
    assert client.get("/en/search/results.ics?from=wrong").status_code == 400
    assert "results.ics?q=harbour" in client.get("/en/search/?q=harbour").content.decode()


def test_a_list_without_dates_offers_no_calendar(client: Client) -> None:
    assert client.get("/en/good-practices/results.ics").status_code == 404
    assert "results.ics" not in client.get("/en/good-practices/").content.decode()
