"""What a second look at the search found: each of these failed once."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.db import connections
from django.http import QueryDict

from goodpractices.models import GoodPractice
from search import maintenance, registry, services
from search.backends import get_backend
from search.backends.tokens import query_clauses
from search.list_page import ListFrame, list_page
from search.models import Embedding, SearchOutbox
from search.parameters import ListRules, parse
from search.semantic import means
from search.semantic import services as semantic
from search.types import Alternative, BulkReport, SearchDocument, SearchRequest, SearchResponse
from tests.factories import practice
from tests.search.kinds import put, thing

pytestmark = pytest.mark.django_db


def uids(text: str = "", **changes: Any) -> set[str]:
    return {hit.uid for hit in get_backend().search(SearchRequest(text=text, page_size=100, **changes)).hits}


def test_an_item_that_a_rebuild_could_not_read_comes_back_with_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its version rising: nothing has changed about the item, the program was mended."""
    item = practice(title="Harbour school", search_version=3)
    maintenance.rebuild()
    assert uids() == {f"practice-{item.pk}"}
    indexed = registry.get_type("practice")
    assert indexed is not None

    def fail(_item: GoodPractice) -> SearchDocument:
        raise KeyError

    with monkeypatch.context() as broken:
        broken.setitem(registry._types, "practice", _with_document(indexed, fail))
        assert maintenance.rebuild().failed
    assert maintenance.find_drift().missing == (f"practice-{item.pk}",)
    maintenance.repair(maintenance.find_drift())
    assert uids() == {f"practice-{item.pk}"}


def _with_document(indexed: registry.IndexedType, document: Any) -> registry.IndexedType:
    return replace(indexed, document=document)


def test_what_a_rebuild_fails_to_write_stays_as_it_was() -> None:
    item = practice(title="Harbour school")
    maintenance.rebuild()
    engine = get_backend()
    unfit = SearchDocument(
        uid=f"practice-{item.pk}", type="practice", version=10**30, language="en", title="Harbour school", path="/x"
    )
    assert engine.rebuild([[unfit]]).failed
    assert uids() == {f"practice-{item.pk}"}


def test_vectors_of_two_models_side_by_side_do_not_break_the_search() -> None:
    """As while a new model's vectors are being worked out."""
    short = np.ones(4, "<f2") / 2
    long = np.ones(16, "<f2") / 4
    put(thing(1, vector=short.tobytes()), thing(2, vector=long.tobytes()), thing(3, vector=long.tobytes()))
    assert "thing-1" in uids("zzz", vector=short.tobytes())
    assert {"thing-2", "thing-3"} <= uids("zzz", vector=long.tobytes())


def test_leaving_one_word_out_leaves_no_other_out() -> None:
    rules = ListRules()
    query = parse(QueryDict("q=art+party"), rules)
    response = SearchResponse(total=0, hits=(), alternatives=(Alternative(3, word="art"),))
    frame = ListFrame("Search", rules, "/search/", {})
    (view,) = list_page(frame, query, response).alternatives
    assert view.url == "/search/?q=party"


class Recorder:
    """An engine that only notes what it is given; ``meanwhile`` happens while it writes."""

    name = "embedded"
    transactional = False

    def __init__(self, meanwhile: Any) -> None:
        self.meanwhile = meanwhile
        self.got: list[list[SearchDocument]] = []

    def index(self, documents: Any) -> BulkReport:
        self.got.append(list(documents))
        self.meanwhile(documents)
        return BulkReport(tuple(document.uid for document in documents))

    def rebuild(self, batches: Any) -> BulkReport:
        return [self.index(batch) for batch in batches][-1]


class Fixed:
    """An embedder that finds the same meaning in everything."""

    name = "fixed"

    def passages(self, texts: Any) -> list[Any]:
        return [np.ones(384, np.float32) / 20 for _text in texts]

    def query(self, text: str) -> Any:
        return np.ones(384, np.float32) / 20


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> Fixed:
    fixed = Fixed()
    monkeypatch.setattr(semantic, "get_embedder", lambda: fixed)
    return fixed


def worked_out(documents: Any) -> None:
    """Another worker works out the vectors; what it sends to the index arrives before this worker's own writing."""
    name = f"fixed-sentences-{means.version()}"
    for document in documents:
        key = semantic.digest(name, document.language, semantic.meaning_text(document))
        Embedding.objects.get_or_create(digest=key, embedder=name, defaults={"vector": b"\x00\x01" * 384})


def test_a_vector_worked_out_while_its_item_is_written_is_not_lost(embedder: Fixed) -> None:
    item = practice(title="Harbour school")
    services.enqueue_uids([f"practice-{item.pk}"], "embedded")
    engine: Any = Recorder(worked_out)
    services.drain(backend=engine)
    assert not engine.got[0][0].vector
    services.drain(backend=engine)
    assert len(engine.got) == 2
    assert engine.got[1][0].vector
    assert not SearchOutbox.objects.exists()


def test_a_vector_worked_out_during_a_rebuild_is_not_lost(embedder: Fixed) -> None:
    practice(title="Harbour school")
    SearchOutbox.objects.all().delete()
    engine: Any = Recorder(worked_out)
    maintenance.rebuild(engine)
    services.drain(backend=engine)
    assert engine.got[-1][0].vector


def test_what_visitors_type_fills_little_memory() -> None:
    """A query of 32 words takes some 250 kB as demands on documents."""
    assert query_clauses.cache_info().maxsize is not None
    assert query_clauses.cache_info().maxsize <= 256


def publish_again_and_again(items: list[GoodPractice], rounds: int) -> None:
    for version in range(1, rounds + 1):
        for item in items:
            changed = {"title": f"Harbour {item.pk} round {version}", "search_version": version}
            GoodPractice.objects.filter(pk=item.pk).update(**changed)
            services.enqueue_item(GoodPractice, item.pk, version)


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_a_publisher_lose_nothing() -> None:
    engine = get_backend()
    engine.clear()
    items = [practice(title=f"Harbour {number}") for number in range(6)]
    SearchOutbox.objects.all().delete()

    def publish() -> None:
        publish_again_and_again(items, 10)
        connections.close_all()

    def drain(published: "Future[None]") -> None:
        last = False
        while not last:
            last = published.done()
            while not services.drain(limit=3).nothing:
                pass
        connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        published = threads.submit(publish)
        for work in (published, threads.submit(drain, published), threads.submit(drain, published)):
            work.result(60)
    assert not SearchOutbox.objects.exists()
    found = {hit.title for hit in engine.search(SearchRequest(page_size=100)).hits}
    assert found == {f"Harbour {item.pk} round 10" for item in items}
    assert maintenance.find_drift().clean
