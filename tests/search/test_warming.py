"""The first search waits for nothing that could have been loaded before."""

import pytest

from search import warming
from search.analysis import concepts


def test_warming_up_loads_the_thesaurus() -> None:
    concepts._merged.cache_clear()
    concepts._ways.cache_clear()
    warming.warm_up()
    assert concepts._ways.cache_info().currsize == 1


def test_what_cannot_be_loaded_is_told_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError

    monkeypatch.setattr("core.detection.detect", fail)
    warming.warm_up()
    assert "could not be warmed up" in caplog.text
