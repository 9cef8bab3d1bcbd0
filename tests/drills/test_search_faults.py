"""The search goes on when its server is down, slow, wrong or empty, and catches up by itself."""

import datetime as dt
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from goodpractices.models import GoodPractice
from scripts.elasticsearch_distribution import ElasticsearchMissingError
from scripts.elasticsearch_node import Node, temporary_elasticsearch
from search import backends, maintenance, registry, service, services, tasks
from search.backends import ELASTICSEARCH, EMBEDDED, SearchUnavailableError, get_backend
from search.circuit import Circuit
from search.models import IndexFailure, SearchOutbox
from search.types import SearchDocument
from tests.conftest import missing
from tests.drills.faulty_proxy import Fault, FaultyProxy, faulty_proxy
from tests.drills.searching import (
    INDEX,
    LIMIT,
    Engine,
    announce,
    assert_caught_up,
    assert_limited,
    assert_whole,
    forget,
    harbour,
    page,
    publish_while_away,
    waiting,
)
from tests.factories import practice

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("elasticsearch-node")]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A node of this module's own, which asks for a password: it is stopped, frozen and emptied here."""
    try:
        with temporary_elasticsearch(secure=True) as started:
            yield started
    except ElasticsearchMissingError as problem:
        missing(f"Elasticsearch ({problem})")


@pytest.fixture(scope="module")
def _proxy(node: Node) -> Iterator[FaultyProxy]:
    with faulty_proxy(node.port) as started:
        yield started


@pytest.fixture
def elastic(node: Node, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The portal with an empty index on the node, in order."""
    if not node.is_running():
        # The drill before broke off while the node was away: that one has failed, this one need not.
        node.start_again()
    engine = Engine(node)
    circuits: dict[str, Circuit] = {}
    forget()
    monkeypatch.setattr(service, "circuit_of", lambda name: circuits.setdefault(name, Circuit(lambda: engine.now)))
    settings.ELASTICSEARCH_INDEX = INDEX
    settings.ELASTICSEARCH_URL = node.url
    yield engine
    monkeypatch.undo()
    forget()


@pytest.fixture
def index(elastic: Engine, db: None) -> Iterator[Engine]:
    """The portal with its index built."""
    for engine in backends.all_backends():
        maintenance.rebuild(engine)
    # Templates are compiled with the first page of a process.
    page()
    yield elastic
    everything = elastic.ask("GET", "/_all?expand_wildcards=open,closed")
    elastic.ask("DELETE", f"/{','.join(everything)}")


@pytest.fixture
def proxy(index: Engine, _proxy: FaultyProxy, settings: Any) -> Iterator[FaultyProxy]:
    """The proxy between the portal and the node, passing everything on."""
    settings.ELASTICSEARCH_URL = index.node.url.replace(str(index.node.port), str(_proxy.port))
    _proxy.heal()
    yield _proxy
    _proxy.heal()


# --- what visitors see ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fault", list(Fault), ids=[fault.name.lower() for fault in Fault])
def test_a_spoilt_answer_costs_one_question_and_the_embedded_engine_answers(
    fault: Fault, index: Engine, proxy: FaultyProxy
) -> None:
    harbour()
    # Once when nothing is known of the server yet, once in the midst of things.
    for _moment in ("first", "later"):
        proxy.fail(fault)
        found = page()
        assert_limited(found)
        asked = len(proxy.requests)
        # None where the connection itself failed.
        assert asked <= 1
        # Whoever comes next does not wait at all, and the other forms of the page do not ask either.
        assert_limited(page())
        body = json.loads(page("/en/search/results.json?q=harbour").text)
        assert "engine" in body["degraded"]
        assert body["total"] == 1
        assert len(proxy.requests) == asked
        proxy.heal()
        index.rest()
        assert_whole(index)
        assert proxy.requests


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.TRICKLE, Fault.BROKEN])
def test_a_page_that_searches_twice_waits_once(fault: Fault, index: Engine, proxy: FaultyProxy) -> None:
    harbour()
    proxy.fail(fault)
    assert_limited(page("/en/search/?q=harbour&page=99"), status=404)
    assert len(proxy.requests) <= 1
    assert page("/en/").seconds < LIMIT
    assert len(proxy.requests) <= 1


PATIENCE = "search.backends.elastic.connection.PATIENCE_WRITING"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that gives a server one second, and little to one that is busy."""
    monkeypatch.setattr(PATIENCE, 1.0)
    monkeypatch.setattr("search.backends.elastic.writing._FIRST_PAUSE", 0.01)


# --- what the worker does -------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("impatient")
def test_no_fault_of_the_server_is_held_against_the_items(
    index: Engine, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour()
    announce(practice(title="Garden school"))
    withdrawn = announce(practice(title="Field school", withdrawn=True))
    elastic = get_backend(ELASTICSEARCH)
    monkeypatch.setattr(PATIENCE, 0.3)
    for fault in Fault:
        proxy.fail(fault)
        for action in (lambda: services.drain(backend=elastic), lambda: elastic.delete(withdrawn.uid, 1)):
            with pytest.raises(SearchUnavailableError):
                action()
        tasks.drain_outbox()
        assert waiting() == [(ELASTICSEARCH, 0)] * 2
        assert not IndexFailure.objects.exists()
        proxy.heal()
    monkeypatch.setattr(PATIENCE, 30.0)
    assert_caught_up(index)


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.BROKEN, Fault.NONSENSE, Fault.GATEWAY, Fault.CUT])
def test_a_rebuild_that_the_server_fails_in_the_middle_of_leaves_the_index_as_it_was(
    fault: Fault, index: Engine, proxy: FaultyProxy, impatient: None
) -> None:
    harbour()
    elastic = get_backend(ELASTICSEARCH)
    with pytest.raises(SearchUnavailableError):
        maintenance.rebuild(elastic, lambda _done, _total: proxy.fail(fault))
    proxy.heal()
    assert maintenance.find_drift(elastic).clean
    assert_whole(index)
    announce(practice(title="Garden school"))
    assert_caught_up(index)
    maintenance.rebuild(elastic)
    assert len([name for name in index.ask("GET", f"/_alias/{INDEX}*") if name.startswith(INDEX)]) == 1


