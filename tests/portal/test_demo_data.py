"""The demo content's files hold what the template, the vocabulary and the criteria for publication ask of them."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlparse

import pytest

from core.text import count_words
from goodpractices.template import WORD_LIMITS

ROOT: Final = Path(__file__).resolve().parents[2]
DEMO: Final = ROOT / "portal" / "demo" / "data"
TODAY: Final = dt.date(2026, 11, 22)
Row = dict[str, Any]


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _vocabulary(name: str) -> Any:
    return _read(ROOT / "taxonomy" / "data" / f"{name}.json")


PRACTICES: Final[list[Row]] = _read(DEMO / "practices.json")
SAMPLES: Final[list[Row]] = _read(DEMO / "samples.json")
GENERATOR: Final[dict[str, dict[str, list[str]]]] = _read(DEMO / "generator.json")
CRITERIA: Final = [row["code"] for row in _read(ROOT / "goodpractices" / "data" / "criteria.json")]
TOPICS: Final = {topic["code"] for theme in _vocabulary("themes") for topic in theme["topics"]}
COUNTRIES: Final = {row["code"] for row in _vocabulary("countries")}
LANGUAGES: Final = {row["code"] for row in _vocabulary("languages")}
GROUPS: Final = {group["code"] for axis in _vocabulary("target_groups") for group in axis["groups"]}
ORGANISATION_TYPES: Final = {row["code"] for row in _vocabulary("organisation_types")}

each_practice = pytest.mark.parametrize("row", PRACTICES, ids=lambda row: row["key"])
each_sample = pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row["key"])
each_language = pytest.mark.parametrize("language", sorted(GENERATOR))


def _is_web_address(address: str) -> bool:
    parts = urlparse(address)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in address


def test_there_are_enough_real_practices_from_every_country() -> None:
    assert len(PRACTICES) >= 60
    assert {code for row in PRACTICES for code in row["countries"]} >= COUNTRIES - {"EU"}


def test_every_key_stands_once() -> None:
    keys = [row["key"] for row in PRACTICES + SAMPLES]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("row", PRACTICES + SAMPLES, ids=lambda row: row["key"])
def test_terms_exist_in_the_vocabulary(row: Row) -> None:
    assert row["topics"]
    assert set(row["topics"]) <= TOPICS
    assert row["countries"]
    assert set(row["countries"]) <= COUNTRIES
    assert row["language"] in LANGUAGES
    assert row["scope"] in {"countries", "local"}
    assert bool(row["area"]) == (row["scope"] == "local")


@each_practice
def test_a_short_record_rests_on_its_source(row: Row) -> None:
    assert _is_web_address(row["source_url"])
    assert row["source_name"]
    assert 0 < count_words(row["title"]) <= WORD_LIMITS["title"].most
    assert 5 <= count_words(row["summary"]) <= 75
    assert row["start_year"] is None or 1990 <= row["start_year"] <= TODAY.year - 1
    if row["end_year"] is not None:
        assert row["start_year"] is not None
        assert row["start_year"] <= row["end_year"]


@each_sample
def test_a_sample_is_inside_the_word_limits_in_whatever_way_words_are_counted(row: Row) -> None:
    for field, limit in WORD_LIMITS.items():
        for count in (count_words(row[field]), len(row[field].split())):
            assert max(1, limit.least) <= count <= limit.most, (field, count)


@each_sample
def test_a_sample_fills_every_field(row: Row) -> None:
    assert row["is_sample"] is True
    assert set(row["target_groups"]) <= GROUPS
    assert row["organisation_type"] in ORGANISATION_TYPES
    assert row["contact_email"].endswith("@example.org")
    assert row["links"]
    assert all(_is_web_address(link["url"]) and link["label"] for link in row["links"])
    for field in ("target_groups", "organisation", "partners", "contact_name", "programmes", "evaluation_type"):
        assert row[field], field
    assert row["persons_reached"] > 0
    assert row["budget_amount"] > 0
    assert row["strengths"]
    assert row["room_for_improvement"]
    assert row["evidence_level"] in {"described", "monitored", "evaluated", "compared"}
    if row["language"] != "en":
        assert row["english_title"]
        assert 40 <= count_words(row["english_summary"]) <= 80


@each_sample
def test_a_sample_is_at_least_a_year_old(row: Row) -> None:
    start = dt.date.fromisoformat(row["start_date"])
    assert start <= TODAY - dt.timedelta(days=366)
    assert row["end_date"] or row["regular_service"]
    if row["end_date"]:
        assert start < dt.date.fromisoformat(row["end_date"])
    assert dt.date(2026, 1, 1) <= dt.date.fromisoformat(row["confirmed_at"]) <= TODAY


@each_sample
def test_a_sample_is_assessed_by_every_criterion_once(row: Row) -> None:
    assert [answer["criterion"] for answer in row["assessments"]] == CRITERIA
    assert {answer["verdict"] for answer in row["assessments"]} <= {"met", "not_met", "not_assessed"}


def test_samples_that_adapted_one_another_say_so_on_both_sides() -> None:
    inside = {
        (row["key"], transfer["sample"], transfer["direction"], transfer["year"])
        for row in SAMPLES
        for transfer in row["transfers"]
        if transfer["sample"]
    }
    other = {"adapted_by": "adapted_from", "adapted_from": "adapted_by"}
    assert inside
    assert all((there, here, other[direction], year) in inside for here, there, direction, year in inside)
    for row in SAMPLES:
        assert all(transfer["sample"] or transfer["outside_title"] for transfer in row["transfers"])


def test_samples_stand_in_many_languages_and_two_can_be_compared() -> None:
    assert len(SAMPLES) == 12
    assert len({row["language"] for row in SAMPLES}) >= 8
    comparable = [row for row in SAMPLES if "employment" in row["topics"] and "refugees" in row["target_groups"]]
    assert len(comparable) >= 2


def test_generated_items_come_in_many_languages() -> None:
    assert len(GENERATOR) >= 8
    assert set(GENERATOR) <= LANGUAGES


@each_language
def test_generator_has_enough_to_combine(language: str) -> None:
    words = GENERATOR[language]
    for name, least in (("heads", 12), ("complements", 12), ("sentences", 25)):
        assert len(set(words[name])) == len(words[name]) >= least, name
    longest = max(map(count_words, words["heads"])) + max(map(count_words, words["complements"])) + 1
    assert longest <= WORD_LIMITS["title"].most
    assert all(6 <= count_words(sentence) <= 22 for sentence in words["sentences"])
    assert sum(map(count_words, words["sentences"])) >= 2 * WORD_LIMITS["issue_and_goals"].most
