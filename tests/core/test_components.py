"""Components: each has an example, prints valid HTML, and escapes what people wrote."""

from types import SimpleNamespace

import html5lib
import pytest
from django.test import Client
from django.urls import include, path
from django.utils import translation
from django.utils.formats import localize
from django.utils.safestring import SafeString

from core.components import tags
from core.components.library import rendered
from core.components.patterns import PATTERNS, Pattern
from core.text import TextBlock
from portal.urls import urlpatterns as portal_urlpatterns

#: The library is mounted only where DEBUG is on; the tests mount it themselves.
urlpatterns = [path("pattern-library/", include("core.components.urls")), *portal_urlpatterns]

#: Plumbing: these print no component of their own.
NOT_COMPONENTS = {"picture_variant"}
HOSTILE = """<script>alert("x")</script>' onload="x"""


def hostile(value: object) -> object:
    """Return ``value`` with every text in it replaced by one that must be escaped."""
    if isinstance(value, SafeString):
        return value
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, dict):
        # Codes and addresses come from the portal, not from people.
        kept = {"code", "theme_code", "url", "media_type", "format", "published"}
        return {key: inner if key in kept else hostile(inner) for key, inner in value.items()}
    if isinstance(value, TextBlock):
        return TextBlock(lines=[HOSTILE for _ in value.lines], items=[HOSTILE for _ in value.items])
    if isinstance(value, list | tuple):
        return [hostile(inner) for inner in value]
    return value


EXAMPLES = [
    pytest.param(pattern, example, id=f"{pattern.name}-{place}")
    for pattern in PATTERNS
    for place, example in enumerate(pattern.examples)
]


def test_every_tag_has_a_page_in_the_pattern_library() -> None:
    names = {pattern.name for pattern in PATTERNS}
    assert set(tags.register.tags) - NOT_COMPONENTS - names == set()


def test_names_are_unique_and_purposes_are_sentences() -> None:
    assert len({pattern.name for pattern in PATTERNS}) == len(PATTERNS)
    assert all(pattern.purpose.endswith(".") for pattern in PATTERNS)


@pytest.mark.parametrize(("pattern", "example"), EXAMPLES)
def test_example_is_valid_html(pattern: Pattern, example: str) -> None:
    printed = rendered(pattern, example)
    assert printed.strip()
    parser = html5lib.HTMLParser(strict=True)
    parser.parseFragment(printed)
    # Strict parsing lets two things through that a strict content policy and readers do not.
    assert " style=" not in printed
    assert "<script" not in printed


@pytest.mark.parametrize(("pattern", "example"), EXAMPLES)
def test_example_escapes_what_people_wrote(pattern: Pattern, example: str) -> None:
    context = {key: value if key == "codes" else hostile(value) for key, value in pattern.context.items()}
    printed = rendered(Pattern(pattern.name, pattern.purpose, pattern.examples, context), example)
    assert "<script" not in printed
    tree = html5lib.parseFragment(printed, namespaceHTMLElements=False)
    assert [node.tag for node in tree.iter() if "onload" in node.attrib] == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_library_lists_and_shows_every_component(client: Client) -> None:
    overview = client.get("/pattern-library/").content.decode()
    for pattern in PATTERNS:
        assert f'href="/pattern-library/{pattern.name}/"' in overview
        assert client.get(f"/pattern-library/{pattern.name}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_library_knows_no_other_component(client: Client) -> None:
    assert client.get("/pattern-library/nonsense/", follow=True).status_code == 404


@pytest.mark.django_db
def test_library_is_not_part_of_the_public_portal(client: Client) -> None:
    assert client.get("/pattern-library/", follow=True).status_code == 404


def test_pagination_marks_the_current_page_and_names_the_others() -> None:
    pattern = next(pattern for pattern in PATTERNS if pattern.name == "pagination")
    printed = rendered(pattern, pattern.examples[0])
    assert printed.count('aria-current="page"') == 1
    assert 'aria-label="Page 9"' in printed
    assert 'rel="prev"' in printed
    assert 'rel="next"' in printed


def test_facet_is_a_named_group_whose_boxes_have_labels() -> None:
    pattern = next(pattern for pattern in PATTERNS if pattern.name == "facet")
    tree = html5lib.parseFragment(rendered(pattern, pattern.examples[0]), namespaceHTMLElements=False)
    assert [legend.text for legend in tree.iter("legend")] == ["Country"]
    boxes = [box.attrib["id"] for box in tree.iter("input")]
    assert [label.attrib["for"] for label in tree.iter("label")] == boxes == ["country-BE", "country-DE"]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_facet_prints_its_counts_as_the_language_writes_numbers(language: str) -> None:
    values = [
        SimpleNamespace(value='"<b>', label="<i>&", count=1234, selected=False),
        SimpleNamespace(value="small", label="Small", count=999, selected=True),
    ]
    with translation.override(language):
        boxes = tags.facet(facet=SimpleNamespace(name="country", values=values, selected_count=1))["boxes"]
        assert f'<span class="count">{localize(1234)}</span>' in boxes
    assert '<span class="count">999</span>' in boxes
    assert "&lt;i&gt;&amp;" in boxes
    assert 'value="&quot;&lt;b&gt;"' in boxes


def test_map_links_countries_with_entries_only() -> None:
    pattern = next(pattern for pattern in PATTERNS if pattern.name == "eu_map")
    printed = rendered(pattern, pattern.examples[0])
    assert 'aria-label="Germany: 7 practices"' in printed
    assert 'aria-label="Malta: 1 practice"' in printed
    assert "country=FR" not in printed