# --- the node itself ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_node_that_is_stopped_is_gone_round_and_caught_up_with(index: Engine) -> None:
    harbour()
    assert_whole(index)
    index.node.stop()
    assert_limited(page())
    publish_while_away()
    index.node.start_again()
    assert_caught_up(index)


@pytest.mark.django_db(transaction=True)
def test_a_node_that_comes_back_empty_is_filled_by_the_sweep(index: Engine) -> None:
    harbour()
    index.node.kill()
    shutil.rmtree(index.node.folder / "data")
    assert_limited(page())
    publish_while_away()
    index.node.start_again()
    # It answers, but has no index: whoever comes before the sweep still gets everything.
    index.rest()
    assert_limited(page())
    assert_caught_up(index)


@pytest.mark.django_db(transaction=True)
def test_a_frozen_node_holds_up_neither_visitors_nor_the_worker(index: Engine, impatient: None) -> None:
    harbour()
    assert_whole(index)
    index.node.pause()
    try:
        assert_limited(page())
        publish_while_away()
        # The first change has waited for the node; those after it do not.
        began = time.perf_counter()
        for number in range(5):
            announce(practice(title=f"Field number {number}"))
        assert time.perf_counter() - began < LIMIT
        assert waiting() == [(ELASTICSEARCH, 0)] * 6
    finally:
        index.node.resume()
    assert_caught_up(index)


def move_alias(index: Engine, *actions: dict[str, Any]) -> None:
    index.ask("POST", "/_aliases", {"actions": list(actions)})


def made_by_hand(index: Engine) -> None:
    index.ask("PUT", "/made-by-hand", {"mappings": {"properties": {"title": {"type": "text"}}}})


def searched_and_written(name: str) -> list[dict[str, Any]]:
    return [{name: {"index": f"{INDEX}-000001", "alias": alias}} for alias in (INDEX, f"{INDEX}-write")]


def delete_the_index(index: Engine) -> None:
    index.ask("DELETE", f"/{INDEX}-000001")


def lose_the_alias(index: Engine) -> None:
    move_alias(index, searched_and_written("remove")[0])


def put_another_index_in_its_place(index: Engine) -> None:
    made_by_hand(index)
    added = [{"add": {"index": "made-by-hand", "alias": alias}} for alias in (INDEX, f"{INDEX}-write")]
    move_alias(index, *searched_and_written("remove"), *added)


def put_another_index_beside_it(index: Engine) -> None:
    made_by_hand(index)
    move_alias(index, {"add": {"index": "made-by-hand", "alias": INDEX}})


def close_the_index(index: Engine) -> None:
    index.ask("POST", f"/{INDEX}-000001/_close")


@pytest.mark.parametrize("known", [False, True], ids=["first-question", "later"])
@pytest.mark.parametrize(
    "damage", [delete_the_index, lose_the_alias, put_another_index_in_its_place, put_another_index_beside_it]
)
def test_an_index_that_is_lost_or_another_is_gone_round_and_built_anew(
    damage: Callable[[Engine], None], known: bool, index: Engine
) -> None:
    harbour()
    if known:
        assert_whole(index)
    damage(index)
    assert_limited(page())
    announce(practice(title="Garden school"))
    assert_caught_up(index)


