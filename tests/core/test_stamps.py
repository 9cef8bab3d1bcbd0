"""Version stamps: read once per request, seen at once by whoever changed them."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from core import stamps

pytestmark = pytest.mark.django_db


def test_what_never_changed_has_version_zero() -> None:
    assert stamps.version("nothing") == 0


def test_each_bump_is_a_new_version() -> None:
    seen = []
    for _ in range(3):
        stamps.bump("menu")
        seen.append(stamps.version("menu"))
    assert seen == [1, 2, 3]


def test_one_request_reads_all_stamps_with_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    stamps.bump("menu")
    with stamps.one_reading(), django_assert_num_queries(1):
        assert stamps.version("menu") == 1
        assert stamps.version("taxonomy") == 0
        assert stamps.version("menu") == 1


def test_a_request_sees_its_own_change() -> None:
    with stamps.one_reading():
        assert stamps.version("menu") == 0
        stamps.bump("menu")
        assert stamps.version("menu") == 1


def test_the_next_request_reads_again() -> None:
    with stamps.one_reading():
        assert stamps.version("menu") == 0
    stamps.bump("menu")
    with stamps.one_reading():
        assert stamps.version("menu") == 1
