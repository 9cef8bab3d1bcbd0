"""Every text of the corpus through every field to every place where it is shown: it stays text."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import html5lib
import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from content import services as content_services
from contributions.models import Contribution, State
from contributions.services import drafts, reviewing, submitting
from contributions.services.reviewing import Answer
from core.mail.models import OutboxMail
from goodpractices.models import GoodPractice
from portal.demo.pages import load_pages
from taxonomy.services import load_vocabulary
from tests.contributions.builders import contributor, open_review, revision_of, submitted
from tests.contributions.xss_corpus import CORPUS, MARK
from tests.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Fields of the form that take any text.
FIELDS = (
    "title",
    "area",
    "summary",
    "issue_and_goals",
    "how_it_works",
    "results",
    "evaluation",
    "who_benefits",
    "funding",
    "programmes",
    "organisation",
    "partners",
    "contact_name",
    "english_title",
    "english_summary",
)
DANGEROUS = {"iframe", "object", "embed", "base", "marquee", "math", "template", "form"}
_ENDS = "{http://www.w3.org/1999/xhtml}"
_HANDLER = re.compile(r"^on[a-z]+$")


def batches(size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(CORPUS), size):
        yield CORPUS[start : start + size]


def short(text: str, most: int = 250) -> str:
    return text[:most]


def filled(payloads: Iterable[str]) -> dict[str, Any]:
    """A form whose every field holds the payloads: all of them together where there is room, else one of them."""
    # What a browser sends never holds NUL past ``contributions.forms.typed``.
    several = [text.replace("\x00", "") for text in payloads]
    values: dict[str, Any] = {}
    for place, field in enumerate(FIELDS):
        one = several[place % len(several)]
        room = field in {"summary", "issue_and_goals", "how_it_works", "results", "evaluation", "funding", "partners"}
        values[field] = "\n\n".join(several) if room else short(one, 150)
    values["links"] = "https://example.org/ " + short(several[0].replace("\n", " ").replace("\r", " "), 150)
    return values


def assert_text_only(page: str, where: str) -> None:
    """Nothing of the corpus has become an element, an attribute, an address or a script."""
    tree = html5lib.parse(page, namespaceHTMLElements=True)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.replace(_ENDS, "")
        for attribute, value in element.attrib.items():
            plain = str(attribute).rpartition("}")[2]
            assert not _HANDLER.match(plain), f"{where}: <{name} {plain}={value[:60]}>"
            assert MARK not in plain, f"{where}: attribute {plain}"
            if plain in {"href", "src", "action", "formaction", "data", "srcdoc"}:
                address = re.sub(r"[\s\x00-\x1f]", "", value).casefold()
                assert not address.startswith(("javascript:", "vbscript:", "data:text")), f"{where}: {value[:60]}"
                assert "evil.example" not in address.partition("?")[0], f"{where}: {value[:60]}"
        if name == "script":
            text = element.text or ""
            if MARK in text:
                assert element.attrib.get("type") in {"application/ld+json", "application/json"}, f"{where}: script"
                json.loads(text)
        assert name not in DANGEROUS or MARK not in str(element.attrib), f"{where}: <{name}>"
        if name == "style":
            assert MARK not in (element.text or ""), f"{where}: style"


def assert_no_formulas(sheet: str, where: str) -> None:
    for row in csv.reader(io.StringIO(sheet.lstrip("\ufeff"))):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), f"{where}: {cell[:40]!r}"
            assert not (cell.startswith("-") and MARK in cell), f"{where}: {cell[:40]!r}"


@pytest.fixture(autouse=True)
def site() -> None:
    load_vocabulary()
    load_pages()


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(set(CORPUS)) >= 60
    assert all(MARK in text for text in CORPUS)


def test_typed_into_the_form_it_comes_back_as_text(client: Client) -> None:
    for payloads in batches(13):
        user = contributor(first_name=short(payloads[0], 100), last_name=short(payloads[-1], 100))
        client.force_login(user)
        draft = submitted_as(user, payloads, submit=False)
        base = f"/en/contribute/good-practice/{draft.pk}/"
        paths = [f"{base}{step.code}/" for step in draft.kind.steps]
        paths += [f"{base}check/", f"{base}preview/", f"{base}discard/"]
        paths += [
            "/en/contribute/",
            "/en/my/contributions/",
            f"/en/my/contributions/{draft.pk}/",
            "/en/my/",
            "/en/my/profile/",
        ]
        for path in paths:
            response = client.get(path)
            assert response.status_code == 200, path
            assert_text_only(response.content.decode(), path)


def submitted_as(user: User, payloads: Iterable[str], *, submit: bool) -> Contribution:
    """A contribution full of payloads; in review when ``submit``, past the limits of words by the office's hand."""
    if not submit:
        draft = drafts.start(user=user, kind=kind_of(), token=f"xss-{user.pk}")
        return drafts.save(user=user, key=draft.pk, raw=filled(payloads), version=0)
    contribution = submitted(user)
    item = GoodPractice.objects.get(pk=contribution.item_id)
    for name, value in filled(payloads).items():
        if name in FIELDS:
            # What got past the form by another door (import, the office) is no less text.
            setattr(item, name, value.replace("\x00", ""))
    item.save()
    item.save_revision()
    return contribution


