"""Nothing about people is kept that nobody has named."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from accounts.models import User
from accounts.permissions import Role
from accounts.privacy import registry
from accounts.privacy.registry import PersonalData, covered_models, registrations
from tests.factories import person

DOCUMENT = settings.BASE_DIR / "docs" / "privacy.md"


def is_about_people(field: Any) -> bool:
    if isinstance(field, models.EmailField | models.GenericIPAddressField):
        return True
    return bool(field.is_relation) and field.related_model is User


def models_about_people() -> set[str]:
    """The labels of the models with a field of their own that leads to a person."""
    return {
        model._meta.label
        for model in apps.get_models()
        if any(is_about_people(field) for field in (*model._meta.local_fields, *model._meta.local_many_to_many))
    }


def test_every_model_about_people_is_named_by_some_registration() -> None:
    assert models_about_people() - covered_models() == set()


def test_the_search_for_such_models_finds_foreign_ones_too() -> None:
    found = models_about_people()
    known = {"accounts.User", "usersessions.UserSession", "wagtailcore.Revision", "core.OutboxMail", "core.AuditEntry"}
    assert known <= found


def test_every_registration_names_models_that_exist() -> None:
    known = {model._meta.label for model in apps.get_models()}
    assert covered_models() - known == set()


def test_no_model_is_named_twice() -> None:
    named = [label for data in registrations() for label in data.models]
    assert sorted(set(named)) == sorted(named)


def test_the_register_for_the_public_speaks_of_every_registration() -> None:
    text = DOCUMENT.read_text("utf-8")
    rows = {line.split("|")[1].strip(" `") for line in text.splitlines() if line.startswith("| `")}
    assert rows == {data.code for data in registrations()}


@pytest.mark.django_db
def test_every_group_of_the_download_has_a_title_in_the_language_of_whoever_reads_it() -> None:
    user = person(Role.EDITOR)
    nameless: list[tuple[str, str]] = []
    groups = 0
    for data in registrations():
        found, titles = data.export(user), data.titles()
        if isinstance(found, dict) and all(isinstance(part, list) for part in found.values()):
            groups += len(found)
            nameless += [(data.code, name) for name in found if not isinstance(titles.get(name), Promise)]
    assert nameless == []
    assert groups > 10


def test_the_person_is_erased_last() -> None:
    assert registrations()[-1].code == "account"


def test_a_rule_that_says_neither_delete_nor_keep_is_refused() -> None:
    with pytest.raises(ValueError, match="neither delete, anonymise nor keep"):
        registry.register(PersonalData(code="odd", label="Odd", models=(), export=list, erase_rule="see to it"))
    assert "odd" not in {data.code for data in registrations()}
