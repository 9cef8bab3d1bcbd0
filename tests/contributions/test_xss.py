"""Every text of the corpus through every field to every place where it is shown: it stays text.

Everything is played twice, with the hostile texts and with harmless ones of the same words and lines: a page may not
have an element or an attribute more for the hostile ones.
"""

import email.policy
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any, Final

import defusedxml.ElementTree
import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from core.mail.models import OutboxMail
from core.mail.services import deliver_all
from portal.demo.pages import load_pages
from search.backends import get_backend
from taxonomy.services import load_vocabulary
from tests.contributions.xss_corpus import CORPUS, MARK
from tests.contributions.xss_scene import FIELDS, LINES, NAMES, Scene, Seen, typed
from tests.contributions.xss_shapes import (
    assert_no_formulas,
    assert_same_shape,
    assert_text_only,
    harmless,
    shape_of,
    strings_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Pages that show nothing of what contributors write.
WITHOUT: Final = ("home",)
#: Pages whose first rows are others when the texts sort otherwise; the rows are alike, not the same.
SORTED_BY_TEXT: Final = frozenset({"users"})
#: The corpus, several texts at once; and the one with a sign that no field takes by itself.
ASKED: Final = (*LINES, *(text for text in CORPUS if "\x00" in text))
#: Means something to XML or to a server's template, nothing to HTML.
NO_MARKUP: Final = ("<![CDATA[", "<%")


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    load_vocabulary()
    load_pages()
    get_backend().clear()
    yield
    cache.clear()


def played_harmlessly() -> Seen:
    """Play everything with harmless texts, and leave nothing of it."""
    with transaction.atomic():
        seen = Scene(harmless).play()
        transaction.set_rollback(True)
    cache.clear()
    return seen


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(set(CORPUS)) >= 60
    assert all(MARK in text for text in CORPUS)
    for lines in (LINES, NAMES):
        assert all(sum(typed(text) in line for line in lines) >= 1 for text in CORPUS)
    assert max(map(len, LINES)) <= 150


def test_it_is_text_wherever_it_is_shown() -> None:
    other = played_harmlessly()
    hostile = Scene(str).play()
    assert set(hostile.pages) == set(other.pages)
    for label, page in hostile.pages.items():
        assert MARK in page or label.partition(" ")[0] in WITHOUT, f"{label}: shows nothing"
        assert_text_only(page, label)
        if label in SORTED_BY_TEXT:
            assert set(shape_of(page)) <= set(shape_of(other.pages[label])), label
        else:
            assert_same_shape(page, other.pages[label], label)
    tables(hostile)
    feeds(hostile)
    for label, data in hostile.data.items():
        assert any(MARK in text for text in strings_in(data)), f"{label}: shows nothing"
    everything_reached_the_public(hostile)
    letters()


def tables(seen: Seen) -> None:
    for label, sheet in seen.sheets.items():
        assert sheet.count(MARK) > 3, label
        assert_no_formulas(sheet, label)


def feeds(seen: Seen) -> None:
    for label, feed in seen.feeds.items():
        tree = defusedxml.ElementTree.fromstring(feed)
        names = {str(element.tag) for element in tree.iter()}
        assert {name.partition("}")[0] for name in names} <= {"{http://www.w3.org/2005/Atom"}, f"{label}: {names}"
        texts = [text for text in tree.itertext() if MARK in text]
        assert texts, label
        for element in tree.iter():
            if element.get("type") in {"html", "xhtml"}:
                assert_text_only(element.text or "", label)
                assert not {"script", "img", "svg", "iframe"} & {name for name, _ in shape_of(element.text or "")}


def everything_reached_the_public(seen: Seen) -> None:
    """Every text of the corpus stands on some public page, so that nothing was proved about an empty field."""
    import html

    shown = " ".join(html.unescape(page) for label, page in seen.pages.items() if label.startswith("item "))
    for text in CORPUS:
        bare = " ".join(typed(text).split())
        assert any(form in shown for form in (bare, bare.replace("\ufeff", ""), html.unescape(bare))), text


def letters() -> None:
    """The e-mails as they go out: nobody added to the recipients, no header of somebody else's."""
    kinds = Counter(OutboxMail.objects.values_list("kind", flat=True))
    assert {"contribution-received", "contribution-declined", "contribution-published"} <= set(kinds), kinds
    deliver_all(OutboxMail.objects.values_list("pk", flat=True))
    assert len(mail.outbox) == sum(kinds.values())
    allowed = {
        "content-language",
        "content-type",
        "mime-version",
        "subject",
        "from",
        "to",
        "date",
        "message-id",
        "reply-to",
        "auto-submitted",
        "x-auto-response-suppress",
        "list-unsubscribe",
        "list-unsubscribe-post",
    }
    for sent in mail.outbox:
        message: Any = message_from_bytes(sent.message().as_bytes(), policy=email.policy.default)
        assert {name.casefold() for name in message} <= allowed, message.keys()
        assert sent.recipients() == sent.to
        assert len(sent.to) == 1
        assert message["to"].addresses[0].addr_spec == sent.to[0]
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert message.get_body(("plain",)) is not None
    assert sum(MARK in str(sent.body) for sent in mail.outbox) == len(mail.outbox) - kinds["accounts.data-ready"]


@pytest.mark.parametrize("text", ASKED)
def test_asked_for_it_is_text_too(client: Client, text: str) -> None:
    for path, name in (
        ("/en/search/", "q"),
        ("/en/search/", "theme"),
        ("/en/good-practices/", "q"),
        ("/en/good-practices/", "country"),
        ("/en/good-practices/", "sort"),
        ("/en/good-practices/compare/", "ids"),
        ("/en/accounts/login/", "next"),
        ("/en/accounts/signup/", "next"),
        ("/en/statistics/", "year"),
    ):
        response = client.get(path, {name: text}, follow=True)
        assert response.status_code in {200, 400, 404}, f"{path}?{name}: {response.status_code}"
        page = response.content.decode()
        assert_text_only(page, f"{path}?{name}")
        assert_nothing_bare(page, f"{path}?{name}")


@pytest.mark.parametrize("text", ASKED)
def test_in_an_address_or_refused_by_a_form_it_is_text_too(client: Client, text: str) -> None:
    from urllib.parse import quote

    missing = client.get(f"/en/{quote(typed(text), safe='')}/")
    assert missing.status_code == 404
    refused = client.post("/en/accounts/login/", {"login": text, "password": text})
    signing_up = client.post("/en/accounts/signup/", {"email": text, "first_name": text, "password1": text})
    for response in (missing, refused, signing_up):
        assert response.status_code in {200, 400, 404}
        assert_text_only(response.content.decode(), response.request["PATH_INFO"])
        assert_nothing_bare(response.content.decode(), response.request["PATH_INFO"])


def assert_nothing_bare(page: str, where: str) -> None:
    """None of the elements that the corpus tries to make is on the page without what ours carry."""
    tried = {"iframe", "object", "embed", "base", "marquee", "math", "xss", "video", "audio", "animate", "mglyph"}
    found = shape_of(page)
    assert not tried & {name for name, _attributes in found}, where
    assert ("script", ()) not in found, where
    assert ("style", ()) not in found, where
    assert not any(name == "img" and "alt" not in attributes for name, attributes in found), where


@pytest.mark.parametrize(
    "page",
    [
        f"<p onclick={MARK}>x</p>",
        f"<script>{MARK}</script>",
        "<a href=' java\nscript:x'>x</a>",
        "<img src=//evil.example/x>",
        f"<style>{MARK}</style>",
        f"<p style='background:url({MARK})'>",
    ],
)
def test_what_would_be_dangerous_is_seen(page: str) -> None:
    with pytest.raises(AssertionError):
        assert_text_only(page, "trial")


@pytest.mark.parametrize("text", [text for text in CORPUS if "<" in text and not text.startswith(NO_MARKUP)])
def test_what_is_not_escaped_has_another_shape(text: str) -> None:
    frames = ("<p>{}</p>", '<input value="{}">', "<textarea>{}</textarea>", "<title>{}</title>", "<p title='{}'>x</p>")
    changed = 0
    for frame in frames:
        try:
            assert_same_shape(frame.format(text), frame.format(harmless(text)), "trial")
        except AssertionError:
            changed += 1
    assert changed, text


@pytest.mark.parametrize("cell", [text for text in CORPUS if text.startswith(("=", "+", "@", "\t", "-"))])
def test_a_formula_in_a_table_is_seen(cell: str) -> None:
    with pytest.raises(AssertionError):
        assert_no_formulas(f'a,"{cell}"\n', "trial")


def test_every_field_of_the_form_takes_part() -> None:
    from django import forms as django_forms

    from tests.contributions.builders import kind

    free = {
        name
        for step in kind().steps
        for name, one in step.form({}).fields.items()
        if type(one) is django_forms.CharField
    }
    assert free == set(FIELDS)
