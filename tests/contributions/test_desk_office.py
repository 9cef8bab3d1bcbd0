"""The review beside Wagtail's own pages: the editor of an item, its buttons, the first page of the office."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from content.services import publish
from contributions.desk.panels import QueuePanel
from contributions.models import Contribution, Event, Review, State
from contributions.services import reviewing, submitting
from contributions.workflow import ensure_workflow
from goodpractices.models import GoodPractice
from tests.contributions.builders import contributor, open_review, submitted
from tests.contributions.desk_pages import REVIEW, SPACE, edited, fresh, press, shown, signed_in
from tests.factories import person, practice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


@pytest.fixture
def editor() -> User:
    return person(Role.EDITOR)


def test_the_editor_of_an_item_in_review_leads_to_the_desk(client: Client, editor: User) -> None:
    contribution = submitted()
    page = signed_in(client, editor).get(reverse(f"{SPACE}:edit", args=[contribution.item_id])).content.decode()
    assert reverse(REVIEW, args=[contribution.pk]) in page
    assert "Open at the review desk" in page
    assert 'name="action-cancel-workflow"' not in page
    other = practice("DE")
    assert "review desk" not in client.get(reverse(f"{SPACE}:edit", args=[other.pk])).content.decode()


@pytest.mark.parametrize("action", ["approve", "reject", "cancel"])
def test_wagtails_own_decisions_are_closed(client: Client, editor: User, action: str) -> None:
    contribution = submitted()
    review = open_review(contribution)
    signed_in(client, editor)
    for name in ("workflow_action", "collect_workflow_action_data"):
        address = reverse(f"{SPACE}:{name}", args=[contribution.item_id, action, review.pk])
        assert client.post(address).headers["Location"] == "/admin/"
    assert fresh(contribution).state == State.IN_REVIEW
    assert open_review(contribution) == review


def test_nobody_publishes_their_own_past_the_desk(client: Client, editor: User) -> None:
    contribution = submitted(editor)
    item = contribution.item
    signed_in(client, editor)
    page = edited(client, item, "action-publish").content.decode()
    assert "Nobody decides on their own contribution" in page
    asked = client.get(f"/admin/bulk/goodpractices/goodpractice/publish/?id={item.pk}&next=/admin/").content.decode()
    assert "Nobody decides on their own contribution" in asked
    with pytest.raises(ValidationError, match="Nobody decides"):
        publish(item=item, user=editor)
    submitting.withdraw(user=editor, key=contribution.pk)
    with pytest.raises(ValidationError, match="Nobody decides"):
        publish(item=fresh(contribution).item, user=editor)
    publish(item=fresh(contribution).item, user=person(Role.EDITOR))
    assert GoodPractice.objects.get().live
    # Once it is public, an editor works on it as on everything else.
    publish(item=fresh(contribution).item, user=editor)


def test_another_editor_may_publish_past_the_desk_and_that_closes_the_review(client: Client, editor: User) -> None:
    contribution = submitted()
    response = edited(signed_in(client, editor), contribution.item, "action-publish")
    assert response.status_code == 302
    assert fresh(contribution).state == State.PUBLISHED
    assert not Review.objects.open().exists()


def test_what_a_coordinator_sends_in_from_the_office_is_a_contribution(client: Client) -> None:
    coordinator, second = person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.COUNTRY_COORDINATOR, "DE")
    row = practice("DE")
    response = edited(signed_in(client, coordinator), row, "action-submit", title="Mended")
    assert response.status_code == 302
    contribution = Contribution.objects.get()
    assert (contribution.contributor, contribution.is_correction, contribution.state) == (
        coordinator,
        True,
        "in-review",
    )
    assert "Nobody decides on their own" in shown(client, contribution)
    assert "Mended" in shown(signed_in(client, second), contribution)
    # Sent in twice, it is under review once.
    edited(signed_in(client, coordinator), row, "action-submit")
    assert Contribution.objects.count() == 1
    assert Review.objects.open().count() == 1


def test_only_who_sent_it_in_can_cancel_the_review_in_the_editor(client: Client, editor: User) -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    contribution = submitted()
    for user in (editor, coordinator):
        edited(signed_in(client, user), contribution.item, "action-cancel-workflow")
        assert fresh(contribution).state == State.IN_REVIEW
    row = practice("DE", draft=True)
    edited(signed_in(client, coordinator), row, "action-submit")
    own = Contribution.objects.about(row).get()
    edited(client, row, "action-cancel-workflow")
    assert fresh(own).state == State.WITHDRAWN


def test_changes_made_in_the_office_are_sent_in_again_as_the_same_contribution(client: Client, editor: User) -> None:
    contribution = submitted()
    press(signed_in(client, editor), contribution, "changes", reason="We mend it ourselves.")
    edited(client, contribution.item, "action-submit", title="Mended in the office")
    assert Contribution.objects.count() == 1
    assert fresh(contribution).state == State.IN_REVIEW
    assert "Mended in the office" in shown(client, contribution)
    assert contribution.events.filter(kind=Event.Kind.RESUBMITTED, actor=editor).exists()


def test_the_office_says_how_much_waits(client: Client, editor: User) -> None:
    contribution = submitted()
    page = signed_in(client, editor).get("/admin/").content.decode()
    assert "Contributions (1)" in page
    assert "Contributions to review" in page
    assert reverse(REVIEW, args=[contribution.pk]) in page


def test_the_first_page_counts_what_is_overdue_mine_and_new(client: Client, editor: User) -> None:
    late, mine, new = submitted(), submitted(contributor()), submitted(contributor())
    Review.objects.filter(contribution=late).update(started_at="2026-01-05T09:00Z", due_at="2026-01-19T09:00Z")
    reviewing.claim(user=editor, key=open_review(mine).pk)
    context: Any = QueuePanel().get_context_data({"request": SimpleNamespace(user=editor)})
    assert [figure["count"] for figure in context["figures"]] == [1, 1, 1]
    assert [review.contribution for review in context["reviews"]] == [late, mine, new]
    assert "Overdue" in signed_in(client, editor).get("/admin/").content.decode()
