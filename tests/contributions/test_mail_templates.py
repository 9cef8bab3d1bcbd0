"""The e-mails about contributions: each in three languages, with nothing in them that somebody else could act on."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import contributions
from core.mail.rendering import Rendered, render

FOLDER = Path(contributions.__file__).parent / "templates" / "contributions" / "mail"
NAMES = sorted(path.name.removesuffix(".subject.txt") for path in FOLDER.glob("*.subject.txt"))
LANGUAGES = ("en", "fr", "de")
TITLE = 'Café <b>&</b> "friends"\r\nBcc: all@example.org'
REASON = "Please <script>alert(1)</script> add\nhow many took part & when."
TO_REVIEWERS = {"waiting", "assigned", "reminder", "escalated", "appealed", "appeal_waits"}
#: One of the items in an e-mail about many.
ENTRY = SimpleNamespace(
    item=SimpleNamespace(title=TITLE),
    last_confirmed=None,
    address="https://portal.example/en/my/contributions/7/",
    public_address="https://portal.example/en/good-practices/7-cafe/",
)


def context(**values: Any) -> dict[str, Any]:
    """What ``telling`` and ``confirmation_letters`` give, for a person with an ordinary name."""
    person = SimpleNamespace(first_name="Zoé", email="zoe@example.org", credit_by_name=False, get_full_name=lambda: "")
    return {
        "person": person,
        "contribution": SimpleNamespace(title=TITLE, pk=7, is_correction=False, language="pl"),
        "item": SimpleNamespace(title=TITLE),
        "kind": SimpleNamespace(label="Good practice"),
        "event": SimpleNamespace(stage="facts", kind="approved"),
        "stage": "Decision by the editors",
        "reason": REASON,
        "working_days": 10,
        "address": "https://portal.example/en/my/contributions/7/",
        "public_address": "https://portal.example/en/good-practices/7-cafe/",
        "answers": [SimpleNamespace(name="Replicable <i>", note="Say how & where.", stage="facts")],
        "is_contributor": True,
        "is_editor": False,
        "others": 1,
        "groups": [("confirm", [ENTRY]), ("confirm_marked", [ENTRY])],
        "last_confirmed": None,
        "days": 60,
    } | values


def rendered(name: str, language: str = "en", **values: Any) -> Rendered:
    return render(f"contributions/mail/{name}", language, context(**values))


def test_every_mail_has_its_three_files() -> None:
    assert {f"{name}{ending}" for name in NAMES for ending in (".subject.txt", ".txt", ".html")} == {
        path.name for path in FOLDER.iterdir()
    }
    assert {"received", "changes_requested", "declined", "published", "confirm", *TO_REVIEWERS} <= set(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_mail_says_what_it_is_about_and_where_to_go(name: str, language: str) -> None:
    mail = rendered(name, language)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert 'Café <b>&</b> "friends"' in mail.subject
    for text in (mail.text, mail.html):
        assert "Zoé" in text
        assert "https://portal.example/en/" in text
        assert "Dear user" not in text
    assert f'lang="{language}"' in mail.html
    assert "Café" in mail.text
    assert "&lt;b&gt;" not in mail.text
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize("name", NAMES)
def test_what_others_typed_is_text_and_nothing_else(name: str) -> None:
    mail = rendered(name)
    assert "<b>" not in mail.html
    assert "<script" not in mail.html
    assert "<i>" not in mail.html
    # Every link leads to the portal: nobody's text is made one.
    assert set(re.findall(r'href="([^"]+)"', mail.html)) <= {
        "https://portal.example/en/my/contributions/7/",
        "https://portal.example/en/good-practices/7-cafe/",
        *re.findall(r'href="(http://[^"/]+(?::\d+)?(?:/en/)?)"', mail.html),
    }


@pytest.mark.parametrize("name", ["changes_requested", "declined", "reopened", "stage_passed", "appealed"])
def test_reasons_stand_as_a_quotation_and_without_one_there_is_no_heading(name: str) -> None:
    mail = rendered(name)
    quotation = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", mail.html, re.DOTALL)
    assert quotation is not None
    assert "&lt;script&gt;alert(1)&lt;/script&gt; add<br>how many took part &amp; when." in quotation[1]
    assert REASON in mail.text
    if name != "appealed":
        assert "<blockquote" not in rendered(name, reason="").html


@pytest.mark.parametrize("name", ["changes_requested", "declined"])
def test_open_points_are_listed_with_their_notes(name: str) -> None:
    mail = rendered(name)
    assert "- Replicable <i>: Say how & where." in mail.text
    assert "Replicable &lt;i&gt;" in mail.html
    assert "Replicable" not in rendered(name, answers=[]).text


@pytest.mark.parametrize("name", ["received", "received_again", "stage_passed", "waiting", "reminder"])
def test_deadlines_are_named(name: str) -> None:
    assert "10 working days" in rendered(name).text


def test_who_is_named_is_not_told_how_to_be_named() -> None:
    assert "profile" in rendered("published").text
    named = SimpleNamespace(first_name="Zoé", email="zoe@example.org", credit_by_name=True)
    assert "profile" not in rendered("published", person=named).text


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("confirm") and name != "confirm_many"])
def test_coordinators_and_editors_are_told_why_the_question_comes_to_them(name: str) -> None:
    assert "nobody else answers for it" in rendered(name, is_contributor=False).text
    assert "the editors answer for it" in rendered(name, is_contributor=False, is_editor=True).text
    assert "You contributed" in rendered(name).text


@pytest.mark.parametrize("name", NAMES)
def test_no_colon_stands_against_a_french_word(name: str) -> None:
    lines = rendered(name, "fr", reason="").text.splitlines()
    assert [line for line in lines if re.search(r"\w:$", line)] == []
