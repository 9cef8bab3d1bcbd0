"""What a visitor gets: the practice, the list, the comparison; and what nobody gets."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content import services
from goodpractices.models import Criterion, CriterionAssessment, GoodPractice, PracticeLink, TransferRecord
from tests.goodpractices.builders import draft, published, words


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    """Run what waits for the commit, so that the index follows."""
    return django_capture_on_commit_callbacks


def publish(on_commit: Any, **values: Any) -> GoodPractice:
    with on_commit(execute=True):
        return published(**values)


def get(client: Client, address: str) -> Any:
    return client.get(address)


def test_the_page_shows_the_template_in_its_order(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    page = get(site, practice.get_absolute_url()).content.decode()
    places = [
        page.index(f'id="{code}"') for code in ("summary", "issue_and_goals", "how_it_works", "results", "funding")
    ]
    assert places == sorted(places)
    assert "City of Sample" in page
    assert "Belgium" in page


def test_the_contact_address_is_shown_nowhere(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    for address in (
        practice.get_absolute_url(),
        "/en/good-practices/",
        "/en/good-practices/results.json",
        "/en/good-practices/results.csv",
        "/en/good-practices/results.atom",
        f"/en/good-practices/compare/?ids={practice.uid}",
        "/en/search/?q=hidden-address",
    ):
        body = get(site, address).content.decode().replace("q=hidden-address", "").replace('value="hidden-address"', "")
        assert "hidden-address@example.org" not in body, address


def test_a_foreign_text_carries_its_language(site: Client, on_commit: Any) -> None:
    practice = publish(
        on_commit, language="pl", title="Praktyka", english_title="A practice", english_summary="In short."
    )
    page = get(site, practice.get_absolute_url()).content.decode()
    assert '<div lang="pl">' in page
    assert "unofficial translation" in page
    assert '<span lang="pl">Praktyka</span>' in page
    french = get(site, f"/fr{practice.get_path()}").content.decode()
    assert '<h1 class="practice__title" lang="pl">Praktyka</h1>' in french


def test_a_former_address_redirects_for_ever_and_a_wrong_one_for_now(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    old = practice.get_absolute_url()
    with on_commit(execute=True):
        practice.slug = "another-name"
        services.publish(item=practice, user=None, revision=practice.save_revision(clean=False))
    practice.refresh_from_db()
    assert get(site, old).status_code == 301
    assert get(site, old).headers["Location"] == practice.get_absolute_url()
    assert get(site, f"/en/good-practices/{practice.pk}-guess/").status_code == 302


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_public_is_nowhere(site: Client, on_commit: Any, state: str) -> None:
    if state == "draft":
        with on_commit(execute=True):
            practice = draft(title="Secret plan")
    else:
        practice = publish(on_commit, title="Secret plan")
        with on_commit(execute=True):
            services.withdraw(item=practice, user=None)
    addresses = [
        practice.get_absolute_url(),
        f"/en/good-practices/{practice.pk}-guess/",
        f"/id/{practice.uid}",
        f"/en/good-practices/compare/?ids={practice.uid}",
        f"/en/good-practices/compare.csv?ids={practice.uid}",
        f"/en/good-practices/?compare={practice.uid}",
        "/en/good-practices/",
        "/en/good-practices/?q=secret",
        "/en/search/?q=secret",
        "/en/good-practices/results.json?q=secret",
        "/en/good-practices/results.csv",
        "/en/good-practices/results.atom",
        "/sitemap.xml",
        "/en/",
        "/en/themes/economic-participation/",
    ]
    for address in addresses:
        body = get(site, address).content.decode()
        assert "Secret plan" not in body, address
        # The page may repeat the address that was typed, nothing else.
        assert practice.slug not in body.replace(practice.get_path(), ""), address
    assert get(site, addresses[0]).status_code == 404


def test_unknown_and_draft_numbers_look_alike(site: Client, on_commit: Any) -> None:
    with on_commit(execute=True):
        practice = draft()
    missing = get(site, "/en/good-practices/999999-x/")
    hidden = get(site, f"/en/good-practices/{practice.pk}-x/")
    assert missing.status_code == hidden.status_code == 404
    assert re.sub(r"\d+-x", "", missing.content.decode()) == re.sub(r"\d+-x", "", hidden.content.decode())


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?theme=nonsense", 400),
        ("?page=0", 400),
        ("?page=1000000000", 404),
        ("?page=-1", 400),
        ("?sort=upwards", 400),
        ("?unknown=1", 200),
        ("?q=" + "x" * 5000, 200),
        ("?q=%00", 400),
        ("?q=%FF%FE", 400),
        ("?q=%22unclosed+AND+NEAR(%2C+*+OR", 200),
        ("?q=%27%3B+DROP+TABLE+x%3B--", 200),
        ("?q=%F0%9F%A6%84", 200),
        ("?year=20x", 400),
        ("?from=2020-99-99", 400),
        ("?country=DE&country=FR&country=ZZ", 400),
        ("?compare=practice-1,practice-99999999999999999999,%3Cscript%3E", 200),
        ("?size=100000", 400),
    ],
)
@pytest.mark.parametrize("path", ["/en/good-practices/", "/en/search/", "/de/good-practices/"])
def test_hostile_addresses_get_a_helpful_page(site: Client, on_commit: Any, path: str, query: str, status: int) -> None:
    publish(on_commit)
    if path == "/en/search/" and ("year" in query or "compare" in query):
        # Not a parameter of this page: ignored, and the page says nothing of it.
        status = 200
    response = get(site, path + query)
    assert response.status_code == status
    assert "<script>" not in response.content.decode().replace('<script type="module"', "")
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        ("", "Choose two to four"),
        ("practice-1,library-2", "Not a practice: library-2"),
        (
            "practice-1,practice-2,practice-3,practice-4,practice-5,practice-6,practice-7,practice-8,practice-9",
            "At most 4",
        ),
        ("practice-999999", "Not available: practice-999999"),
        ("practice-99999999999999999999999", "Not a practice"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "Not a practice"),
        ("%00", ""),
    ],
)
def test_a_comparison_of_wrong_things_says_what_to_do(site: Client, ids: str, says: str) -> None:
    response = get(site, f"/en/good-practices/compare/?ids={ids}")
    assert response.status_code in {200, 400}
    assert says in response.content.decode()
    assert "alert(1)</script>" not in response.content.decode()


def test_a_comparison_marks_what_differs(site: Client, on_commit: Any) -> None:
    first = publish(on_commit, title="First", persons_reached=10)
    second = publish(on_commit, title="Second", persons_reached=20)
    page = get(site, f"/en/good-practices/compare/?ids={first.uid},{second.uid}").content.decode()
    row = page[page.index("Persons reached") :][:200]
    assert "differs" in row
    same = page[page.index(">Organisation") :][:120]
    assert "differs" not in same


def test_the_comparison_downloads_as_a_table_without_formulas(site: Client, on_commit: Any) -> None:
    first = publish(on_commit, title="=HYPERLINK(1)")
    second = publish(on_commit, title="Second")
    response = get(site, f"/en/good-practices/compare.csv?ids={first.uid},{second.uid}")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][1:3] == ["'=HYPERLINK(1)", "Second"]
    assert any(row[0] == "Results" for row in rows)


def test_structured_data_cannot_close_its_script(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit, title="</script><b>x", summary=words(80))
    page = get(site, practice.get_absolute_url()).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["headline"] == "</script><b>x"
    assert "</script><b>" not in page


def test_the_stable_address_leads_to_the_present_one(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    response = site.get(f"/id/{practice.uid}", headers={"Accept-Language": "de"})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/de{practice.get_path()}"
    assert site.get("/id/practice-x", follow=True).status_code == 404
    assert site.get("/id/unknown-1", follow=True).status_code == 404


def test_a_publication_renews_the_cached_pages(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    address = practice.get_absolute_url()
    etag = get(site, address).headers["ETag"]
    assert site.get(address, headers={"If-None-Match": etag}).status_code == 304
    with on_commit(execute=True):
        practice.results = words(90, "renewed")
        services.publish(item=practice, user=None, revision=practice.save_revision(clean=False))
    renewed = site.get(address, headers={"If-None-Match": etag})
    assert renewed.status_code == 200
    assert "renewed" in renewed.content.decode()


def test_a_withdrawn_practice_leaves_the_list(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    assert get(site, "/en/good-practices/results.json").json()["total"] == 1
    with on_commit(execute=True):
        services.withdraw(item=practice, user=None)
    assert get(site, "/en/good-practices/results.json").json()["total"] == 0


def test_an_archived_practice_stays_with_a_mark(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit)
    with on_commit(execute=True):
        services.archive(item=practice, user=None)
    assert "kept for the record" in get(site, practice.get_absolute_url()).content.decode()
    assert "Archived" in get(site, "/en/good-practices/").content.decode()


def count_queries(client: Client, address: str) -> int:
    get(client, address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert get(client, address).status_code == 200
    writes = [
        row["sql"] for row in queries.captured_queries if not row["sql"].lstrip(" (").startswith(("SELECT", "WITH"))
    ]
    assert writes == []
    return len(queries)


@pytest.mark.parametrize(
    ("address", "most"), [("/en/", 15), ("/en/good-practices/", 12), ("/en/good-practices/?q=word&country=BE", 12)]
)
def test_a_list_costs_the_same_for_one_row_and_for_ten(
    site: Client, on_commit: Any, settings: Any, address: str, most: int
) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    publish(on_commit)
    one = count_queries(site, address)
    for number in range(9):
        publish(on_commit, title=f"Practice {number}")
    assert count_queries(site, address) == one
    assert one <= most


def test_a_practice_is_asked_only_for_the_parts_it_has(site: Client, on_commit: Any, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    plain, assessed = publish(on_commit), publish(on_commit, title="Assessed")
    with on_commit(execute=True):
        assessed.assessments = [CriterionAssessment(criterion=Criterion.objects.all()[0], verdict="met")]
        services.publish(item=assessed, user=None, revision=assessed.save_revision(clean=False))
    without = count_queries(site, plain.get_absolute_url())
    assert count_queries(site, assessed.get_absolute_url()) == without + 1
    assert without <= 6
    both = get(site, f"/en/good-practices/compare.csv?ids={plain.uid},{assessed.uid}").content.decode()
    assert "Criteria,,1 of 1 criterion met,yes" in both


def test_a_practice_costs_the_same_with_one_link_and_with_ten(site: Client, on_commit: Any, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    practice = publish(on_commit)
    others = [publish(on_commit, title=f"Taken over {place}") for place in range(10)]
    criteria = list(Criterion.objects.all())

    def furnish(count: int) -> None:
        with on_commit(execute=True):
            practice.links = [PracticeLink(url="https://example.org/", label=f"Link {place}") for place in range(count)]
            practice.assessments = [
                CriterionAssessment(criterion=criterion, verdict="met") for criterion in criteria[:count]
            ]
            practice.transfers = [TransferRecord(direction="adapted_by", practice=other) for other in others[:count]]
            services.publish(item=practice, user=None, revision=practice.save_revision(clean=False))

    furnish(1)
    one = count_queries(site, practice.get_absolute_url())
    furnish(10)
    assert count_queries(site, practice.get_absolute_url()) == one
    assert one <= 12
    assert "Taken over 9" in get(site, practice.get_absolute_url()).content.decode()


def test_nothing_found_says_what_was_searched_and_offers_what_would_be_found(site: Client, on_commit: Any) -> None:
    publish(on_commit, title="Mentoring in Antwerp")
    page = get(site, "/en/good-practices/?q=zzqqx&country=BE").content.decode()
    assert "zzqqx" in page
    assert "Country: Belgium" in page
    assert "Without the word “zzqqx”" in page
    assert 'href="/en/good-practices/?country=BE"' in page
    page = get(site, "/en/good-practices/?q=mentoring&country=MT").content.decode()
    assert "Without Country: Malta" in page
    assert "1 result" in page


def test_notes_of_the_editors_are_marked_as_english(site: Client, on_commit: Any) -> None:
    practice = publish(on_commit, strengths="Cheap and quick.")
    assert '<p lang="en">Cheap and quick.</p>' in get(site, f"/de{practice.get_path()}").content.decode()
    assert "<p>Cheap and quick.</p>" in get(site, f"/en{practice.get_path()}").content.decode()
