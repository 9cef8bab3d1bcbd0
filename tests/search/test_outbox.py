"""The way of a change into the index: nothing lost, nothing doubled, nothing held up."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from content.signals import item_changed
from goodpractices.models import GoodPractice
from search import registry, services, tasks
from search.backends import SearchUnavailableError, get_backend
from search.models import IndexFailure, SearchOutbox
from search.types import BulkReport, SearchDocument, SearchRequest
from taxonomy.services import announce_change
from tests.factories import CountryFactory, ThemeFactory, TopicFactory, practice

pytestmark = pytest.mark.django_db


def announce(item: GoodPractice) -> None:
    """What ``content.services.announce`` does, in short."""
    GoodPractice.objects.filter(pk=item.pk).update(search_version=item.search_version + 1)
    item.search_version += 1
    item_changed.send(sender=type(item), item=item, version=item.search_version)


def titles(text: str = "") -> set[str]:
    return {hit.title for hit in get_backend().search(SearchRequest(text=text, page_size=100)).hits}


def test_a_published_item_is_searchable_once_committed(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        announce(practice(title="Harbour school"))
    assert titles("harbour") == {"Harbour school"}
    assert not SearchOutbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_row_and_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(tasks.drain_outbox, "apply_async", lambda **message: sent.append(message))
    get_backend().clear()
    item = practice(title="Harbour school")

    def fail() -> None:
        with transaction.atomic():
            announce(item)
            assert SearchOutbox.objects.count() == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert SearchOutbox.objects.count() == 0
    assert sent == []
    announce(item)
    assert len(sent) == 1
    assert sent[0]["kwargs"]["ids"] == [SearchOutbox.objects.get().pk]


def test_a_dead_broker_does_not_fail_the_change(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_message: Any) -> None:
        raise OSError

    monkeypatch.setattr(tasks.drain_outbox, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        announce(practice(title="Harbour"))
    assert titles() == set()
    tasks.drain_outbox()
    assert titles() == {"Harbour"}


def test_withdrawn_and_deleted_items_leave_the_index(django_capture_on_commit_callbacks: Any) -> None:
    one, other = practice(title="Harbour"), practice(title="Garden")
    with django_capture_on_commit_callbacks(execute=True):
        announce(one)
        announce(other)
    assert titles() == {"Harbour", "Garden"}
    with django_capture_on_commit_callbacks(execute=True):
        GoodPractice.objects.filter(pk=one.pk).update(live=False)
        announce(one)
        other.delete()
    assert titles() == set()
    assert not SearchOutbox.objects.exists()


def test_drafts_never_reach_the_index(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        announce(practice(title="Secret draft", draft=True))
    assert titles() == set()


def test_many_changes_of_one_item_are_one_document_and_a_second_delivery_changes_nothing() -> None:
    item = practice(title="Harbour")
    for _change in range(3):
        announce(item)
    rows = [row.pk for row in SearchOutbox.objects.all()]
    assert services.drain(rows).indexed == 1
    assert not SearchOutbox.objects.exists()
    assert services.drain(rows) == services.Drained()
    assert dict(get_backend().versions()) == {item.uid: 3}


def test_a_drain_is_bounded() -> None:
    for number in range(5):
        announce(practice(title=f"Harbour {number}"))
    assert services.drain(limit=2).indexed == 2
    assert SearchOutbox.objects.count() == 3
    tasks.drain_outbox()
    assert len(titles()) == 5


def poison(monkeypatch: pytest.MonkeyPatch, pk: int) -> None:
    """Make the practice with that key impossible to turn into a document."""
    indexed = registry.get_type("practice")
    assert indexed is not None

    def document(item: GoodPractice) -> SearchDocument:
        if item.pk == pk:
            message = "poisoned"
            raise ValueError(message)
        return indexed.document(item)

    changed = registry.IndexedType(
        code="practice",
        model=indexed.model,
        label=indexed.label,
        label_plural=indexed.label_plural,
        published=indexed.published,
        document=document,
        term_lookups=indexed.term_lookups,
    )
    monkeypatch.setitem(registry._types, "practice", changed)


def test_a_poisoned_item_is_parked_and_blocks_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = practice(title="Poison"), practice(title="Harbour")
    announce(bad)
    announce(good)
    with monkeypatch.context() as patch:
        poison(patch, bad.pk)
        report = services.drain()
        assert (report.indexed, report.failed) == (1, 1)
        assert titles() == {"Harbour"}
        row = SearchOutbox.objects.get()
        assert row.attempts == 1
        assert "poisoned" in row.error
        assert row.not_before > timezone.now()
        assert services.drain() == services.Drained()
        for _attempt in range(services.MAX_ATTEMPTS):
            SearchOutbox.objects.update(not_before=timezone.now() - dt.timedelta(seconds=1))
            services.drain()
        assert not SearchOutbox.objects.exists()
        failure = IndexFailure.objects.get()
        assert (failure.uid, failure.type) == (bad.uid, "practice")
        assert "poisoned" in failure.error
    announce(bad)
    services.drain()
    assert titles() == {"Harbour", "Poison"}
    assert not IndexFailure.objects.exists()


def test_a_renamed_term_is_searchable_by_its_new_name(django_capture_on_commit_callbacks: Any) -> None:
    theme = ThemeFactory(code="work", name_en="Work", name_fr="Travail", name_de="Arbeit")
    topic = TopicFactory(code="jobs", theme=theme, name_en="Vacancies")
    with django_capture_on_commit_callbacks(execute=True):
        announce(practice(title="Harbour", topics=[topic], countries=[CountryFactory(code="DE", name_fr="Allemagne")]))
        announce(practice(title="Garden", topics=[TopicFactory(code="other", theme=ThemeFactory(code="rest"))]))
    with translation.override("fr"):
        assert titles("travail allemagne") == {"Harbour"}
    theme.name_en = "Livelihood"
    theme.save()
    with django_capture_on_commit_callbacks(execute=True):
        announce_change(theme)
    assert titles("livelihood") == {"Harbour"}
    topic.name_en = "Openings"
    topic.save()
    with django_capture_on_commit_callbacks(execute=True):
        announce_change(topic)
    assert titles("openings") == {"Harbour"}
    assert titles("vacancies") == set()


def test_what_the_engine_refuses_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    item = practice(title="Harbour")
    announce(item)

    class Refusing:
        name = "embedded"
        transactional = False

        def index(self, documents: Any) -> BulkReport:
            return BulkReport(failed=tuple((document.uid, "429") for document in documents))

        def delete(self, uid: str, version: int) -> bool:
            raise AssertionError

    assert services.drain(backend=Refusing()).failed == 1  # type: ignore[arg-type]
    assert SearchOutbox.objects.get().error == "429"


def test_an_engine_out_of_reach_leaves_the_outbox_as_it_is() -> None:
    announce(practice(title="Harbour"))

    class Dead:
        name = "embedded"
        transactional = False

        def index(self, documents: Any) -> BulkReport:
            raise SearchUnavailableError

    with pytest.raises(SearchUnavailableError):
        services.drain(backend=Dead())  # type: ignore[arg-type]
    assert SearchOutbox.objects.get().attempts == 0


def test_draining_ten_items_reads_as_often_as_one() -> None:
    def reads(captured: CaptureQueriesContext) -> int:
        return sum(query["sql"].startswith("SELECT") for query in captured)

    announce(practice(title="Loads the vocabulary"))
    services.drain()
    announce(practice(title="One"))
    with CaptureQueriesContext(connection) as one:
        services.drain()
    for number in range(10):
        announce(practice(title=f"More {number}"))
    with CaptureQueriesContext(connection) as ten:
        services.drain()
    assert reads(ten) == reads(one)
