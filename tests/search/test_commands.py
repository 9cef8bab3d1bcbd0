"""search_rebuild and search_check."""

import io

import pytest
from django.core.management import CommandError, call_command

from goodpractices.models import GoodPractice
from search import maintenance
from search.backends import get_backend
from search.tasks import check_index
from tests.factories import practice
from tests.search.kinds import put, thing
from tests.search.test_outbox import poison, titles

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_rebuilding_fills_the_index_and_clears_what_does_not_belong() -> None:
    put(thing(1))
    practice(title="Harbour")
    practice(title="Draft", draft=True)
    assert "1 items indexed" in run("search_rebuild")
    assert titles() == {"Harbour"}
    assert "1 items indexed" in run("search_rebuild")


def test_rebuilding_names_what_could_not_be_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = practice(title="Poison")
    practice(title="Harbour")
    poison(monkeypatch, bad.pk)
    with pytest.raises(CommandError, match="1 items"):
        run("search_rebuild")
    assert titles() == {"Harbour"}


def test_checking_tells_what_differs_and_repairs_it() -> None:
    missing, stale, fine = practice(title="Missing"), practice(title="Stale"), practice(title="Fine")
    run("search_rebuild")
    get_backend().delete(missing.uid, 1)
    GoodPractice.objects.filter(pk=missing.pk).update(search_version=2)
    GoodPractice.objects.filter(pk=stale.pk).update(search_version=9, title="Fresh")
    put(thing(1), thing(99, uid="practice-999999", type="practice"))
    drift = maintenance.find_drift()
    assert drift == maintenance.Drift((missing.uid,), (stale.uid,), ("practice-999999", "thing-1"))
    with pytest.raises(SystemExit, match="1"):
        run("search_check")
    told = run("search_check", "--repair")
    assert "missing: 1" in told
    assert "agree" in told
    assert titles() == {"Missing", "Fresh", "Fine"}
    assert "agree" in run("search_check")
    assert fine.uid in dict(get_backend().versions())


def test_the_nightly_check_repairs() -> None:
    practice(title="Harbour")
    check_index()
    assert titles() == {"Harbour"}
