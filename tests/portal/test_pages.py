"""Home, themes, static pages, errors, and what robots read."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import translation

from goodpractices.models import GoodPractice
from goodpractices.services import load_criteria, remove_samples
from portal.demo.pages import load_pages
from portal.models import StaticPage
from taxonomy.services import load_vocabulary

LANGUAGES = ("en", "fr", "de")
PAGES = ("/", "/good-practices/", "/search/", "/themes/", "/themes/social-cohesion/", "/about/", "/criteria/", "/faq/")
PAGES += ("/accessibility/", "/privacy/", "/legal/", "/good-practices/compare/")


@pytest.fixture
def site(db: None, client: Client) -> Any:
    load_vocabulary()
    load_criteria()
    load_pages()
    with translation.override("en"):
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_in_three_languages(site: Client, language: str, path: str) -> None:
    response = site.get(f"/{language}{path}")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in page
    assert page.count("<h1") == 1
    for other in LANGUAGES:
        assert f'hreflang="{other}" href="http://testserver/{other}{path}"' in page


@pytest.mark.parametrize("path", [*PAGES, "/nothing-here/"])
def test_a_visitor_gets_no_cookie_and_strict_headers(site: Client, path: str) -> None:
    response = site.get(f"/en{path}")
    assert not response.cookies
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"]
    assert response.headers["Permissions-Policy"]
    page = response.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*(src=|application/ld\+json))", page)
    assert not re.search(r' on[a-z]+="', page)


def test_the_editorial_office_has_a_policy_of_its_own(site: Client) -> None:
    assert "'unsafe-inline'" in site.get("/admin/login/").headers["Content-Security-Policy"]


def test_the_root_leads_to_the_visitors_language(site: Client) -> None:
    assert site.get("/", headers={"Accept-Language": "de-AT,de;q=0.9"}).headers["Location"] == "/de/"


def test_the_switcher_keeps_the_query(site: Client) -> None:
    page = site.get("/en/good-practices/?theme=social-cohesion&q=a").content.decode()
    assert 'href="/fr/good-practices/?theme=social-cohesion&amp;q=a"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_page_helps_on(site: Client, language: str) -> None:
    response = site.get(f"/{language}/nothing-here/")
    page = response.content.decode()
    assert response.status_code == 404
    assert f'action="/{language}/search/"' in page
    assert f'href="/{language}/good-practices/"' in page


def test_a_fault_of_ours_needs_no_database(client: Client) -> None:
    from django.test import RequestFactory

    from portal.views import server_error

    response = server_error(RequestFactory().get("/de/good-practices/"))
    assert response.status_code == 500
    assert 'lang="de"' in response.content.decode()


def test_an_unknown_theme_is_not_found(site: Client) -> None:
    assert site.get("/en/themes/nonsense/").status_code == 404


def test_the_sitemap_names_every_language(site: Client) -> None:
    tree = ElementTree.fromstring(site.get("/sitemap.xml").content)  # noqa: S314 - our own answer
    addresses = [node.text or "" for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == len(set(addresses))
    for language in LANGUAGES:
        assert any(address.endswith(f"/{language}/about/") for address in addresses)
        assert any(address.endswith(f"/{language}/themes/social-cohesion/") for address in addresses)


def test_a_publication_renews_the_sitemap(site: Client) -> None:
    assert "lists" in site.get("/sitemap.xml").headers["Surrogate-Key"].split()


def test_robots_and_the_security_contact(site: Client) -> None:
    assert "Sitemap: http://testserver/sitemap.xml" in site.get("/robots.txt").content.decode()
    assert "Contact: " in site.get("/.well-known/security.txt").content.decode()


def test_a_changed_page_is_renewed_at_once(site: Client, django_capture_on_commit_callbacks: Any) -> None:
    assert "A new heading" not in site.get("/en/about/").content.decode()
    page = StaticPage.objects.get(slug="about")
    page.heading_en = page.menu_label_en = "A new heading"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert "A new heading" in site.get("/en/about/").content.decode()
    assert "A new heading" in site.get("/en/faq/").content.decode()


@override_settings(SITE_BRAND="eu", BRAND_AUTHORISATION="")
def test_the_marks_of_the_institutions_need_a_permission() -> None:
    from portal.checks import brand_is_authorised

    assert [error.id for error in brand_is_authorised()] == ["portal.E001"]
    with override_settings(BRAND_AUTHORISATION="Letter of 1 May 2026"):
        assert brand_is_authorised() == []


@pytest.mark.slow
def test_the_demo_loads_once_and_the_samples_go_with_one_command(db: None, client: Client) -> None:
    call_command("load_demo", verbosity=0)
    total = GoodPractice.objects.count()
    assert GoodPractice.objects.short().published().count() >= 60
    assert GoodPractice.objects.samples().published().count() == 12
    assert len(set(GoodPractice.objects.samples().values_list("language", flat=True))) >= 8
    assert all(not practice.publication_problems() for practice in GoodPractice.objects.all())
    call_command("load_demo", verbosity=0)
    assert GoodPractice.objects.count() == total
    assert client.get("/en/good-practices/results.json").json()["total"] == total
    assert remove_samples(user=None) == 12
    assert GoodPractice.objects.count() == total - 12


@pytest.mark.slow
def test_generated_content_is_the_same_for_the_same_seed(db: None) -> None:
    from portal.demo.generator import generate

    load_vocabulary()
    assert list(generate(12, 7)) == [12]
    first = list(GoodPractice.objects.order_by("pk").values_list("title", "language", "summary", "start_date"))
    GoodPractice.objects.all().delete()
    list(generate(12, 7))
    assert list(GoodPractice.objects.order_by("pk").values_list("title", "language", "summary", "start_date")) == first
    assert all(not practice.publication_problems() for practice in GoodPractice.objects.all())


@pytest.mark.parametrize("path", ["themes/", "themes/social-cohesion/", "good-practices/compare/"])
def test_pages_are_read_only(site: Client, path: str) -> None:
    assert site.post(f"/en/{path}").status_code == 405
    assert site.head(f"/en/{path}").status_code == 200
