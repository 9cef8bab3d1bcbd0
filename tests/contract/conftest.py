"""Each test of the contract runs against an empty index of every engine."""

from collections.abc import Iterator

import pytest

from search.backends import SearchBackend
from tests.contract.engines import ENGINES


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, db: None) -> Iterator[SearchBackend]:
    backend = ENGINES[request.param]()
    backend.clear()
    yield backend
    remove = getattr(backend, "remove", backend.clear)
    remove()
