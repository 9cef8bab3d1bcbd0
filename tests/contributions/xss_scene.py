"""Contributions whose every field holds hostile texts, carried from the form to publication; every page on the way."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from accounts.permissions import Role
from accounts.privacy import exporting
from contributions.desk.queues import Tab
from contributions.models import Contribution
from contributions.services import drafts, reviewing, submitting
from contributions.services.reviewing import Answer
from core.mail.models import OutboxMail
from core.text import count_words
from goodpractices.models import GoodPractice
from search import tasks
from tests.contributions.builders import complete, contributor, kind, open_review, revision_of
from tests.contributions.xss_corpus import CORPUS, MARK
from tests.factories import CriterionFactory, person, words

#: The least room a single line of the form has, in characters and in words.
_ROOM: Final = 150
_WORDS: Final = 14
#: Every field of the form that takes any text, with the harmless words its template asks for besides.
FIELDS: Final[dict[str, int]] = {
    "title": 0,
    "area": 0,
    "summary": 72,
    "issue_and_goals": 100,
    "how_it_works": 72,
    "results": 72,
    "evaluation": 20,
    "who_benefits": 5,
    "funding": 5,
    "programmes": 0,
    "organisation": 0,
    "partners": 0,
    "contact_name": 0,
    "english_title": 0,
    "english_summary": 30,
}


def typed(text: str) -> str:
    """What of a text comes through a form: a browser sends no NUL."""
    return text.replace("\x00", "")


def packed(texts: Iterable[str], room: int = _ROOM) -> list[str]:
    """Put the texts together into as few lines as hold them whole; each is in exactly one."""
    lines: list[str] = []
    for text in map(typed, texts):
        both = f"{lines[-1]} {text}" if lines else ""
        if both and len(both) <= room and count_words(both) <= _WORDS:
            lines[-1] = both
        else:
            lines.append(text)
    return lines


LINES: Final = packed(CORPUS)
NAMES: Final = packed(CORPUS, 100)


@dataclass
class Seen:
    """Everything that was shown, by what it was; the same keys whatever the texts are."""

    pages: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    feeds: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Scene:
    """The portal with one contribution for every line of hostile texts; ``change`` may make the texts harmless."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self.change = change
        self.seen = Seen()
        self.editor = person(Role.EDITOR)
        self.office = Client()
        self.office.force_login(self.editor)
        self.published: list[GoodPractice] = []
        for code, group in (("clear-actions", "eligibility"), ("replicable", "selection")):
            CriterionFactory(code=code, kind=group)

    def play(self) -> Seen:
        """Carry every contribution to its end, then look at everything that shows several of them."""
        for number in range(len(LINES)):
            self.contribution(number)
        self.unfinished(len(LINES))
        tasks.drain_outbox()
        for number, item in enumerate(self.published):
            self.public(number, item)
        self.lists()
        self.exports()
        return self.seen

    # --- texts ----------------------------------------------------------------------------------------------------
    def line(self, number: int) -> str:
        """Return one line of hostile texts; fields ask with different numbers, so that each gets every line in turn."""
        return self.change(LINES[number % len(LINES)])

    def name(self, number: int) -> str:
        """Return a line short enough for a name."""
        return self.change(NAMES[number % len(NAMES)])

    def everything(self) -> str:
        """Return all texts at once, a line each."""
        return self.change("\n".join(map(typed, CORPUS)))

    def filled(self, number: int) -> dict[str, Any]:
        """Return a form whose every field holds hostile texts, and which can be submitted all the same."""
        values: dict[str, Any] = {}
        for place, (name, count) in enumerate(FIELDS.items()):
            text = self.line(number + place)
            values[name] = f"{text}\n\n{words(count)}" if count else " ".join(text.split())
        links = [" ".join(self.line(number + place).split()) for place in range(3)]
        values["links"] = "\n".join(f"https://example.org/?{''.join(text.split())} {text}" for text in links)
        return complete("DE", **values)

    def owner(self, number: int) -> User:
        """Return a contributor with hostile names, who shows everything."""
        return contributor(
            first_name=self.name(number),
            last_name=self.name(number + 1),
            about=self.everything()[:1000] if number % 2 else self.line(number),
            organisation=self.line(number + 2),
            credit_by_name=True,
            public_page=True,
            show_about=True,
            show_organisation=True,
        )

    # --- looking --------------------------------------------------------------------------------------------------
    def look(self, client: Client, label: str, path: str) -> None:
        """Keep the page at ``path`` under a label."""
        response = client.get(path)
        assert response.status_code == 200, f"{label}: {response.status_code} {response.headers.get('Location', '')}"
        self.seen.pages[label] = response.content.decode()

    def fetch(self, client: Client, path: str) -> bytes:
        """Return the body of a download."""
        response: Any = client.get(path)
        assert response.status_code == 200, path
        assert response.headers["X-Content-Type-Options"] == "nosniff", path
        self.seen.headers[path.partition("?")[0]] = response.headers["Content-Type"]
        return b"".join(response.streaming_content) if response.streaming else bytes(response.content)

    # --- the way of a contribution ----------------------------------------------------------------------------------
    def contribution(self, number: int) -> None:
        """Write, look, submit, review: two of three are published after changes, the third is declined and appealed."""
        user, client = self.owner(number), Client()
        client.force_login(user)
        draft = self.written(user, number)
        base = f"/en/contribute/{draft.type}/{draft.pk}/"
        steps = [step.code for step in draft.kind.steps]
        # What a form shows depends on the step, not on the contribution: two each are enough for all fields.
        shown = [steps[(number + place) % len(steps)] for place in range(2)]
        for name in (*shown, "check", "preview", "discard"):
            self.look(client, f"{number} {name if name not in steps else 'step ' + name}", f"{base}{name}/")
        for name in ("/en/contribute/", "/en/my/contributions/", "/en/my/profile/", "/en/my/"):
            self.look(client, f"{number} {name}", name)
        submitting.submit(user=user, key=draft.pk, version=draft.version, consent=True)
        reviewing.add_note(user=self.editor, key=draft.pk, text=self.everything())
        self.look(self.office, f"{number} desk", f"/admin/contributions/{draft.pk}/")
        self.decide(draft, number)
        self.look(client, f"{number} mine", f"/en/my/contributions/{draft.pk}/")
        self.look(self.office, f"{number} desk decided", f"/admin/contributions/{draft.pk}/")

    def written(self, user: User, number: int) -> Contribution:
        """Return a draft with a picture and a document, their names, texts and credits hostile too."""
        begun = drafts.start(user=user, kind=kind(), token=f"hostile-{user.pk}")
        draft = drafts.save(user=user, key=begun.pk, raw=self.filled(number), version=begun.version)
        target = io.BytesIO()
        Image.new("RGB", (40, 30), (number, 0, 0)).save(target, "PNG")
        photo = drafts.add_file(
            user=user,
            key=draft.pk,
            kind="photo",
            upload=SimpleUploadedFile(f"{self.name(number + 3)}.png", target.getvalue()),
        )
        drafts.describe_file(
            user=user,
            key=draft.pk,
            file_key=photo.pk,
            alternative=self.line(number + 4),
            credit=self.line(number + 5),
        )
        report = SimpleUploadedFile(f"{self.name(number + 6)}.txt", f"Report {number}".encode())
        drafts.add_file(user=user, key=draft.pk, kind="attachment", upload=report)
        draft.refresh_from_db()
        return draft

    def unfinished(self, number: int) -> None:
        """Leave one contribution open, one taken up, one with its contributor: every list of the desk holds one."""
        for place, ending in enumerate((None, reviewing.claim, reviewing.ask_for_changes)):
            user = self.owner(number + place)
            draft = self.written(user, number + place)
            submitting.submit(user=user, key=draft.pk, version=draft.version, consent=True)
            review = open_review(draft)
            if ending is reviewing.claim:
                reviewing.claim(user=self.editor, key=review.pk)
            elif ending is not None:
                values: dict[str, Any] = {"answers": {"replicable": Answer("not-met", self.line(number))}}
                values |= {"revision_id": revision_of(draft), "reason": self.everything()}
                reviewing.ask_for_changes(user=self.editor, key=review.pk, **values)

    def decide(self, draft: Contribution, number: int) -> None:
        """Ask for changes with reasons, then publish; or decline, and the contributor appeals."""
        owner = draft.contributor
        assert owner is not None
        refused = {
            "clear-actions": Answer("not-met", self.line(number + 7)),
            "replicable": Answer("met", self.line(number + 8)),
        }
        values: dict[str, Any] = {"user": self.editor, "revision_id": revision_of(draft)}
        if number % 3 == 2:
            reviewing.decline(key=open_review(draft).pk, answers=refused, reason=self.everything(), **values)
            submitting.appeal(user=owner, key=draft.pk, text=self.everything())
            return
        reviewing.ask_for_changes(key=open_review(draft).pk, answers=refused, reason=self.line(number + 9), **values)
        draft.refresh_from_db()
        drafts.save(user=owner, key=draft.pk, raw=self.filled(number + 1), version=draft.version)
        draft.refresh_from_db()
        submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=True)
        data = self.fetch(self.office, f"/admin/contributions/{draft.pk}/difference.json")
        self.seen.data[f"difference {number}"] = json.loads(data)
        self.look(self.office, f"{number} desk changed", f"/admin/contributions/{draft.pk}/")
        values["revision_id"] = revision_of(draft)
        met = {code: Answer("met", self.line(number + 10)) for code in refused}
        reviewing.approve(key=open_review(draft).pk, answers=met, message=self.everything(), **values)
        self.published.append(GoodPractice.objects.get(pk=draft.item_id))

    # --- what everybody sees ----------------------------------------------------------------------------------------
    def public(self, number: int, item: GoodPractice) -> None:
        """Look at the item, its owner, and what the office has about it."""
        visitor = Client()
        assert item.live
        self.look(visitor, f"item {number}", item.get_absolute_url())
        self.look(visitor, f"contributor {number}", f"/en/contributors/{item.contributor_id}/")
        if number < len(FIELDS):
            office = "/admin/snippets/goodpractices/goodpractice"
            for name in ("edit", "history", "usage"):
                self.look(self.office, f"{name} {number}", f"{office}/{name}/{item.pk}/")

    def lists(self) -> None:
        """Look at every page that shows several, as visitor, editor and administrator."""
        visitor, uids = Client(), ",".join(item.uid for item in self.published[:3])
        for page in (1, 2):
            self.look(visitor, f"list {page}", f"/en/good-practices/?page={page}")
            self.look(visitor, f"search {page}", f"/en/search/?q={MARK}&page={page}")
        self.look(visitor, "comparison", f"/en/good-practices/compare/?ids={uids}")
        self.look(visitor, "home", "/en/")
        for tab in Tab:
            path = "" if tab is Tab.QUEUE else f"{tab.value}/"
            self.look(self.office, f"desk {tab.value}", f"/admin/contributions/{path}")
        self.look(self.office, "office", "/admin/")
        self.look(self.office, "snippets", "/admin/snippets/goodpractices/goodpractice/")
        administrator = Client()
        administrator.force_login(person(Role.ADMINISTRATOR))
        for page in (1, 2, 3):
            self.look(administrator, f"audit {page}", f"{reverse('audit-log:index')}?p={page}")
        self.look(administrator, "users", "/admin/users/")

    def exports(self) -> None:
        """Fetch every table, feed and list of data, the e-mails, and what one person takes home."""
        visitor = Client()
        uids = ",".join(item.uid for item in self.published[:3])
        for label, path in {
            "list": "/en/good-practices/results.csv",
            "search": f"/en/search/results.csv?q={MARK}",
            "comparison": f"/en/good-practices/compare.csv?ids={uids}",
        }.items():
            self.seen.sheets[label] = self.fetch(visitor, path).decode("utf-8-sig")
        self.seen.sheets["desk"] = self.fetch(self.office, "/admin/contributions/open/?export=csv").decode("utf-8-sig")
        for label, path in {
            "list": "/en/good-practices/results",
            "search": "/en/search/results",
        }.items():
            self.seen.data[label] = json.loads(self.fetch(visitor, f"{path}.json?q={MARK}"))
            self.seen.feeds[label] = self.fetch(visitor, f"{path}.atom?q={MARK}")
        self.seen.data["suggestions"] = json.loads(self.fetch(visitor, f"/en/search/suggest.json?q={MARK}"))
        for number, mail in enumerate(OutboxMail.objects.order_by("pk")):
            self.seen.pages[f"mail {number} {mail.kind}"] = mail.html
        self.home_with_everything()

    def home_with_everything(self) -> None:
        """Have the download of one contributor put together, and keep its page and its data."""
        owner = self.published[0].contributor
        assert owner is not None
        export = exporting.request_export(user=owner)
        assert exporting.put_together(export.pk)
        export.refresh_from_db()
        with zipfile.ZipFile(exporting.path_of(export)) as archive:
            for name in archive.namelist():
                assert not name.startswith(("/", ".")), name
                assert ".." not in name.split("/"), name
                assert "\\" not in name, name
                assert all(sign.isprintable() for sign in name), name
            self.seen.pages["download"] = archive.read("index.html").decode()
            self.seen.data["download"] = json.loads(archive.read("data.json"))
