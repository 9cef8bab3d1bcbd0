"""What everybody sees of contributors and contributions: only what was chosen, only numbers."""

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.my.services import update_profile
from accounts.permissions import Role
from contributions import contributors, figures
from contributions.chart import draw, shortened, step_of
from contributions.models import Contribution, Event, Review, State
from contributions.services import reviewing
from contributions.services.events import record_event
from contributions.workflow import ensure_workflow
from tests.contributions.builders import all_met, open_review, revision_of, submitted
from tests.factories import CountryFactory, person, practice

pytestmark = pytest.mark.django_db
XSS = "</script><img src=x onerror=alert(1)>"
NOW = dt.datetime(2027, 3, 15, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()
    cache.clear()


def open_person(**values: Any) -> User:
    return person(Role.CONTRIBUTOR, **({"public_page": True, "credit_by_name": True} | values))


def address(user: User, language: str = "en") -> str:
    return f"/{language}/contributors/{user.pk}/"


def queries(client: Client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


# --- the page of a contributor ------------------------------------------------------------------------------------
def test_who_has_not_chosen_a_page_has_none(client: Client) -> None:
    closed = [
        open_person(public_page=False),
        open_person(is_active=False),
        open_person(erased_at=timezone.now()),
        open_person(first_name="", last_name=""),
    ]
    assert [client.get(address(user)).status_code for user in closed] == [404] * 4
    assert client.get("/en/contributors/999999/").status_code == 404
    assert client.get(f"/en/contributors/{10**30}/").status_code == 404


def test_each_thing_is_shown_only_when_it_was_chosen(client: Client) -> None:
    texts = {"organisation": "City of Gdańsk", "country": "Country PL", "languages": "Polish", "about": "I knit."}
    for shown in texts:
        user = open_person(
            organisation=texts["organisation"],
            country=CountryFactory(code="PL"),
            languages=["pl"],
            about=texts["about"],
            email=f"secret-{shown}@example.org",
            **{f"show_{shown}": True},
        )
        answer = client.get(address(user))
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0].partition("</header>")
        head = answer.content.decode().partition("</head>")[0]
        page = head + "".join(main)
        code = {"languages": "pl"}.get(shown)
        assert user.get_full_name() in page
        assert "secret" not in page
        assert not answer.cookies
        for name, text in texts.items():
            if name == "languages":
                assert ("Works in:" in page) is (code == "pl")
            else:
                assert (text in page) is (name == shown), name


def test_the_page_lists_what_is_public_and_credits_lead_to_it(client: Client) -> None:
    user, other = open_person(), open_person()
    mine = practice(title="Mine", contributor=user, contributor_credit=user.get_full_name())
    practice(title="Hidden draft", contributor=user, draft=True)
    practice(title="Somebody else's", contributor=other)
    kept = practice(title="Kept", contributor=user, archived=True)
    page = client.get(address(user)).content.decode()
    assert mine.get_absolute_url() in page
    assert kept.get_absolute_url() in page
    assert "Archived" in page
    assert "Hidden draft" not in page
    assert "Somebody else" not in page
    credit = f'<a href="{address(user)}">{user.get_full_name()}</a>'
    assert credit in client.get(mine.get_absolute_url()).content.decode()


def test_closing_the_page_takes_the_links_to_it_away_at_once(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    user = open_person()
    mine = practice(contributor=user, contributor_credit=user.get_full_name())
    item, page = mine.get_absolute_url(), address(user)
    assert address(user) in client.get(item).content.decode()
    assert client.get(page).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        update_profile(user=user, values={"public_page": False})
    assert address(user) not in client.get(item).content.decode()
    assert client.get(page).status_code == 404


def test_who_is_not_named_on_an_item_is_not_linked_from_it(client: Client) -> None:
    user = open_person(credit_by_name=False)
    mine = practice(contributor=user, contributor_credit="")
    assert address(user) not in client.get(mine.get_absolute_url()).content.decode()


def test_a_person_is_described_for_search_engines_without_a_way_out_of_the_script(client: Client) -> None:
    user = open_person(about=XSS, show_about=True, organisation=XSS, show_organisation=True)
    page = client.get(address(user)).content.decode()
    assert XSS not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found[1])
    assert (data["@type"], data["name"], data["description"]) == ("Person", user.get_full_name(), XSS)
    assert 'content="noindex' not in page


def test_a_page_of_ten_items_costs_as_many_queries_as_one_of_one(client: Client) -> None:
    one, ten = open_person(), open_person()
    practice(contributor=one)
    for number in range(25):
        practice(contributor=ten, title=f"Number {number}")
    client.get(address(one))
    assert queries(client, address(one)) == queries(client, address(ten))
    assert client.get(address(ten)).content.decode().count("Number ") == 20
    assert client.get(address(ten) + "?page=2").content.decode().count("Number ") == 5


def test_items_of_several_kinds_stand_in_one_list_by_their_day(monkeypatch: pytest.MonkeyPatch) -> None:
    user = open_person()
    old, new = (practice(contributor=user, first_published_at=NOW - dt.timedelta(days=days)) for days in (9, 1))
    monkeypatch.setattr(contributors, "kinds", lambda: {"practice": type(old), "another": type(old)})
    page = contributors.published_items(user, 1)
    assert [row.item.pk for row in page.object_list] == [new.pk, new.pk, old.pk, old.pk]
    assert page.paginator.count == 4


# --- the numbers of the year --------------------------------------------------------------------------------------
def made(state: State, at: dt.datetime, *kinds: Event.Kind, days: int = 4, **values: Any) -> Contribution:
    """A contribution whose ``kinds`` of events happened at ``at``."""
    row = Contribution.objects.create(
        type="good-practice",
        start_token=f"made-{Contribution.objects.count()}",
        state=state,
        title="A secret title",
        submitted_at=at,
        decided_at=at + dt.timedelta(days=days) if state in {State.PUBLISHED, State.DECLINED} else None,
        **values,
    )
    Event.objects.bulk_create([Event(contribution=row, kind=kind, at=at) for kind in kinds])
    return row


def test_what_happened_is_counted_once_in_its_month() -> None:
    january = dt.datetime(2027, 1, 10, tzinfo=dt.UTC)
    made(State.PUBLISHED, january, Event.Kind.SUBMITTED, Event.Kind.PUBLISHED)
    asked = made(State.CHANGES_REQUESTED, january, Event.Kind.SUBMITTED, Event.Kind.CHANGES_REQUESTED)
    Event.objects.create(contribution=asked, kind=Event.Kind.CHANGES_REQUESTED, at=january)
    made(State.DECLINED, NOW, Event.Kind.SUBMITTED, Event.Kind.DECLINED)
    made(State.DECLINED, NOW - dt.timedelta(days=400), Event.Kind.SUBMITTED, Event.Kind.DECLINED)
    rows = figures.months(2027, NOW)
    assert [(row.number, row.counts) for row in rows] == [(1, (2, 1, 0, 1)), (2, (0, 0, 0, 0)), (3, (1, 0, 1, 0))]
    assert figures.totals(rows) == (3, 1, 1, 1)
    assert figures.years(NOW) == [2027, 2026]
    assert [row.number for row in figures.months(2026, NOW)] == list(range(1, 13))


def test_the_year_ends_at_midnight_of_the_portals_own_clock() -> None:
    zone = timezone.get_current_timezone()
    made(State.IN_REVIEW, dt.datetime(2026, 12, 31, 23, 59, tzinfo=zone), Event.Kind.SUBMITTED)
    made(State.IN_REVIEW, dt.datetime(2027, 1, 1, 0, 1, tzinfo=zone), Event.Kind.SUBMITTED)
    assert figures.totals(figures.months(2026, NOW))[0] == 1
    assert figures.months(2027, NOW)[0].counts[0] == 1


@pytest.mark.parametrize(("days", "median"), [((1, 2, 3, 4, 50), 3), ((2, 2, 4, 6, 9, 9), 5), ((1, 2, 3, 4), None)])
def test_half_are_decided_within_so_many_days(days: tuple[int, ...], median: int | None) -> None:
    for number in days:
        made(State.PUBLISHED, NOW - dt.timedelta(days=60), days=number)
    total = figures.durations(2027, "all")[-1]
    assert (total.label, total.count, total.days) == ("all", len(days), median)


def test_stages_are_measured_by_their_reviews() -> None:
    editor = person(Role.EDITOR)
    for _number in range(5):
        contribution = submitted()
        review = open_review(contribution)
        Review.objects.filter(pk=review.pk).update(started_at=timezone.now() - dt.timedelta(days=7))
        reviewing.approve(user=editor, key=review.pk, answers=all_met(review), revision_id=revision_of(contribution))
    facts, decision, _total = figures.durations(timezone.localtime().year, "all")
    # Germany has no coordinator here: the first stage was left out, and is not counted as quick.
    assert (facts.count, facts.days) == (0, None)
    assert (decision.count, decision.days) == (5, 7)


def test_small_countries_are_not_told(client: Client) -> None:
    # Before the catalogue is read for the first time.
    CountryFactory(code="PL")
    for code, number in (("DE", 5), ("PL", 4)):
        for _number in range(number):
            submitted(country=code)
    groups = figures.countries(timezone.localtime().year)
    assert [(group.code, group.count) for group in groups] == [("DE", 5), ("PL", None)]
    page = client.get(reverse("contributions:statistics")).content.decode()
    assert "fewer than 5" in page


def test_the_page_names_nobody_and_sets_no_cookie(client: Client) -> None:
    contribution = submitted(person(Role.CONTRIBUTOR, first_name="Zdzisława"), title="My secret title")
    for name in ("statistics", "statistics-csv"):
        answer = client.get(reverse(f"contributions:{name}"))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert not answer.cookies
        assert "private" not in answer["Cache-Control"]
        assert "Zdzisława" not in text
        assert contribution.title not in text


def test_the_page_counts_anew_when_something_happens(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    path = reverse("contributions:statistics-csv")
    contribution = submitted()

    def declined() -> int:
        rows = list(csv.reader(io.StringIO(client.get(path).content.decode("utf-8-sig"))))
        assert rows[0] == ["Month", "Submitted", "Changes asked for", "Declined", "Published"]
        return sum(int(row[3]) for row in rows[1:])

    assert declined() == 0
    with django_capture_on_commit_callbacks(execute=True):
        record_event(contribution, Event.Kind.DECLINED)
    assert declined() == 1


def test_years_are_switched_and_others_do_not_exist(client: Client) -> None:
    with time_machine.travel(NOW):
        made(State.DECLINED, NOW - dt.timedelta(days=400), Event.Kind.SUBMITTED, Event.Kind.DECLINED)
        path = reverse("contributions:statistics")
        page = client.get(path).content.decode()
        assert f'{path}?year=2026"' in page
        assert "What waits now" in page
        last = client.get(f"{path}?year=2026").content.decode()
        assert "Contributions in 2026" in last
        assert "What waits now" not in last
        for wrong in ("2025", "2028", "abc", "²", "2027-1"):
            assert client.get(path, {"year": wrong}).status_code == 404
        answer = client.get(reverse("contributions:statistics-csv"), {"year": "2026"})
        assert 'filename="contributions-2026.csv"' in answer["Content-Disposition"]


def test_many_contributions_cost_as_many_queries_as_few(client: Client) -> None:
    path = reverse("contributions:statistics")
    for _number in range(6):
        made(State.PUBLISHED, timezone.now() - dt.timedelta(hours=1), Event.Kind.SUBMITTED, Event.Kind.PUBLISHED)
    client.get(path)
    few = queries(client, path)
    for _number in range(30):
        made(State.PUBLISHED, timezone.now() - dt.timedelta(hours=1), Event.Kind.SUBMITTED, Event.Kind.PUBLISHED)
    assert queries(client, path) == few


@pytest.mark.parametrize(("highest", "step"), [(1, 1), (5, 1), (6, 2), (11, 5), (26, 10), (5_001, 2_000)])
def test_the_chart_has_at_most_five_lines_at_round_numbers(highest: int, step: int) -> None:
    assert step_of(highest) == step


def test_the_highest_bar_fits_and_nothing_is_drawn_for_nothing() -> None:
    chart = draw(["January", "February"], [("Submitted", [8, 0]), ("Published", [2, 0])])
    assert [bar.height for bar in chart.bars][2:] == [0, 0]
    assert max(bar.height for bar in chart.bars) <= 200
    assert chart.bars[0].title == "January, Submitted: 8"
    assert [line.label for line in chart.lines] == ["0", "2", "4", "6", "8"]


def test_months_are_shortened_so_that_each_is_told_from_the_others() -> None:
    assert shortened(["mai", "juin", "juillet", "août"]) == ["mai", "juin", "juil", "aoû"]
    assert shortened(["June", "July"]) == ["Jun", "Jul"]
    assert [mark.label for mark in draw(["juin", "juillet"], [("Soumis", [1, 2])]).months] == ["juin", "juil"]


def test_countries_with_accents_stand_where_readers_look_for_them() -> None:
    names = {"AT": "Österreich", "PL": "Polen", "NL": "Niederlande"}
    for code, name in names.items():
        CountryFactory(code=code, name_de=name)
    for code in names:
        submitted(country=code)
    with translation.override("de"):
        found = [group.name for group in figures.countries(timezone.localtime().year)]
    assert found == ["Niederlande", "Österreich", "Polen"]
