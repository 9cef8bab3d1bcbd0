"""The editorial office's page on the search index: who sees it, what it says, what its buttons do."""

import datetime as dt
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format

from accounts.permissions import Role
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from search import admin_views, maintenance, services, states, tasks
from search.backends import SearchUnavailableError, get_backend
from search.models import IndexFailure, PendingEmbedding, RebuildRun, SearchOutbox
from tests.factories import person, practice
from tests.goodpractices.builders import words

pytestmark = pytest.mark.django_db

INDEX = "search-index:index"
KEEPERS = {Role.ADMINISTRATOR, Role.EDITOR}
EVERYTHING = "Every published item is in the index."


def park(item: GoodPractice, error: str = "ValueError: poisoned", engine: str = "embedded") -> IndexFailure:
    return IndexFailure.objects.create(engine=engine, uid=item.uid, type="practice", version=1, error=error)


def page(client: Client, **query: str) -> str:
    response = client.get(reverse(INDEX), query)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(person(Role.EDITOR))
    return client


class Server:
    """An engine on a server, as far as the page asks it; it lags ``seconds`` and then answers ``outdated``."""

    name = "elasticsearch"
    transactional = False

    def __init__(self) -> None:
        self.seconds = 0.0
        self.answer: bool | Exception = False
        self.asked = 0
        self.released = threading.Event()

    def outdated(self) -> bool:
        self.asked += 1
        self.released.wait(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server beside the embedded engine, both in use."""
    made = Server()
    for module in (services, states, admin_views):
        monkeypatch.setattr(module, "all_backends", lambda: (made, get_backend("embedded")))
    states.circuit_of.cache_clear()
    yield made
    made.released.set()
    states.circuit_of.cache_clear()


# --- who ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_publish_everywhere_gets_the_page_and_its_buttons(role: Role, client: Client) -> None:
    failure = park(practice("DE", title="Harbour school"))
    client.force_login(person(role, "DE"))
    shown = [client.get(reverse(f"search-index:{name}")) for name in ("index", "index_results", "retry_all")]
    exported = client.get(reverse(INDEX), {"export": "csv"})
    done = [
        client.post(reverse("search-index:retry_all")),
        client.post(reverse("search-index:retry", args=[failure.pk])),
    ]
    desk = client.get("/admin/", follow=True).content.decode()
    if role in KEEPERS:
        assert [response.status_code for response in (*shown, exported)] == [200] * 4
        assert [response.headers["Location"] for response in done] == [reverse(INDEX)] * 2
        assert not IndexFailure.objects.exists()
        assert reverse(INDEX) in desk
    else:
        assert [response.status_code for response in (*shown, exported, *done)] == [302] * 6
        assert not any(response.headers["Location"].startswith(reverse(INDEX)) for response in (*shown, *done))
        assert IndexFailure.objects.exists()
        assert not SearchOutbox.objects.exists()
        assert reverse(INDEX) not in desk


def test_a_script_gets_403_where_a_person_is_sent_to_their_desk(client: Client) -> None:
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    headers = {"x-requested-with": "XMLHttpRequest"}
    assert client.get(reverse("search-index:index_results"), headers=headers).status_code == 403


@pytest.mark.parametrize("role", [None, Role.COUNTRY_COORDINATOR, Role.MODERATOR, Role.CONTRIBUTOR])
def test_the_service_asks_the_permission_table_itself(role: Role | None) -> None:
    failure = park(practice("DE"))
    user = person(role, "DE") if role else AnonymousUser()
    with pytest.raises(PermissionDenied):
        services.retry([failure], user)
    assert IndexFailure.objects.get() == failure
    assert not SearchOutbox.objects.exists()


# --- the engines --------------------------------------------------------------------------------------------------
def test_without_parked_or_waiting_items_everything_is_in_the_index(editor: Client) -> None:
    shown = page(editor)
    assert EVERYTHING in shown
    assert "Built-in search" in shown
    assert "Answers." in shown
    assert "No change is waiting." in shown
    assert "Try all again" not in shown


def test_changes_on_their_way_are_counted_with_their_age(editor: Client) -> None:
    since = timezone.now() - dt.timedelta(minutes=5, seconds=10)
    for number in range(3):
        SearchOutbox.objects.create(
            uid=f"practice-{number}",
            type="practice",
            object_id=number,
            version=1,
            created=since + dt.timedelta(minutes=number),
            attempts=min(number, 1),
        )
    shown = " ".join(page(editor).split()).replace("\xa0", " ")
    assert (
        "3 changes are on their way into the index. The oldest has waited for 5 minutes. 2 of them have failed" in shown
    )
    assert EVERYTHING not in shown
    assert "Nothing is parked." in shown


def test_items_that_wait_for_their_meaning_are_counted(editor: Client) -> None:
    PendingEmbedding.objects.create(uid="practice-1")
    assert "1 item can be found by its words, but not yet by its meaning." in page(editor)


@pytest.mark.parametrize(("silent", "under_way"), [(170, True), (190, False)])
def test_a_rebuild_is_under_way_as_long_as_no_other_may_begin(editor: Client, silent: int, under_way: bool) -> None:
    now = timezone.now()
    began, alive = now - dt.timedelta(minutes=20), now - dt.timedelta(seconds=silent)
    RebuildRun.objects.create(engine="embedded", token="x", started_at=began, alive_at=alive)
    shown = " ".join(page(editor).split()).replace("\xa0", " ")
    assert (f"The index is being built anew, since {time_format(timezone.localtime(began))}." in shown) == under_way
    assert ("that broke off 3 minutes ago." in shown) == (not under_way)
    if under_way:
        with pytest.raises(maintenance.RebuildRunningError):
            maintenance.rebuild(get_backend())
    else:
        maintenance.rebuild(get_backend())


def test_every_engine_in_use_has_its_own_state(editor: Client, server: Server) -> None:
    server.answer = True
    SearchOutbox.objects.create(engine=server.name, uid="practice-1", type="practice", object_id=1, version=1)
    first, second = page(editor).split("<h3>")[1:]
    assert first.startswith("Elasticsearch")
    assert "its index is missing" in first
    assert "1 change is on its way" in first
    assert "The oldest has waited" not in first
    assert second.startswith("Built-in search")
    assert "No change is waiting." in second


def test_an_engine_out_of_reach_is_named_and_left_alone_for_a_while(editor: Client, server: Server) -> None:
    server.answer = SearchUnavailableError("no route")
    assert "Does not answer." in page(editor)
    assert "Does not answer." in page(editor)
    assert server.asked == 1
    server.answer = False
    states.circuit_of.cache_clear()
    assert "Does not answer." not in page(editor)


def test_an_engine_that_hangs_holds_the_page_up_for_a_second_and_once(editor: Client, server: Server) -> None:
    server.seconds = 30
    began = time.monotonic()
    assert "Does not answer." in page(editor)
    assert "Does not answer." in page(editor)
    assert states.PATIENCE <= time.monotonic() - began < server.seconds / 3
    assert server.asked == 1
    assert EVERYTHING not in page(editor)


# --- the table ----------------------------------------------------------------------------------------------------
def test_a_parked_item_is_named_explained_and_leads_to_its_editor(editor: Client) -> None:
    item = practice("DE", title="Harbour <school>", language="fr")
    park(item, "ValueError: <b>poisoned</b>")
    shown = page(editor)
    edit = reverse("wagtailsnippets_goodpractices_goodpractice:edit", args=[item.pk])
    assert f'<a href="{edit}" id="parked-{IndexFailure.objects.get().pk}" lang="fr">Harbour &lt;school&gt;</a>' in shown
    assert "The portal could not read everything in it." in shown
    assert "<code>ValueError: &lt;b&gt;poisoned&lt;/b&gt;</code>" in shown
    assert EVERYTHING not in shown


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("status 413: entity too large", "It is too long for the search engine."),
        ("status 400: failed to parse field", "The search engine refused it."),
        ("OperationalError: disk is full", "The database could not store it in the index."),
        ("KeyError: 'x'", "The portal could not read everything in it."),
        ("", "The portal could not read everything in it."),
    ],
)
def test_errors_are_said_in_plain_words(error: str, reason: str) -> None:
    assert admin_views.plain_reason(error) == reason


def test_items_that_are_gone_or_of_no_known_type_keep_their_identifier(editor: Client) -> None:
    for number, uid in enumerate(["practice-999999", "nonsense-1", "practice"]):
        IndexFailure.objects.create(uid=uid, type="practice" if number != 1 else "nonsense", version=1, error="x")
    shown = page(editor)
    for uid in ("practice-999999", "nonsense-1", "practice"):
        assert f"{uid} (no longer exists)" in shown


def test_rows_of_an_engine_that_is_not_in_use_are_nobodys_concern(editor: Client) -> None:
    park(practice(title="Harbour school"), engine="elasticsearch")
    shown = page(editor)
    assert "Harbour school" not in shown
    assert EVERYTHING in shown
    assert services.retry(IndexFailure.objects.all(), person(Role.EDITOR)) == 0
    assert IndexFailure.objects.exists()
    assert not SearchOutbox.objects.exists()


def test_the_table_is_filtered_by_type_and_engine(editor: Client, server: Server) -> None:
    park(practice(title="Harbour school"))
    park(practice(title="Garden"), engine=server.name)
    assert "Garden" not in page(editor, engine="embedded")
    assert "Harbour school" not in page(editor, engine=server.name)
    both = page(editor, type="practice")
    assert "Garden" in both
    assert "Harbour school" in both
    assert "?engine=embedded" in page(editor, engine="embedded", _w_filter_fragment="1", p="1")


def test_with_one_engine_the_page_does_not_ask_which(editor: Client) -> None:
    park(practice())
    assert "All types" in page(editor)
    assert "All search engines" not in page(editor)


@pytest.mark.parametrize(
    "query", [{"type": "x'; --"}, {"engine": "none"}, {"p": "99999999999"}, {"p": "x"}, {"export": "x"}]
)
def test_wrong_values_never_break_the_page(editor: Client, query: dict[str, str]) -> None:
    park(practice())
    for name in ("index", "index_results", "retry_all"):
        assert editor.get(reverse(f"search-index:{name}"), query).status_code == 200


def test_long_tables_come_in_pages(editor: Client) -> None:
    IndexFailure.objects.bulk_create(
        IndexFailure(uid=f"practice-{number}", type="practice", version=1, error="x") for number in range(51)
    )
    assert page(editor).count("no longer exists") == 50
    assert page(editor, p="2").count("no longer exists") == 1


@pytest.mark.parametrize("format_name", ["csv", "xlsx"])
def test_the_table_can_be_downloaded_and_holds_no_formula(editor: Client, format_name: str) -> None:
    park(practice(title="=HYPERLINK(1)"), "status 413: long")
    response = editor.get(reverse(INDEX), {"export": format_name})
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert f'.{format_name}"' in response.headers["Content-Disposition"]
    if format_name == "csv":
        heading, row = content.decode().splitlines()
        assert heading == "Identifier,Title,Type,Search engine,Problem,Error message,When"
        assert (
            ",'=HYPERLINK(1),Good practice,Built-in search,It is too long for the search engine.,status 413: long,"
            in row
        )


@pytest.mark.parametrize("query", ["", "?export=csv", "?type=practice"])
def test_ten_parked_items_need_as_many_queries_as_one(editor: Client, query: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            response = editor.get(reverse(INDEX) + query)
            assert response.status_code == 200
            if response.streaming:
                list(response.streaming_content)  # type: ignore[attr-defined]
        return len(captured)

    park(practice("DE", title="First"))
    queries()
    one = queries()
    for number in range(9):
        park(practice("DE", "FR", title=f"More {number}"))
    assert queries() == one


# --- try again ----------------------------------------------------------------------------------------------------
def test_a_row_is_tried_again_once_committed_and_found(editor: Client, django_capture_on_commit_callbacks: Any) -> None:
    item, other = practice(title="Harbour school"), practice(title="Garden")
    failure = park(item)
    park(other)
    address = reverse("search-index:retry", args=[failure.pk])
    assert editor.get(address).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        response = editor.post(address, {"next": f"{reverse(INDEX)}?type=practice"}, follow=True)
    assert response.redirect_chain == [(f"{reverse(INDEX)}?type=practice", 302)]
    assert "1 item is being tried again." in response.content.decode()
    assert [uid for uid, _version in get_backend().versions()] == [item.uid]
    assert [row.uid for row in IndexFailure.objects.all()] == [other.uid]
    entry = AuditEntry.objects.get(action="search.retry")
    assert entry.user is not None
    assert entry.user.roles == {Role.EDITOR}
    assert entry.before == {"engine": "embedded", "items": [item.uid]}


def test_an_item_is_tried_again_for_the_engine_it_failed_in(editor: Client, server: Server) -> None:
    failure = park(practice(), engine=server.name)
    editor.post(reverse("search-index:retry", args=[failure.pk]))
    assert [row.engine for row in SearchOutbox.objects.all()] == [server.name]


@pytest.mark.parametrize("key", [0, 999_999, 9 * 10**30])
def test_a_row_that_is_no_longer_there_is_no_error(editor: Client, key: int) -> None:
    response = editor.post(reverse("search-index:retry", args=[key]), {"next": "https://example.org/"}, follow=True)
    assert response.redirect_chain == [(reverse(INDEX), 302)]
    assert "no longer parked" in response.content.decode()
    assert not AuditEntry.objects.filter(action="search.retry").exists()


def test_all_are_tried_again_after_a_question(editor: Client, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[list[int]] = []
    monkeypatch.setattr(tasks.drain_outbox, "apply_async", lambda **message: woken.append(message["kwargs"]["ids"]))
    both = practice(title="Harbour school")
    for item, engine in ((both, "embedded"), (both, server.name), (practice(title="Garden"), "embedded")):
        park(item, engine=engine)
    address = reverse("search-index:retry_all")
    assert "Send 2 parked items on their way" in editor.get(address).content.decode()
    assert IndexFailure.objects.count() == 3
    assert "2 items are being tried again." in editor.post(address, follow=True).content.decode()
    assert not IndexFailure.objects.exists()
    assert sorted(row.engine for row in SearchOutbox.objects.all()) == ["elasticsearch", "embedded", "embedded"]
    assert AuditEntry.objects.filter(action="search.retry").count() == 2
    assert "Nothing is parked any more." in editor.post(address, follow=True).content.decode()


def test_all_means_what_the_filters_leave(editor: Client, server: Server) -> None:
    park(practice())
    left = park(practice(), engine=server.name)
    address = reverse("search-index:retry_all") + "?engine=embedded"
    assert address in page(editor, engine="embedded")
    shown = editor.get(address).content.decode()
    assert "Send 1 parked item on its way" in shown
    assert f'action="{address}"' in shown
    editor.post(address)
    assert IndexFailure.objects.get() == left


def test_an_item_that_fails_for_good_comes_back(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = park(practice(summary=words(10)))
    editor.post(reverse("search-index:retry", args=[failure.pk]))

    def fail(_indexed: Any, item: Any, failed: list[tuple[str, str]]) -> None:
        failed.append((item.uid, "ValueError: still poisoned"))

    monkeypatch.setattr(services, "document_of", fail)
    for _attempt in range(services.MAX_ATTEMPTS):
        SearchOutbox.objects.update(not_before=timezone.now())
        services.drain()
    assert "ValueError: still poisoned" in page(editor)
