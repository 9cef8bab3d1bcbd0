"""Whatever changes what the public may see of an item, the indexes follow: through the office's own verbs."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.permissions import Role
from content import services
from goodpractices.models import GoodPractice
from search import tasks
from search.backends import get_backend
from search.models import SearchOutbox
from search.types import SearchRequest
from tests.factories import CountryFactory, person, practice

pytestmark = pytest.mark.django_db


def found(**asked: Any) -> set[str]:
    tasks.drain_outbox()
    assert not SearchOutbox.objects.exists()
    return {hit.uid for hit in get_backend().search(SearchRequest(page_size=100, **asked)).hits}


@pytest.fixture(autouse=True)
def _empty_index() -> None:
    get_backend().clear()


def test_published_withdrawn_and_published_again() -> None:
    editor, row = person(Role.EDITOR), practice("DE", draft=True)
    assert found() == set()
    services.publish(item=row, user=editor)
    assert found() == {row.uid}
    services.withdraw(item=GoodPractice.objects.get(pk=row.pk), user=editor)
    assert found() == set()
    services.publish(item=GoodPractice.objects.get(pk=row.pk), user=editor)
    assert found() == {row.uid}


def test_an_archived_item_is_still_found_and_marked() -> None:
    editor, row = person(Role.EDITOR), practice("DE", draft=True)
    services.publish(item=row, user=editor)
    services.archive(item=GoodPractice.objects.get(pk=row.pk), user=editor)
    assert found() == {row.uid}
    assert get_backend().search(SearchRequest()).hits[0].extra["archived"] is True
    services.bring_back(item=GoodPractice.objects.get(pk=row.pk), user=editor)
    assert found() == {row.uid}
    assert get_backend().search(SearchRequest()).hits[0].extra["archived"] is False


def test_an_item_that_expires_leaves_the_index() -> None:
    editor, row = person(Role.EDITOR), practice("DE", draft=True)
    services.publish(item=row, user=editor)
    assert found() == {row.uid}
    GoodPractice.objects.filter(pk=row.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled")
    assert found() == set()


def test_a_corrected_language_and_another_country_are_followed() -> None:
    editor, row = person(Role.EDITOR), practice("DE", draft=True, title="Kurs")
    services.publish(item=row, user=editor)
    assert found(filters={"language": (row.language,)}) == {row.uid}
    edited = GoodPractice.objects.get(pk=row.pk)
    edited.language = "mt"
    edited.countries.set([CountryFactory(code="MT")])
    services.publish(item=edited, user=editor, revision=edited.save_revision())
    assert found(filters={"language": ("mt",)}) == {row.uid}
    assert found(filters={"country": ("MT",)}) == {row.uid}
    assert found(filters={"country": ("DE",)}) == set()


def test_a_deleted_item_is_gone() -> None:
    editor, row = person(Role.EDITOR), practice("DE", draft=True)
    services.publish(item=row, user=editor)
    assert found() == {row.uid}
    GoodPractice.objects.get(pk=row.pk).delete()
    assert found() == set()
