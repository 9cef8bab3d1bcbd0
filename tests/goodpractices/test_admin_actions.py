"""What is done to one item from its own page, and to several from the list."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask

from accounts.models import User
from accounts.permissions import Role
from content.models import Status
from goodpractices.models import GoodPractice
from tests.factories import person, practice

pytestmark = pytest.mark.django_db

SPACE = "wagtailsnippets_goodpractices_goodpractice"


@pytest.fixture
def user() -> User:
    return person(Role.EDITOR)


@pytest.fixture
def editor(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def fresh(row: GoodPractice) -> GoodPractice:
    return GoodPractice.objects.get(pk=row.pk)


def notices(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize(
    ("name", "values", "status", "said"),
    [
        ("archive", {}, Status.ARCHIVED, "has been archived"),
        ("bring_back", {"archived": True}, Status.PUBLISHED, "is current again"),
        ("confirm", {}, Status.PUBLISHED, "has been confirmed"),
        ("unpublish", {}, Status.WITHDRAWN, "has been withdrawn"),
    ],
)
def test_an_action_asks_first_and_then_does_what_it_says(
    editor: Client, name: str, values: dict[str, Any], status: Status, said: str
) -> None:
    row = practice("DE", **values)
    before = fresh(row).status
    address = reverse(f"{SPACE}:{name}", args=[row.pk])
    asked = editor.get(address)
    assert asked.status_code == 200
    assert "?" in asked.content.decode()
    assert fresh(row).status is before
    done = editor.post(address)
    assert done.status_code == 302
    assert said in notices(done)
    assert fresh(row).status is status


def test_the_items_menu_offers_what_fits_its_state(editor: Client) -> None:
    def offered(row: GoodPractice) -> set[str]:
        page = editor.get(reverse(f"{SPACE}:edit", args=[row.pk])).content.decode()
        return {
            name
            for name in ("archive", "bring_back", "confirm", "delete")
            if f'href="{reverse(f"{SPACE}:{name}", args=[row.pk])}"' in page
        }

    assert offered(practice("DE")) == {"archive", "confirm"}
    assert offered(practice("DE", archived=True)) == {"bring_back", "confirm"}
    assert offered(practice("DE", draft=True)) == {"delete"}
    assert offered(practice("DE", withdrawn=True)) == set()


def test_a_draft_is_deleted_after_the_question(editor: Client) -> None:
    row = practice("DE", draft=True, title="Doomed")
    address = reverse(f"{SPACE}:delete", args=[row.pk])
    assert "Doomed" in editor.get(address).content.decode()
    assert GoodPractice.objects.exists()
    assert editor.post(address).status_code == 302
    assert not GoodPractice.objects.exists()


def test_what_was_public_is_not_deleted_by_its_address(editor: Client) -> None:
    row = practice("DE", withdrawn=True)
    response = editor.post(reverse(f"{SPACE}:delete", args=[row.pk]))
    assert "withdraw or archive it instead" in notices(response)
    assert GoodPractice.objects.exists()


def test_bulk_publishing_publishes_what_is_ready_and_names_what_is_not(editor: Client) -> None:
    ready, not_ready = (
        practice("DE", draft=True, title="Ready"),
        practice("DE", draft=True, title="Unready", results=""),
    )
    address = f"/admin/bulk/goodpractices/goodpractice/publish/?id={ready.pk}&id={not_ready.pk}&next=/admin/"
    page = editor.get(address).content.decode()
    assert "Left as they are" in page
    assert "Results: not filled in." in page
    response = editor.post(address)
    assert "1 item published." in notices(response)
    assert fresh(ready).live
    assert not fresh(not_ready).live


def test_bulk_publishing_publishes_the_latest_version(editor: Client) -> None:
    row = practice("DE", title="Old")
    row.title = "New"
    row.save_revision(clean=False)
    editor.post(f"/admin/bulk/goodpractices/goodpractice/publish/?id={row.pk}&next=/admin/")
    assert (fresh(row).title, fresh(row).status) == ("New", Status.PUBLISHED)


def test_bulk_actions_change_nothing_before_the_answer(editor: Client) -> None:
    row = practice("DE", draft=True)
    for verb in ("publish", "archive", "bring_back", "delete"):
        assert editor.get(f"/admin/bulk/goodpractices/goodpractice/{verb}/?id={row.pk}").status_code == 200
    assert fresh(row).status is Status.DRAFT


@pytest.mark.parametrize("ids", ["", "id=x", "id=0", "id=" + "9" * 40])
def test_a_bulk_action_without_rows_is_not_found(editor: Client, ids: str) -> None:
    practice("DE")
    assert editor.get(f"/admin/bulk/goodpractices/goodpractice/archive/?{ids}").status_code == 404


def test_a_locked_practice_is_saved_by_nobody_else(editor: Client, user: User) -> None:
    row = practice("DE", title="Locked")
    assert editor.post(reverse(f"{SPACE}:lock", args=[row.pk])).status_code == 302
    assert fresh(row).locked_by == user
    other = Client()
    other.force_login(person(Role.EDITOR))
    response = other.post(reverse(f"{SPACE}:edit", args=[row.pk]), {"title": "Changed"})
    assert response.status_code == 200
    assert not fresh(row).has_unpublished_changes
    assert editor.post(reverse(f"{SPACE}:unlock", args=[row.pk])).status_code == 302
    assert not fresh(row).locked


def test_the_history_names_what_happened_and_who(editor: Client, user: User) -> None:
    row = practice("DE", draft=True)
    editor.post(f"/admin/bulk/goodpractices/goodpractice/publish/?id={row.pk}&next=/admin/")
    page = editor.get(reverse(f"{SPACE}:history", args=[row.pk])).content.decode()
    assert "Published" in page
    assert user.last_name in page


@pytest.fixture
def review(user: User) -> Workflow:
    """A workflow whose one task the editors may decide."""
    workflow = Workflow.objects.create(name="Review")
    task = GroupApprovalTask.objects.create(name="Decide")
    task.groups.set(user.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(GoodPractice)
    # In place of the one that every kind of content has.
    WorkflowContentType.objects.update_or_create(content_type=kind, defaults={"workflow": workflow})
    return workflow


def test_an_item_in_review_says_so(review: Workflow, user: User) -> None:
    row = practice("DE", draft=True)
    review.start(row, user)
    assert fresh(row).status is Status.IN_REVIEW
    assert GoodPractice.objects.with_status("in-review").get() == row


@pytest.mark.parametrize("name", ["workflow_action", "collect_workflow_action_data"])
def test_the_task_of_another_row_cannot_be_decided_under_ones_own(
    review: Workflow, user: User, client: Client, name: str
) -> None:
    own, foreign = practice("DE", draft=True), practice("FR", draft=True)
    states = {row.pk: review.start(row, user).current_task_state for row in (own, foreign)}
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    GroupApprovalTask.objects.get().groups.set(coordinator.groups.all())
    client.force_login(coordinator)
    address = reverse(f"{SPACE}:{name}", args=[own.pk, "approve", states[foreign.pk].pk])
    assert client.post(address, {"comment": ""}).status_code == 404
    assert client.get(address).status_code == 404
    assert not fresh(foreign).live
    assert client.get(reverse(f"{SPACE}:{name}", args=[own.pk, "approve", states[own.pk].pk])).status_code == 200


def test_workflow_pages_of_another_row_do_not_exist(review: Workflow, user: User, client: Client) -> None:
    foreign = practice("FR", draft=True)
    state = review.start(foreign, user)
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    task = state.current_task_state
    for name, args in {
        "workflow_action": [foreign.pk, "approve", task.pk],
        "collect_workflow_action_data": [foreign.pk, "approve", task.pk],
        "workflow_preview": [foreign.pk, task.task_id],
        "workflow_history_detail": [foreign.pk, state.pk],
    }.items():
        assert client.get(reverse(f"{SPACE}:{name}", args=args)).status_code == 404


def test_approval_does_not_publish_what_is_not_ready(review: Workflow, user: User, editor: Client) -> None:
    row = practice("DE", draft=True, results="Too short.")
    state = review.start(row, user)
    address = reverse(f"{SPACE}:workflow_action", args=[row.pk, "approve", state.current_task_state.pk])
    response = editor.post(address, {"comment": ""})
    assert response.status_code == 302
    assert "Results: 2 words, at least 75." in notices(response)
    assert not fresh(row).live