def lose_the_write_alias(index: Engine) -> None:
    move_alias(index, searched_and_written("remove")[1])


def write_elsewhere(index: Engine) -> None:
    made_by_hand(index)
    lose_the_write_alias(index)
    move_alias(index, {"add": {"index": "made-by-hand", "alias": f"{INDEX}-write"}})


def write_elsewhere_as_well(index: Engine) -> None:
    made_by_hand(index)
    move_alias(index, {"add": {"index": "made-by-hand", "alias": f"{INDEX}-write"}})


@pytest.mark.parametrize("damage", [lose_the_write_alias, write_elsewhere, write_elsewhere_as_well])
def test_changes_that_go_astray_reach_the_index_with_the_next_sweep(
    damage: Callable[[Engine], None], index: Engine
) -> None:
    harbour()
    damage(index)
    assert_whole(index)
    announce(practice(title="Garden school"))
    assert_caught_up(index)
    assert maintenance.find_drift(get_backend(EMBEDDED)).clean
    assert list(index.ask("GET", f"/_alias/{INDEX}-write")) == list(index.ask("GET", f"/_alias/{INDEX}"))


def forbid_writing(index: Engine) -> None:
    index.ask("PUT", f"/{INDEX}-000001/_settings", {"index.blocks.write": True})


def allow_writing(index: Engine) -> None:
    index.ask("PUT", f"/{INDEX}-000001/_settings", {"index.blocks.write": False})


def open_the_index(index: Engine) -> None:
    index.ask("POST", f"/{INDEX}-000001/_open?wait_for_active_shards=1")


@pytest.mark.parametrize(("damage", "repair"), [(forbid_writing, allow_writing), (close_the_index, open_the_index)])
def test_an_index_that_takes_nothing_is_no_fault_of_the_items(
    damage: Callable[[Engine], None], repair: Callable[[Engine], None], index: Engine
) -> None:
    harbour()
    damage(index)
    assert page().seconds < LIMIT
    announce(practice(title="Garden school"))
    for _sweep in range(services.MAX_ATTEMPTS):
        tasks.drain_outbox()
    assert waiting() == [(ELASTICSEARCH, 0)]
    assert not IndexFailure.objects.exists()
    repair(index)
    assert_caught_up(index)


def test_a_node_that_refuses_the_password_is_gone_round(index: Engine, settings: Any) -> None:
    harbour()
    right = settings.ELASTICSEARCH_URL
    settings.ELASTICSEARCH_URL = right.replace(index.node.password, "wrong")
    assert_limited(page())
    announce(practice(title="Garden school"))
    tasks.drain_outbox()
    assert waiting() == [(ELASTICSEARCH, 0)]
    settings.ELASTICSEARCH_URL = right
    assert_caught_up(index)


# --- single items ---------------------------------------------------------------------------------------------------
def endless() -> dict[str, Any]:
    """What no program can turn into text."""
    whole: dict[str, Any] = {}
    whole["part"] = whole
    return whole


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"keywords": {"unheard-of": ("x",)}}, "strict"),
        ({"vector": b"\x00\x3c" * 5}, "dimensions"),
        ({"extra": endless()}, "RecursionError"),
    ],
    ids=["mapping", "vector", "endless"],
)
def test_a_poisoned_document_is_parked_and_blocks_no_other(
    changes: dict[str, Any], told: str, index: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = practice(title="Poison")
    indexed = registry.get_type("practice")
    assert indexed is not None
    healthy = indexed.document

    def document(item: GoodPractice) -> SearchDocument:
        made = healthy(item)
        return replace(made, **changes) if item.pk == bad.pk else made

    with monkeypatch.context() as patch:
        patch.setitem(registry._types, "practice", replace(indexed, document=document))
        announce(bad)
        announce(practice(title="Harbour school"))
        elastic = get_backend(ELASTICSEARCH)
        for attempt in range(services.MAX_ATTEMPTS):
            assert (ELASTICSEARCH, attempt) in waiting()
            SearchOutbox.objects.update(not_before=timezone.now() - dt.timedelta(seconds=1))
            services.drain(backend=elastic)
            assert maintenance.find_drift(elastic) == maintenance.Drift((bad.uid,), (), ())
        assert not SearchOutbox.objects.filter(engine=ELASTICSEARCH).exists()
        failure = IndexFailure.objects.get(engine=ELASTICSEARCH)
        assert (failure.uid, failure.type) == (bad.uid, "practice")
        assert told in failure.error
        assert_whole(index)
    SearchOutbox.objects.all().delete()
    announce(bad)
    tasks.drain_outbox()
    assert maintenance.find_drift(elastic).clean
    assert not IndexFailure.objects.exists()
