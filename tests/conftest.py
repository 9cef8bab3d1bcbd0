"""Fixtures that every part of the suite shares."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from portal.catalogues import compile_catalogues
from scripts.elasticsearch_node import START_SECONDS, is_healthy
from tests.databases import Contents, filled_by_migrations, place_migrated_database, restore

#: In CI a missing server or browser is a failure, elsewhere a reason to skip.
PROMISED = os.environ.get("PORTAL_CI") == "1"
SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


_filled: Contents = {}
_blockers: list[Any] = []


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations before anything reads them."""
    if not hasattr(config, "workerinput"):
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(Path(folder))


def missing(what: str) -> None:
    """Skip the test for want of ``what``; fail it where CI promised that everything is there."""
    if PROMISED:
        pytest.fail(f"CI must provide {what}.")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """The address of a real Elasticsearch node, ready to answer; `make test` starts one beside the tests.

    Every test process gets the same node: indices need names of their own.
    """
    address = os.environ.get("TEST_ELASTICSEARCH_URL", "").strip()
    if not address:
        missing("Elasticsearch (TEST_ELASTICSEARCH_URL)")
    deadline = time.monotonic() + START_SECONDS
    while not is_healthy(address):
        if time.monotonic() > deadline:
            pytest.fail("Elasticsearch (TEST_ELASTICSEARCH_URL) does not answer.")
        time.sleep(0.2)
    return address.rstrip("/")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Tell pytest-django to migrate nothing where a migrated database has been put in place."""
    return SQLITE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Give every test process its own copy of the migrated database."""
    if SQLITE:
        place_migrated_database(Path(settings.DATABASES["default"]["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember what migrations have put into the database."""
    _blockers.append(django_db_blocker)
    with django_db_blocker.unblock():
        _filled.update(filled_by_migrations())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Put back what a test with real transactions has emptied: with groups of tests it is not always the last."""
    yield
    marker = item.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction") and _blockers and nextitem is not None:
        with _blockers[0].unblock():
            restore(_filled)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _forget_the_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy in memory goes by a version number in the database, which every test's rollback turns back."""
    monkeypatch.setattr("taxonomy.catalogue._cached", None)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request under /de/ leaves its language behind for whatever runs next in the process."""
    with translation.override("en"):
        yield
