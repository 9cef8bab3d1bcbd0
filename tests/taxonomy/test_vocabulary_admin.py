"""The vocabulary in the editorial office: three languages, stable codes, retired instead of deleted."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from core.models import AuditEntry
from goodpractices.models import Criterion
from taxonomy import services
from taxonomy.catalogue import get_catalogue
from taxonomy.models import Country, Theme, Topic
from taxonomy.signals import term_changed
from tests.factories import CountryFactory, CriterionFactory, ThemeFactory, TopicFactory, person, practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(person(Role.EDITOR))
    return client


def theme_form(**values: str) -> dict[str, str]:
    names = {f"name_{code}": f"Name {code}" for code in ("en", "fr", "de")}
    texts = {f"description_{code}": f"Text {code}" for code in ("en", "fr", "de")}
    return {"code": "new-theme", "order": "7", **names, **texts, **values}


def test_a_term_is_saved_in_three_languages_announced_and_written_down(editor: Client) -> None:
    heard: list[Any] = []
    term_changed.connect(lambda term, **_: heard.append(term), weak=False, dispatch_uid="test")
    try:
        assert editor.post(reverse("themes:add"), theme_form()).status_code == 302
    finally:
        term_changed.disconnect(dispatch_uid="test")
    made = Theme.objects.get(code="new-theme")
    assert (made.name_en, made.name_fr, made.name_de) == ("Name en", "Name fr", "Name de")
    assert heard == [made]
    assert get_catalogue().themes["new-theme"].names["de"] == "Name de"
    assert AuditEntry.objects.get(action="taxonomy.add").after["name_fr"] == "Name fr"


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_language_is_required(editor: Client, language: str) -> None:
    response = editor.post(reverse("themes:add"), theme_form(**{f"name_{language}": ""}))
    assert response.status_code == 200
    assert not Theme.objects.filter(code="new-theme").exists()


def test_a_changed_name_reaches_the_catalogue_and_the_code_stays(editor: Client) -> None:
    theme = ThemeFactory(code="housing")
    before = get_catalogue().themes["housing"].names["en"]
    form = theme_form(code="other-code", name_en="Homes")
    assert editor.post(reverse("themes:edit", args=[theme.pk]), form).status_code == 302
    theme = Theme.objects.get(pk=theme.pk)
    assert (theme.code, theme.name_en) == ("housing", "Homes")
    assert get_catalogue().themes["housing"].names["en"] == "Homes"
    entry = AuditEntry.objects.get(action="taxonomy.change")
    assert (entry.before["name_en"], entry.after["name_en"]) == (before, "Homes")


def test_a_term_in_use_is_not_deleted_by_any_way(editor: Client) -> None:
    country = CountryFactory(code="SE")
    row = practice("SE")
    assert services.usage_count(country) == 1
    with pytest.raises(ValidationError):
        services.delete_term(term=country, user=None)
    address = reverse("countries:delete", args=[country.pk])
    for response in (editor.get(address), editor.post(address)):
        assert response.status_code == 302
        assert response.headers["Location"] == reverse("countries:edit", args=[country.pk])
    page = editor.get(reverse("countries:edit", args=[country.pk])).content.decode()
    assert "is used 1 time and cannot be deleted" in page
    assert Country.objects.filter(pk=country.pk).exists()
    assert [found.code for found in row.countries.all()] == ["SE"]


def test_uses_are_counted_through_every_kind_of_link() -> None:
    theme = ThemeFactory(code="law")
    topic = TopicFactory(code="courts", theme=theme)
    coordinator = person(Role.COUNTRY_COORDINATOR, "SE")
    row = practice("SE", topics=[topic])
    assert {model.__name__: rows.count() for model, rows in services.usages(theme)} == {"Topic": 1}
    assert [list(rows) for _model, rows in services.usages(topic)] == [[row]]
    country = Country.objects.get(code="SE")
    assert {model.__name__ for model, _rows in services.usages(country)} == {"User", "GoodPractice"}
    assert services.usage_counts(Country)[country.pk] == 2
    assert coordinator.country_codes == {"SE"}


def test_where_used_lists_the_rows_with_a_way_to_edit_them(editor: Client) -> None:
    topic = TopicFactory(code="courts")
    row = practice("DE", title="Uses it", topics=[topic])
    page = editor.get(reverse("topics:usage", args=[topic.pk])).content.decode()
    assert "Uses it" in page
    assert f"/edit/{row.pk}/" in page
    assert "Good practice" in page


def test_an_unused_term_is_deleted_and_written_down(editor: Client) -> None:
    topic = TopicFactory(code="never-used")
    assert editor.post(reverse("topics:delete", args=[topic.pk])).status_code == 302
    assert not Topic.objects.filter(code="never-used").exists()
    assert AuditEntry.objects.filter(action="taxonomy.delete", label=str(topic)).exists()


def test_the_list_counts_uses_with_bounded_queries(editor: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        practice("DE", topics=[TopicFactory(code=f"topic-{number}")])
    with django_assert_max_num_queries(25):
        assert editor.get(reverse("topics:index")).status_code == 200


def test_retiring_a_term_keeps_it_on_old_content() -> None:
    topic = TopicFactory(code="courts")
    row = practice("DE", topics=[topic])
    services.retire_term(term=topic, user=person(Role.EDITOR))
    assert topic not in Topic.objects.in_use()
    assert [found.code for found in row.topics.all()] == ["courts"]


def test_a_criterion_that_was_applied_is_not_deleted(editor: Client) -> None:
    used, unused = CriterionFactory(), CriterionFactory()
    row = practice("DE")
    row.assessments.create(criterion=used, verdict="met")
    row.save()
    for criterion in (used, unused):
        editor.post(reverse("criteria:delete", args=[criterion.pk]))
    assert set(Criterion.objects.all()) == {used}


def test_a_changed_criterion_is_written_down(editor: Client) -> None:
    criterion = CriterionFactory()
    data = {
        "code": criterion.code,
        "kind": "selection",
        "order": "1",
        "name_en": "New",
        "name_fr": "Neuf",
        "name_de": "Neu",
    }
    assert editor.post(reverse("criteria:edit", args=[criterion.pk]), data).status_code == 302
    assert AuditEntry.objects.get(action="criterion.change").after["name_en"] == "New"
