"""The review desk as tests use it: what a browser shows, and what it sends."""

from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contributions.models import Contribution
from contributions.services import drafts, reviewing, submitting
from contributions.services.reviewing import Answer
from tests.contributions.builders import all_met, open_review, revision_of, submitted

REVIEW = "contribution_desk:review"
SPACE = "wagtailsnippets_goodpractices_goodpractice"


def fresh(contribution: Contribution) -> Contribution:
    return Contribution.objects.get(pk=contribution.pk)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def shown(client: Client, contribution: Contribution) -> str:
    response = client.get(reverse(REVIEW, args=[contribution.pk]))
    assert response.status_code == 200
    return response.content.decode()


def filled(contribution: Contribution, action: str, **values: Any) -> dict[str, Any]:
    """A form as a browser sends it: every criterion met, and the version that was shown."""
    review = open_review(contribution)
    sent: dict[str, Any] = {"action": action, "review": review.pk, "revision": revision_of(contribution)}
    for code, answer in all_met(review).items():
        sent |= {f"verdict-{code}": answer.verdict, f"note-{code}": answer.note}
    return sent | {"reason": "", "note": ""} | values


def press(client: Client, contribution: Contribution, action: str, **values: Any) -> Any:
    return client.post(reverse(REVIEW, args=[contribution.pk]), filled(contribution, action, **values))


def notices(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def edited(client: Client, item: Any, action: str, **values: Any) -> Any:
    """Press a button in the editor of an item, with what the editor shows."""
    address = reverse(f"{SPACE}:edit", args=[item.pk])
    form = client.get(address).context["form"]
    return client.post(address, {**form_data(form), action: "1", **values})


def form_data(form: Any) -> dict[str, Any]:
    """What a browser would send of a form that nobody has touched, with the forms inside it."""
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        value = list(value.all()) if hasattr(value, "all") else value
        if isinstance(value, list | tuple):
            found[bound.html_name] = [getattr(part, "pk", part) for part in value]
        elif value is not False:
            found[bound.html_name] = "" if value is None else str(getattr(value, "pk", value))
    for formset in getattr(form, "formsets", {}).values():
        found |= form_data(formset.management_form)
        for child in formset.forms:
            found |= form_data(child)
    return found


def resubmitted(editor: User, **changes: Any) -> Contribution:
    contribution = submitted()
    reviewing.ask_for_changes(
        user=editor,
        key=open_review(contribution).pk,
        answers={"clear-actions": Answer("not-met", "Who runs it?")},
        revision_id=revision_of(contribution),
        reason="Please say who runs it.",
    )
    contribution = fresh(contribution)
    owner = contribution.contributor
    assert owner is not None
    drafts.save(user=owner, key=contribution.pk, raw=changes, version=contribution.version)
    submitting.submit(user=owner, key=contribution.pk, version=fresh(contribution).version, consent=True)
    return fresh(contribution)
