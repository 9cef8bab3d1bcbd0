"""Version stamps: read once per request, seen at once by whoever changed them."""

import pytest
from django.db import transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from core import stamps

pytestmark = pytest.mark.django_db


def test_what_never_changed_has_version_zero() -> None:
    assert stamps.version("nothing") == 0


def test_each_bump_is_a_new_version() -> None:
    seen = {0}
    for _ in range(3):
        stamps.bump("menu")
        seen.add(stamps.version("menu"))
    assert len(seen) == 4


def test_a_version_that_was_rolled_back_never_comes_again() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        stamps.bump("menu")
        lost = stamps.version("menu")
        raise RuntimeError
    stamps.bump("menu")
    assert stamps.version("menu") != lost


def test_one_request_reads_all_stamps_with_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    stamps.bump("menu")
    with stamps.one_reading(), django_assert_num_queries(1):
        version = stamps.version("menu")
        assert version > 0
        assert stamps.version("taxonomy") == 0
        assert stamps.version("menu") == version


def test_a_request_sees_its_own_change() -> None:
    with stamps.one_reading():
        assert stamps.version("menu") == 0
        stamps.bump("menu")
        assert stamps.version("menu") > 0


def test_the_next_request_reads_again() -> None:
    with stamps.one_reading():
        assert stamps.version("menu") == 0
    stamps.bump("menu")
    with stamps.one_reading():
        assert stamps.version("menu") > 0
