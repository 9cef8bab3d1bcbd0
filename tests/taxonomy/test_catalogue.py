"""The vocabulary in memory: orders in each language, and that nobody can disturb them."""

import pytest
from django.utils import translation

from core import stamps
from taxonomy.catalogue import get_catalogue
from taxonomy.models import Country
from taxonomy.services import STAMP

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def countries() -> None:
    """Three countries whose order differs from language to language, and the EU as a whole."""
    for code, english, french, german in (
        ("AT", "Austria", "Autriche", "Österreich"),
        ("BE", "Belgium", "Belgique", "Belgien"),
        ("DE", "Germany", "Allemagne", "Deutschland"),
        (Country.EU_WIDE, "EU-wide", "À l’échelle de l’UE", "EU-weit"),
    ):
        Country.objects.create(code=code, name_en=english, name_fr=french, name_de=german)
    stamps.bump(STAMP)


def listed(language: str) -> list[str]:
    with translation.override(language):
        return [entry.code for entry in get_catalogue().countries_by_name()]


def test_countries_stand_in_the_alphabetical_order_of_each_language_in_turn() -> None:
    whole = Country.EU_WIDE
    assert listed("en") == ["AT", "BE", "DE", whole]
    assert listed("fr") == ["DE", "AT", "BE", whole]
    assert listed("de") == ["BE", "DE", "AT", whole]
    assert listed("en") == ["AT", "BE", "DE", whole]


def test_a_caller_that_changes_its_list_of_countries_changes_nobody_elses() -> None:
    before = listed("en")
    with translation.override("en"):
        get_catalogue().countries_by_name().clear()
    assert listed("en") == before


def test_a_renamed_country_moves_to_its_new_place() -> None:
    assert listed("en")[0] == "AT"
    Country.objects.filter(code="AT").update(name_en="Zz Austria")
    stamps.bump(STAMP)
    assert listed("en") == ["BE", "DE", "AT", Country.EU_WIDE]
