"""The life of Elasticsearch's index: built anew, gone back, interrupted; what the server refuses or is too busy for."""

import os
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from search import maintenance
from search.backends import RebuildRefusedError, SearchUnavailableError
from search.backends.elastic.engine import ElasticBackend
from search.backends.elastic.mapping import Names
from search.backends.elastic.writing import Operation, Outcome, send
from search.models import RebuildRun
from search.types import SearchDocument, SearchRequest
from tests.search.kinds import thing

NAMES = Names(("colour", "year"), ("published", "deadline"), ())


@pytest.fixture
def engine(elasticsearch_url: str) -> Iterator[ElasticBackend]:
    index = f"life-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    backend = ElasticBackend(elasticsearch_url, index, refresh=True, remembered=0, patience=20, names=NAMES)
    backend.clear()
    yield backend
    backend.remove()


def uids(engine: ElasticBackend, text: str = "") -> set[str]:
    return {hit.uid for hit in engine.search(SearchRequest(text=text, page_size=100)).hits}


def generations(engine: ElasticBackend) -> list[str]:
    return [name.rsplit("-", 1)[1] for name in engine._generations().all()]


def test_a_rebuild_replaces_the_index_and_a_rollback_brings_the_old_one_back(engine: ElasticBackend) -> None:
    engine.index([thing(1), thing(2)])
    assert set(engine.rebuild([[thing(1)], [thing(3)]]).indexed) == {"thing-1", "thing-3"}
    assert uids(engine) == {"thing-1", "thing-3"}
    assert generations(engine) == ["000001", "000002"]
    assert engine.roll_back().endswith("000001")
    assert uids(engine) == {"thing-1", "thing-2"}
    engine.index([thing(4)])
    assert uids(engine) == {"thing-1", "thing-2", "thing-4"}
    # The next rebuild clears up, and keeps just one to go back to.
    for _turn in range(3):
        engine.rebuild([[thing(5)]])
    assert len(generations(engine)) == 2
    assert uids(engine) == {"thing-5"}


def test_the_servers_time_is_that_of_all_its_answers(engine: ElasticBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.index([thing(1)])
    asked: list[Any] = []

    def reading(budget: Any) -> Any:
        def search(**question: Any) -> Any:
            answer = {**engine._connection.client.search(**question).body, "took": 7}
            asked.extend(["body"] * ("body" in question))
            return answer

        return SimpleNamespace(search=search, indices=engine._connection.client.indices)

    monkeypatch.setattr(engine._connection, "reading", reading)
    # A word that nothing holds: the question itself, why it finds nothing, most of the words, what else there is.
    assert engine.search(SearchRequest(text="nothingheldthis")).took == 7 * len(asked)
    assert len(asked) >= 3


def test_without_an_earlier_index_there_is_no_way_back(engine: ElasticBackend) -> None:
    with pytest.raises(RebuildRefusedError, match="No earlier"):
        engine.roll_back()


def test_changes_made_while_the_new_index_is_filled_are_in_both(engine: ElasticBackend) -> None:
    engine.index([thing(number, title="Old title") for number in range(1, 5)])

    def batches() -> Iterator[list[SearchDocument]]:
        yield [thing(1, title="Old title"), thing(2, title="Old title")]
        # The outbox goes on: one item changed, one deleted, one new, while later batches still hold what was.
        engine.index([thing(1, version=2, title="New title"), thing(9, title="New title")])
        engine.delete("thing-3", 2)
        assert uids(engine) == {"thing-1", "thing-2", "thing-4", "thing-9"}
        yield [thing(3, title="Old title"), thing(4, title="Old title")]

    engine.rebuild(batches())
    assert uids(engine) == {"thing-1", "thing-2", "thing-4", "thing-9"}
    assert uids(engine, '"new title"') == {"thing-1", "thing-9"}
    assert dict(engine.versions()) == {"thing-1": 2, "thing-2": 1, "thing-4": 1, "thing-9": 1}


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, ValueError])
def test_an_interrupted_rebuild_leaves_everything_as_it_was(
    engine: ElasticBackend, stopped_by: type[BaseException]
) -> None:
    engine.index([thing(1)])

    def batches() -> Iterator[list[SearchDocument]]:
        yield [thing(7)]
        raise stopped_by

    with pytest.raises(stopped_by):
        engine.rebuild(batches())
    assert uids(engine) == {"thing-1"}
    assert generations(engine) == ["000001"]
    engine.index([thing(2)])
    assert uids(engine) == {"thing-1", "thing-2"}


def test_what_a_killed_rebuild_left_is_cleared_by_the_next(engine: ElasticBackend) -> None:
    engine.index([thing(1)])
    engine._generations().create(searched=False)
    engine.index([thing(2)])
    assert len(engine._generations().written()) == 2
    engine.rebuild([[thing(3)]])
    assert uids(engine) == {"thing-3"}
    assert len(generations(engine)) == 2
    assert len(engine._generations().written()) == 1


