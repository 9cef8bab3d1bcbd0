"""My contributions: where each stands, why, what comes next; nobody else's."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from accounts.permissions import Role
from contributions.models import Contribution, Event, State
from contributions.services import reviewing, submitting
from contributions.services.reviewing import Answer
from core.mail.models import OutboxMail
from tests.contributions.builders import all_met, contributor, open_review, revision_of, submitted, written
from tests.factories import person

pytestmark = pytest.mark.django_db

LIST = "/en/my/contributions/"


def page(client: Client, contribution: Contribution) -> str:
    return client.get(f"{LIST}{contribution.pk}/").content.decode()


@pytest.fixture
def owner(client: Client) -> Any:
    user = contributor()
    client.force_login(user)
    return user


def declined(owner: Any) -> Contribution:
    contribution = submitted(owner)
    review = open_review(contribution)
    reviewing.decline(
        user=person(Role.EDITOR),
        key=review.pk,
        answers={"replicable": Answer("not-met", "It needs a palace.")},
        revision_id=revision_of(contribution),
        reason="Not about <b>integration</b>.",
    )
    contribution.refresh_from_db()
    return contribution


def test_the_list_says_where_each_stands_and_can_be_narrowed(owner: Any, client: Client) -> None:
    written(owner, title="My draft")
    submitted(owner, title="My practice in review")
    text = client.get(LIST).content.decode()
    assert "My draft" in text
    assert "In review" in text
    text = client.get(f"{LIST}?state=draft").content.decode()
    assert "My practice in review" not in text
    assert "None of your contributions" in client.get(f"{LIST}?state=declined").content.decode()
    assert client.get(f"{LIST}?state=nonsense&page=999").status_code == 200


def test_an_empty_list_invites(owner: Any, client: Client) -> None:
    assert "You have not contributed anything yet" in client.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(
    owner: Any, client: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    written(owner)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _number in range(9):
        written(owner)
    with django_assert_num_queries(len(one)):
        client.get(LIST)


@pytest.mark.parametrize("path", ["", "withdraw/"])
def test_somebody_elses_is_not_there(owner: Any, client: Client, path: str) -> None:
    other = submitted()
    assert client.get(f"{LIST}{other.pk}/{path}").status_code == 404
    assert client.post(f"{LIST}{other.pk}/withdraw/").status_code == 404
    client.force_login(person(Role.EDITOR))
    assert client.get(f"{LIST}{other.pk}/{path}").status_code == 404


def test_the_anonymous_are_asked_to_sign_in(client: Client) -> None:
    address = f"{LIST}{submitted().pk}/"
    assert client.get(address).headers["Location"] == f"/en/accounts/login/?next={address}"


def test_reasons_and_open_points_are_shown_as_text(owner: Any, client: Client) -> None:
    text = page(client, declined(owner))
    assert "Not about &lt;b&gt;integration&lt;/b&gt;." in text
    assert "It needs a palace." in text
    assert "It will not be published" in text


def test_withdrawing_asks_first(owner: Any, client: Client) -> None:
    contribution = submitted(owner)
    assert "So far" in page(client, contribution)
    address = f"{LIST}{contribution.pk}/withdraw/"
    assert "Withdraw this contribution?" in client.get(address).content.decode()
    contribution.refresh_from_db()
    assert contribution.state == State.IN_REVIEW
    client.post(address)
    client.post(address)
    contribution.refresh_from_db()
    assert contribution.state == State.WITHDRAWN
    text = page(client, contribution)
    assert "You have withdrawn it" in text
    # Nobody works on it, so no clock runs.
    assert "So far" not in text


def test_another_look_can_be_asked_for_once(owner: Any, client: Client) -> None:
    contribution = declined(owner)
    address = f"{LIST}{contribution.pk}/appeal/"
    assert client.post(address, {"text": " "}).status_code == 409
    assert client.post(address, {"text": "It is about integration: see page 2."}).status_code == 302
    assert client.post(address, {"text": "Again"}).status_code == 409
    assert contribution.events.filter(kind=Event.Kind.APPEALED).count() == 1
    assert OutboxMail.objects.filter(kind="contribution-appealed").count() == 1
    editor = person(Role.EDITOR)
    reviewing.reopen(user=editor, key=contribution.pk, reason="You are right.")
    contribution.refresh_from_db()
    assert contribution.state == State.IN_REVIEW
    assert "Reopened" in page(client, contribution)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_everyone_is_told_in_their_language_at_every_step(
    language: str, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    owner = contributor(interface_language=language, first_name="Zoë & <Ada>", email="owner@example.org")
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE", interface_language="de", email="desk@example.org")
    editor = person(Role.EDITOR, email="editor@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        contribution = submitted(owner, title="Cafés & <i>neighbours</i>")
    for user in (coordinator, editor):
        with django_capture_on_commit_callbacks(execute=True):
            review = open_review(contribution)
            reviewing.claim(user=user, key=review.pk)
            reviewing.approve(user=user, key=review.pk, answers=all_met(review), revision_id=revision_of(contribution))
    told = list(OutboxMail.objects.filter(recipient_id=owner.pk).order_by("pk").values_list("kind", flat=True))
    assert told == [
        f"contribution-{kind}" for kind in ("received", "taken-up", "stage-passed", "taken-up", "published")
    ]
    waiting = OutboxMail.objects.filter(kind="contribution-waiting")
    assert dict(waiting.values_list("recipient_id", "language")) == {coordinator.pk: "de", editor.pk: "en"}
    assert len(mail.outbox) == OutboxMail.objects.filter(state="sent").count() == 7
    for message in mail.outbox:
        html = str(message.alternatives[0].content)  # type: ignore[attr-defined]  # Django's own
        assert "<i>neighbours</i>" not in html
        assert "<Ada>" not in html
        assert "Cafés & <i>neighbours</i>" in message.subject
        assert "&amp;" not in message.body
        assert "http://testserver/" in message.body
    published = OutboxMail.objects.get(kind="contribution-published")
    with translation.override(language):
        assert f"http://testserver/{language}/good-practices/" in mail.outbox[-1].body
    assert published.language == language


def test_a_withdrawn_contribution_of_nobody_is_no_error() -> None:
    contribution = submitted()
    Contribution.objects.update(contributor=None)
    contribution.refresh_from_db()
    submitting.take_out(contribution, None)
    assert not OutboxMail.objects.filter(kind="contribution-withdrawn").exists()


def test_criteria_are_named_in_the_readers_language(owner: Any, client: Client) -> None:
    contribution = declined(owner)
    assert "replicable fr" in client.get(f"/fr/my/contributions/{contribution.pk}/").content.decode()
    owner.interface_language = "de"
    owner.save()
    other = submitted(owner)
    review = open_review(other)
    reviewing.ask_for_changes(
        user=person(Role.EDITOR),
        key=review.pk,
        answers={"replicable": Answer("not-met", "It needs a palace.")},
        revision_id=revision_of(other),
        reason="Please explain.",
    )
    letter = OutboxMail.objects.get(kind="contribution-changes-requested")
    assert "replicable de" in letter.text
