"""The text of an uploaded file is read after the commit, once, and again when the file changes."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.forms import get_document_form
from wagtail.models import Collection

from core import documents
from core.extraction import Extraction, TextProblem
from core.models import PortalDocument
from core.tasks import read_document, read_pending_documents

pytestmark = pytest.mark.django_db

PENDING, DONE, FAILED, NONE = PortalDocument.TextState.values


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def document(text: str = "Some words", name: str = "notes.txt") -> PortalDocument:
    made: PortalDocument = PortalDocument.objects.create(title="Notes", file=ContentFile(text.encode(), name))
    return made


def again(held: PortalDocument) -> PortalDocument:
    found: PortalDocument = PortalDocument.objects.get(pk=held.pk)
    return found


def test_the_text_is_read_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        held = document("Ένταξη in words")
        assert again(held).text_state == PENDING
    assert (again(held).text_state, again(held).text) == (DONE, "Ένταξη in words")


def test_a_file_that_changes_is_read_again(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        held = document("First words")
    held = again(held)
    with django_capture_on_commit_callbacks(execute=True):
        held.file.save("other.txt", ContentFile(b"Other words"))
        assert (again(held).text_state, again(held).text) == (PENDING, "")
    assert again(held).text == "Other words"


def test_a_file_that_is_replaced_under_its_own_name_is_read_again(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        held = document("First words")
    held = again(held)
    name = held.file.name
    # The office's form does it so.
    held.file.storage.delete(name)
    held.file = ContentFile(b"Other words", "notes.txt")
    with django_capture_on_commit_callbacks(execute=True):
        held.save()
    assert (again(held).file.name, again(held).text) == (name, "Other words")


def test_another_title_is_no_reason_to_read_again(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        held = document()
    monkeypatch.setattr(documents, "extract_text", lambda *_: pytest.fail("read again"))
    held = again(held)
    held.title = "Another title"
    with django_capture_on_commit_callbacks(execute=True):
        held.save()
    assert (again(held).text_state, again(held).text) == (DONE, "Some words")


@pytest.mark.parametrize(
    ("problem", "state"),
    [(TextProblem.NO_TEXT, NONE), (TextProblem.UNREADABLE, FAILED), (TextProblem.TOO_SLOW, FAILED)],
)
def test_a_problem_is_kept_with_what_could_be_read(
    monkeypatch: pytest.MonkeyPatch, problem: TextProblem, state: str
) -> None:
    held = document()
    monkeypatch.setattr(documents, "extract_text", lambda *_: Extraction("so far", problem))
    assert read_document(held.pk) is True
    held = again(held)
    assert (held.text_state, held.text_problem, held.text) == (state, problem, "so far")
    assert held.get_text_problem_display() == problem.label  # type: ignore[attr-defined]


def test_a_file_that_ends_its_worker_each_time_is_left_alone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    held = document()

    def dies(*_: Any) -> Extraction:
        raise SystemExit

    monkeypatch.setattr(documents, "extract_text", dies)
    for _attempt in range(documents.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            read_document(held.pk)
        assert again(held).text_state == PENDING
    assert read_document(held.pk) is True
    assert again(held).text_state == FAILED


def test_the_sweep_finds_what_was_left_behind() -> None:
    held = [document(f"Words {number}") for number in range(3)]
    assert read_pending_documents() == 3
    assert [again(one).text for one in held] == ["Words 0", "Words 1", "Words 2"]
    assert read_pending_documents() == 0


def test_the_sweep_takes_so_many_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH", 2)
    for _number in range(3):
        document()
    assert read_pending_documents() == 2
    assert read_pending_documents() == 1


def test_reading_twice_does_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = document()
    assert read_document(held.pk) is True
    monkeypatch.setattr(documents, "extract_text", lambda *_: pytest.fail("read again"))
    assert read_document(held.pk) is False
    assert read_document(999_999) is False


def test_a_file_that_changed_while_it_was_read_keeps_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    held = document()

    def changes(path: Path, extension: str) -> Extraction:
        again(held).file.save("other.txt", ContentFile(b"Other words"))
        return Extraction("of the former file")

    monkeypatch.setattr(documents, "extract_text", changes)
    assert read_document(held.pk) is False
    assert (again(held).text_state, again(held).text) == (PENDING, "")


def test_a_file_that_is_gone_is_said_to_be_missing() -> None:
    held = document()
    Path(held.file.path).unlink()
    read_document(held.pk)
    assert (again(held).text_state, again(held).text_problem) == (FAILED, TextProblem.MISSING)


def test_lists_and_relations_do_not_load_the_text(django_assert_num_queries: Any) -> None:
    held = document()
    assert "text" in again(held).get_deferred_fields()
    assert "text" in PortalDocument._base_manager.get(pk=held.pk).get_deferred_fields()
    with django_assert_num_queries(2):
        assert again(held).text == ""


def test_the_form_says_that_a_file_is_without_text() -> None:
    held = document("")
    read_document(held.pk)
    form = get_document_form(PortalDocument)(instance=again(held))
    assert "Is it a scan?" in form["file"].help_text
    assert "scan" not in get_document_form(PortalDocument)()["file"].help_text


def test_the_form_stores_a_file_under_a_safe_name() -> None:
    upload = SimpleUploadedFile("x.txt", b"Some words")
    upload._name = "..\u202eCON.txt"  # type: ignore[attr-defined]
    collection = Collection.get_first_root_node()
    form = get_document_form(PortalDocument)({"title": "Notes", "collection": collection.pk}, {"file": upload})
    assert form.is_valid(), form.errors
    assert form.save().filename == "file-CON.txt"


def test_beat_knows_the_sweep() -> None:
    tasks = {entry["task"]: entry["schedule"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}
    assert tasks[read_pending_documents.name] == 600
