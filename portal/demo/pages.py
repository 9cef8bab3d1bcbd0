"""Writes the home page, the sections and the static pages into the page tree."""

import json
import uuid
from typing import Any, Final

from django.conf import settings
from wagtail.models import Page, Site

from goodpractices.models import GoodPracticeIndexPage
from portal.demo.practices import read
from portal.models import HomePage, StaticPage

LANGUAGES: Final = settings.MODELTRANSLATION_LANGUAGES
#: Pages that stand in the main menu; the rest is reached from the footer.
IN_MENU: Final = ("about", "criteria", "faq")
Row = dict[str, Any]


def _by_language(field: str, values: dict[str, str]) -> Row:
    return {f"{field}_{language}": values.get(language, "") for language in LANGUAGES}


def _texts(row: Row) -> Row:
    values: Row = {}
    for field in ("heading", "menu_label", "intro", "meta_description"):
        if row.get(field):
            values |= _by_language(field, row[field])
    return values


def _body(row: Row) -> Row:
    """Return the stream of each language as the JSON Wagtail stores, every block with an id of its own."""
    values: Row = {}
    for language in LANGUAGES:
        blocks = [
            {"type": block["type"], "value": _block_value(block, language), "id": str(uuid.uuid4())}
            for block in row["body"][language]
        ]
        values[f"body_{language}"] = json.dumps(blocks, ensure_ascii=False)
    return values


def _block_value(block: Row, language: str) -> Any:
    value = block["value"]
    if block["type"] == "heading":
        return {"text": value["text"], "level": str(value.get("level", "2"))}
    if isinstance(value, dict):
        return {name: _links_in(text, language) for name, text in value.items()}
    return _links_in(value, language)


def _links_in(text: str, language: str) -> str:
    """Lead links inside the portal to the same language: the data names paths without one."""
    return text.replace('href="/', f'href="/{language}/')


def load_pages() -> int:
    """Make home, sections and static pages; returns how many. The tree must be empty but for Wagtail's welcome page."""
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(title="Root", slug="root")
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
    root = Page.objects.get(pk=root.pk)
    home_row: Row = read("home")
    home = HomePage(title=home_row["heading"]["en"], slug="home", live=True, **_texts(home_row))
    root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": settings.WAGTAIL_SITE_NAME},
    )
    section_row = home_row["good_practices"]
    section = GoodPracticeIndexPage(
        title=section_row["heading"]["en"], slug="good-practices", show_in_menus=True, **_texts(section_row)
    )
    home.add_child(instance=section)
    section.save_revision().publish()
    count = 2
    for row in read("pages"):
        page = StaticPage(
            title=row["heading"]["en"],
            slug=row["slug"],
            show_in_menus=row["slug"] in IN_MENU,
            **_texts(row),
            **_body(row),
        )
        home.add_child(instance=page)
        page.save_revision().publish()
        count += 1
    return count