def test_a_new_index_that_lost_documents_is_not_put_in_use(
    engine: ElasticBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.index([thing(1)])
    poisoned = [thing(number, keywords={"unheard": ("of",)}) for number in range(100, 130)]
    with pytest.raises(RebuildRefusedError, match="30 failed"):
        engine.rebuild([[thing(2), thing(3)], poisoned])
    assert uids(engine) == {"thing-1"}
    assert generations(engine) == ["000001"]
    del monkeypatch


def test_a_few_failures_do_not_stop_a_rebuild(engine: ElasticBackend) -> None:
    report = engine.rebuild([[thing(number) for number in range(200)], [thing(500, keywords={"unheard": ("of",)})]])
    assert len(report.indexed) == 200
    assert [uid for uid, _why in report.failed] == ["thing-500"]
    assert "unheard" in report.failed[0][1]
    assert engine.search(SearchRequest()).total == 200


def test_an_index_in_the_place_of_the_alias_is_left_alone(engine: ElasticBackend) -> None:
    engine.remove()
    client = engine._connection.writing()
    client.indices.create(index=engine._index)
    try:
        assert engine.outdated()
        with pytest.raises(RebuildRefusedError, match="stands where the alias must be"):
            engine.rebuild([[thing(1)]])
        with pytest.raises(SearchUnavailableError):
            engine.search(SearchRequest())
        with pytest.raises(SearchUnavailableError):
            engine.index([thing(1)])
    finally:
        client.indices.delete(index=engine._index)


def test_an_index_made_in_another_way_is_outdated_and_not_searched(
    engine: ElasticBackend, elasticsearch_url: str
) -> None:
    assert not engine.outdated()
    other = ElasticBackend(elasticsearch_url, engine._index, names=Names(("size",), (), ()))
    assert other.outdated()
    with pytest.raises(SearchUnavailableError, match="another way"):
        other.search(SearchRequest())


@pytest.mark.django_db
def test_one_rebuild_at_a_time(engine: ElasticBackend) -> None:
    RebuildRun.objects.create(engine=engine.name, token="somebody else")
    with pytest.raises(maintenance.RebuildRunningError, match="already being rebuilt"):
        maintenance.rebuild(engine)
    RebuildRun.objects.update(alive_at="2020-01-01T00:00Z")
    maintenance.rebuild(engine)
    assert not RebuildRun.objects.exists()


def test_a_document_the_mapping_refuses_blocks_no_other(engine: ElasticBackend) -> None:
    report = engine.index([thing(1), thing(2, keywords={"unheard": ("of",)}), thing(3, dates={"unknown": "x"})])
    assert report.indexed == ("thing-1",)
    assert {uid for uid, _why in report.failed} == {"thing-2", "thing-3"}
    assert uids(engine) == {"thing-1"}


# --- a server that says no ----------------------------------------------------------------------------------------
class Busy:
    """Answers bulk requests from a script: a status for the request, or a list of statuses for its items."""

    def __init__(self, *script: int | list[int]) -> None:
        self.script = list(script)
        self.sent: list[int] = []

    def bulk(self, operations: Sequence[str], refresh: bool) -> dict[str, Any]:
        del refresh
        count = len(operations) // 2
        self.sent.append(count)
        told = self.script.pop(0) if self.script else [200] * count
        if isinstance(told, int):
            raise ApiError("no", SimpleNamespace(status=told), {})  # type: ignore[arg-type]
        items = [
            {"index": {"status": status, **({"error": {"reason": "r"}} if status >= 400 else {})}} for status in told
        ]
        return {"items": items}


def operations(count: int) -> list[Operation]:
    return [Operation(f"thing-{number}", ("{}", "{}")) for number in range(count)]


def deliver(server: Busy, count: int) -> tuple[Outcome, list[float]]:
    outcome, pauses = Outcome(), list[float]()
    client: Elasticsearch = server  # type: ignore[assignment]
    send(client, operations(count), outcome, refresh=False, pause=pauses.append)
    return outcome, pauses


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_a_while(status: int) -> None:
    outcome, pauses = deliver(Busy(status, status), 3)
    assert len(outcome.done) == 3
    assert pauses == [0.5, 1.0]


def test_only_the_items_it_was_too_busy_for_are_sent_again() -> None:
    server = Busy([200, 429, 409, 400])
    outcome, pauses = deliver(server, 4)
    assert server.sent == [4, 1]
    assert set(outcome.done) == {"thing-0", "thing-1"}
    assert set(outcome.stale) == {"thing-2"}
    assert set(outcome.failed) == {"thing-3"}
    assert pauses == [0.5]


def test_a_request_that_is_too_large_is_halved() -> None:
    server = Busy(413, [200, 200], 413, [200], [200])
    outcome, _pauses = deliver(server, 4)
    assert server.sent == [4, 2, 2, 1, 1]
    assert len(outcome.done) == 4


def test_a_single_item_that_is_too_large_has_failed() -> None:
    outcome, _pauses = deliver(Busy(413), 1)
    assert "413" in outcome.failed["thing-0"]


def test_a_server_that_stays_busy_is_out_of_reach() -> None:
    with pytest.raises(SearchUnavailableError, match="busy"):
        deliver(Busy(429, 429, 429, 429, 429), 1)


def test_refused_credentials_fail_no_item() -> None:
    server = Busy(401)
    outcome = Outcome()
    with pytest.raises(ApiError):
        send(server, operations(2), outcome, refresh=False)  # type: ignore[arg-type]
    assert not outcome.failed
