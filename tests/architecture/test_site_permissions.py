"""Every public address × every role: who has an account sees what a visitor sees, and nobody a draft."""

from typing import Any

import pytest
from django.test import Client

from accounts.permissions import Role
from portal.demo.pages import load_pages
from taxonomy.services import load_vocabulary
from tests.factories import person
from tests.goodpractices.builders import draft, published

pytestmark = pytest.mark.django_db

ROLES = [None, *Role]
OPEN = [
    "/en/",
    "/en/good-practices/",
    "/en/good-practices/results.json",
    "/en/good-practices/results.csv",
    "/en/good-practices/results.atom",
    "/en/good-practices/{uid_path}",
    "/en/good-practices/{uid_path}contact/",
    "/en/good-practices/compare/?ids={uid}",
    "/en/good-practices/compare.csv?ids={uid}",
    "/en/search/?q=works",
    "/en/search/results.json",
    "/en/search/suggest.json?q=dra",
    "/en/search/results.csv",
    "/en/search/results.atom",
    "/en/themes/",
    "/en/themes/economic-participation/",
    "/en/about/",
    "/sitemap.xml",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/.well-known/security.txt",
]
CLOSED = [
    "/en/good-practices/{uid_path}",
    "/en/good-practices/{uid_path}contact/",
    "/en/good-practices/compare.csv?ids={uid}",
    "/id/{uid}",
]


@pytest.fixture
def site(django_capture_on_commit_callbacks: Any) -> dict[str, Any]:
    load_vocabulary()
    load_pages()
    with django_capture_on_commit_callbacks(execute=True):
        return {"public": published(), "hidden": draft(title="A hidden plan")}


def filled(pattern: str, practice: Any) -> str:
    return pattern.format(uid=practice.uid, uid_path=f"{practice.pk}-{practice.slug}/")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_what_is_public_and_nothing_else(
    role: Role | None, site: dict[str, Any], client: Client
) -> None:
    if role is not None:
        client.force_login(person(role, "BE"))
    for pattern in OPEN:
        response = client.get(filled(pattern, site["public"]))
        assert response.status_code == 200, pattern
        assert "A hidden plan" not in response.content.decode(), pattern
    for pattern in CLOSED:
        response = client.get(filled(pattern, site["hidden"]), follow=True)
        assert response.status_code == 404, pattern
        assert "A hidden plan" not in response.content.decode(), pattern
