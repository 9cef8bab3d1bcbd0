"""Every address of the editorial office, from the resolver itself × who asks: nothing is left out, nothing leaks."""

import io
import zipfile
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.db import models
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, TaskState, WorkflowState

from accounts.models import User
from contributions.models import Contribution, CriterionAnswer, InternalNote, Review
from tests.architecture.addresses import Address, every_address, several_at_once
from tests.architecture.office_scene import SECRET, Scene
from tests.architecture.office_table import ANYBODY, OUTCOMES, PEOPLE, TABLE

pytestmark = pytest.mark.django_db

#: Of Wagtail itself: its page for trying out errors, and a dialog whose form comes without its field.
BREAK: Final = frozenset({"wagtailadmin_error_test", "wagtailadmin_choose_page_external_link"})
OUTSIDE: Final = ("anonymous", "moderator", "contributor", "owner")
_SIGN_IN: Final = ("/en/accounts/login/", "/admin/login/")


def office() -> list[Address]:
    found = [address for address in every_address() if address.route.startswith("admin/")]
    return [address for address in found if address.name != "wagtail_bulk_action"] + several_at_once()


def key(address: Address) -> str:
    return address.name or address.route


@pytest.fixture
def scene() -> Scene:
    return Scene()


def asking(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def somebody(scene: Scene, who: str) -> User | None:
    return {"anonymous": None, "owner": scene.owner, **scene.people}[who]


def outcome(response: Any) -> str:
    """What the answer means for whoever asked."""
    target = response.headers.get("Location", "")
    if response.status_code == 403 or target == "/admin/" or target.startswith(_SIGN_IN):
        return "away"
    return {404: "gone", 500: "broken"}.get(response.status_code, "in")


def text_of(response: Any) -> str:
    """The whole answer as text, also of a spreadsheet."""
    raw: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            raw = b"".join(parts.read(name) for name in parts.namelist())
    return raw.decode(errors="replace")


def test_the_table_names_every_address_of_the_office() -> None:
    assert {key(address) for address in office()} == TABLE.keys()


@pytest.mark.parametrize("who", [*PEOPLE, *OUTSIDE])
def test_each_address_of_the_office_answers_as_the_table_says(scene: Scene, who: str) -> None:
    client, wrong = asking(somebody(scene, who)), []
    for address in office():
        audience = TABLE[key(address)]
        if who in OUTSIDE:
            wanted = {"in"} if audience == ANYBODY else {"away"}
            # Behind our own sign-in and reset there is nothing, for whoever asks.
            wanted |= {"gone"} if audience == "not there" else set()
        else:
            wanted = {OUTCOMES[audience][PEOPLE.index(who)]}
        path = scene.path(address)
        response = client.get(path)
        if outcome(response) not in wanted and not is_way_in(response, address):
            wrong.append(f"{key(address)} ({path}): {response.status_code}, not {audience}")
        if who in OUTSIDE and SECRET in text_of(response):
            wrong.append(f"{key(address)}: the title leaks")
    assert not wrong, "\n".join(wrong)


def is_way_in(response: Any, address: Address) -> bool:
    """The office's own sign-in leads to everybody's: that is its answer."""
    return key(address) in {"admin/login/", "wagtailadmin_login"} and outcome(response) == "away"


def about_germany(scene: Scene) -> list[list[dict[str, Any]]]:
    """Everything there is about the contribution and its item, and all pages and files, row by row."""
    item = type(scene.item)._default_manager.filter(pk=scene.item.pk)
    states = WorkflowState.objects.for_instance(scene.item)
    found: list[models.QuerySet[Any]] = [
        item,
        Revision.objects.for_instance(scene.item).order_by("pk"),
        states.order_by("pk"),
        TaskState.objects.filter(workflow_state__in=states).order_by("pk"),
        Contribution.objects.filter(pk=scene.contribution.pk),
        Review.objects.filter(contribution=scene.contribution).order_by("pk"),
        CriterionAnswer.objects.order_by("pk"),
        InternalNote.objects.order_by("pk"),
        scene.contribution.files.order_by("pk"),
        Page.objects.order_by("pk"),
        get_image_model().objects.order_by("pk"),
        get_document_model().objects.order_by("pk"),
    ]
    return [list(rows.values()) for rows in found]


def requests(client: Client, path: str) -> list[Any]:
    """Every way to ask: as a page, as tables to take along, and with something sent."""
    sent = {"action": "approve", "note": "Hello", "reason": "Because", "title": "Changed", "comment": "Yes"}
    more = path + ("&" if "?" in path else "?")
    asked = [client.get(address) for address in (path, f"{more}q={SECRET}", f"{more}export=csv", f"{more}export=xlsx")]
    return [*asked, client.post(path), client.post(path, sent)]


def test_a_coordinator_of_another_country_neither_sees_nor_changes_anything_anywhere(scene: Scene) -> None:
    before, leaks = about_germany(scene), []
    user = scene.people["coordinator of PL"]
    for address in office():
        if key(address) == "wagtailadmin_logout":
            continue
        path = scene.path(address)
        for number, response in enumerate(requests(asking(user), path)):
            # The words that were searched for stand in the field; a title is followed by what it is about.
            if f"{SECRET} " in text_of(response):
                leaks.append(f"{key(address)} ({path}), request {number}")
            if outcome(response) == "broken" and key(address) not in BREAK:
                leaks.append(f"{key(address)} ({path}), request {number}: broken")
        cache.clear()
    assert not leaks, "\n".join(leaks)
    assert about_germany(scene) == before


@pytest.mark.parametrize(("who", "least"), [("editor", 25), ("coordinator of DE", 18)])
def test_the_title_is_where_it_may_be_seen(scene: Scene, who: str, least: int) -> None:
    """What the test above looks for is to be found: in pages, in lists, and in tables to take along."""
    client = asking(scene.people[who])
    seen = {key(address) for address in office() if f"{SECRET} " in text_of(client.get(scene.path(address)))}
    assert len(seen) >= least, sorted(seen)
    table = client.get("/admin/snippets/goodpractices/goodpractice/", {"export": "xlsx"})
    assert SECRET in text_of(table)