def kind_of() -> Any:
    from tests.contributions.builders import kind

    return kind()


def test_reviewed_and_published_it_is_text_everywhere(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # The template's limits of words are not what this is about.
    monkeypatch.setattr(GoodPractice, "publication_problems", lambda _practice: [])
    editor = person(Role.EDITOR)
    uids = []
    for payloads in batches(26):
        owner = contributor(first_name=short(payloads[0], 100), last_name=short(payloads[1], 100), about=payloads[2])
        User.objects.filter(pk=owner.pk).update(
            credit_by_name=True,
            public_page=True,
            show_about=True,
            organisation=short(payloads[3], 150),
            show_organisation=True,
        )
        contribution = submitted_as(owner, payloads, submit=True)
        review = open_review(contribution)
        reviewing.add_note(user=editor, key=contribution.pk, text="\n".join(payloads).replace("\x00", ""))
        reviewing.save_answers(
            user=editor,
            key=review.pk,
            answers={text.code: Answer("not-met", payloads[4]) for text in contribution.kind.criteria("decision")},  # type: ignore[arg-type]
        )
        client.force_login(editor)
        for path in ("", "difference.json"):
            response = client.get(f"/admin/contributions/{contribution.pk}/{path}")
            assert response.status_code == 200
            if path:
                json.loads(response.content)
            else:
                assert_text_only(response.content.decode(), "desk")
        assert_text_only(client.get("/admin/contributions/").content.decode(), "queue")
        assert_text_only(client.get("/admin/").content.decode(), "office")
        content_services.publish(item=contribution.item, user=editor)
        uids.append(GoodPractice.objects.get(pk=contribution.item_id))
        public_pages(client, owner, uids[-1])
    exports(client)
    mails()


def public_pages(client: Client, owner: User, item: GoodPractice) -> None:
    visitor = Client()
    paths = [
        item.get_absolute_url(),
        "/en/good-practices/",
        f"/en/search/?q={MARK}",
        f"/en/good-practices/compare/?ids={item.uid}",
        f"/en/contributors/{owner.pk}/",
        "/en/statistics/",
        "/en/",
    ]
    for path in paths:
        response = visitor.get(path)
        assert response.status_code == 200, path
        assert_text_only(response.content.decode(), path)
    for path in ("/en/good-practices/results.json", f"/en/search/suggest.json?q={MARK}"):
        json.loads(visitor.get(path).content)
    edit = client.get(f"/admin/snippets/goodpractices/goodpractice/edit/{item.pk}/")
    assert_text_only(edit.content.decode(), "editor")


def exports(client: Client) -> None:
    visitor = Client()
    sheet = visitor.get("/en/good-practices/results.csv")
    body = b"".join(sheet.streaming_content) if sheet.streaming else sheet.content  # type: ignore[attr-defined]
    assert_no_formulas(body.decode(), "results.csv")
    feed = visitor.get("/en/good-practices/results.atom").content.decode()
    assert "<script" not in feed.casefold()
    listed = client.get("/admin/contributions/open/?export=csv")
    body = b"".join(listed.streaming_content) if listed.streaming else listed.content  # type: ignore[attr-defined]
    assert_no_formulas(body.decode(), "desk.csv")
    client.force_login(person(Role.ADMINISTRATOR))
    assert_text_only(client.get("/admin/reports/audit-log/", follow=True).content.decode(), "audit log")


def mails() -> None:
    assert OutboxMail.objects.count() > 5
    for mail in OutboxMail.objects.all():
        assert_text_only(mail.html, mail.kind)
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject


def test_reasons_and_appeals_are_text_for_whoever_reads_them(client: Client) -> None:
    editor = person(Role.EDITOR)
    for payloads in batches(40):
        owner = contributor()
        contribution = submitted(owner)
        review = open_review(contribution)
        text = "\n".join(payloads).replace("\x00", "")
        reviewing.decline(
            user=editor,
            key=review.pk,
            answers={"replicable": Answer("not-met", payloads[0])},
            revision_id=revision_of(contribution),
            reason=text,
        )
        submitting.appeal(user=owner, key=contribution.pk, text=text)
        client.force_login(owner)
        assert_text_only(client.get(f"/en/my/contributions/{contribution.pk}/").content.decode(), "mine")
        client.force_login(editor)
        assert_text_only(client.get(f"/admin/contributions/{contribution.pk}/").content.decode(), "desk")
        contribution.refresh_from_db()
        assert contribution.state == State.DECLINED
    mails_with_reasons = OutboxMail.objects.filter(kind__in=("contribution-declined", "contribution-appealed"))
    assert mails_with_reasons.count() >= 4
    for mail in mails_with_reasons:
        assert_text_only(mail.html, mail.kind)


@pytest.mark.parametrize(
    "page",
    [
        f"<p onclick={MARK}>x</p>",
        f"<script>{MARK}</script>",
        "<a href=' java\nscript:x'>x</a>",
        f"<iframe srcdoc='{MARK}'></iframe>",
        "<img src=//evil.example/x>",
        f"<style>{MARK}</style>",
    ],
)
def test_what_would_be_dangerous_is_seen(page: str) -> None:
    with pytest.raises(AssertionError):
        assert_text_only(page, "trial")
