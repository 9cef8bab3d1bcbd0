"""Messages to the contact person: passed on once, the address never shown, nothing typed lost."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client, RequestFactory

from core.mail.models import OutboxMail
from core.visitors import visitor_address
from goodpractices.models import GoodPractice
from tests.goodpractices.builders import draft, published

TEXT = "We would like to learn how you found your mentors."


@pytest.fixture
def practice(site: Client, django_capture_on_commit_callbacks: Any) -> GoodPractice:
    with django_capture_on_commit_callbacks(execute=True):
        return published(language="de", title="Gute Nachbarn")


def address(practice: GoodPractice) -> str:
    return f"{practice.get_absolute_url()}contact/"


def token(client: Client, practice: GoodPractice) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(address(practice)).content.decode())
    assert found is not None
    return found[1]


def send(client: Client, practice: GoodPractice, **values: str) -> Any:
    form = {"name": "Ada", "email": "ada@example.org", "text": TEXT, "token": token(client, practice), **values}
    return client.post(address(practice), form)


def test_a_message_reaches_the_contact_person_and_nobody_sees_the_address(
    site: Client, practice: GoodPractice, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = send(site, practice)
    assert response.status_code == 200
    assert "passed on" in response.content.decode()
    assert "hidden-address" not in response.content.decode()
    (message,) = mail.outbox
    assert message.to == ["hidden-address@example.org"]
    assert message.reply_to == ["ada@example.org"]
    assert TEXT in message.body
    assert TEXT in message.alternatives[0].content
    assert f"/id/{practice.uid}" in message.body
    assert message.extra_headers["Content-Language"] == "de"
    assert OutboxMail.objects.get().text == ""
    assert not response.cookies


def test_a_second_click_sends_nothing_twice(
    site: Client, practice: GoodPractice, django_capture_on_commit_callbacks: Any
) -> None:
    same = token(site, practice)
    with django_capture_on_commit_callbacks(execute=True):
        send(site, practice, token=same)
        send(site, practice, token=same)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("email", "nonsense"), ("text", "short"), ("text", "x" * 3001), ("token", "forged")],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    site: Client, practice: GoodPractice, field: str, value: str
) -> None:
    response = send(site, practice, **{field: value})
    page = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in page
    assert f'href="#contact-{field if field != "token" else "text"}"' in page
    if field != "text":
        assert TEXT in page
    if field != "email":
        assert "ada@example.org" in page
    assert not OutboxMail.objects.exists()


def test_a_name_cannot_carry_headers(
    site: Client, practice: GoodPractice, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(site, practice, name="Ada\r\nBcc: everyone@example.org")
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == ["hidden-address@example.org"]


def test_a_robot_that_fills_every_field_sends_nothing(site: Client, practice: GoodPractice) -> None:
    assert send(site, practice, website="https://spam.example").status_code == 200
    assert not OutboxMail.objects.exists()


def test_too_many_messages_are_stopped_for_an_hour(site: Client, practice: GoodPractice) -> None:
    for _number in range(5):
        assert send(site, practice).status_code == 200
    last = send(site, practice)
    assert last.status_code == 429
    assert TEXT in last.content.decode()


def test_drafts_and_practices_without_a_contact_have_no_form(
    site: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        hidden = draft()
        nobody = published(contact_email="")
    assert site.get(address(hidden)).status_code == 404
    assert site.get(address(nobody)).status_code == 404
    assert "contact/" not in site.get(nobody.get_absolute_url()).content.decode()


def test_behind_a_proxy_each_visitor_is_counted_alone(site: Client, practice: GoodPractice, settings: Any) -> None:
    settings.SECURE_PROXY = True
    settings.SECURE_SSL_REDIRECT = False

    def status(forwarded: str) -> int:
        form = {"name": "Ada", "email": "ada@example.org", "text": TEXT, "token": token(site, practice)}
        return int(site.post(address(practice), form, headers={"X-Forwarded-For": forwarded}).status_code)

    # What a visitor writes before the proxy's own entry makes nobody another visitor.
    assert [status(f"10.0.0.{number}, 192.0.2.7") for number in range(6)] == [200] * 5 + [429]
    assert status("192.0.2.8") == 200


def test_without_a_proxy_an_invented_address_counts_for_nothing(site: Client, practice: GoodPractice) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "192.0.2.7"})
    assert visitor_address(request) == "127.0.0.1"


def test_nothing_personal_stays_once_a_message_is_sent(
    site: Client, practice: GoodPractice, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(site, practice)
    row = OutboxMail.objects.get()
    assert row.sent_at is not None
    assert (row.subject, row.text, row.html, row.reply_to) == ("", "", "", "")
