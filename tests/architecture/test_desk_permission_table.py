"""The permission table over every address of the review desk: role × country × whose contribution."""

from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import ADMIN_ROLES, PERMISSIONS, Action, Role, Scope
from contributions.desk.urls import urlpatterns
from contributions.models import Contribution, InternalNote, Review
from contributions.services import drafts, submitting
from contributions.stages import STAGE_ACTIONS, Stage
from contributions.workflow import ensure_workflow
from tests.contributions.builders import contributor, written
from tests.factories import CountryFactory, CriterionFactory, person

pytestmark = pytest.mark.django_db

TITLE: Final = "A title that nobody else may read"
#: What the form gives each row.
ROWS: Final[dict[str, dict[str, Any]]] = {
    "own country": {"country": "DE"},
    "other country": {"country": "FR"},
    "EU-wide": {"scope": "eu", "countries": []},
}
#: Addresses about one contribution: (method, code where the table says yes).
WITH_ROW: Final[dict[str, list[tuple[str, int]]]] = {
    "review": [("get", 200), ("post", 302)],
    "notes": [("get", 405), ("post", 302)],
    "difference": [("get", 200), ("post", 405)],
    "file": [("get", 200), ("post", 405)],
}
LISTS: Final = ("index", "taken", "open", "waiting", "appealed", "decided")
WITHOUT_ROW: Final = {*LISTS, *(f"{name}_results" for name in LISTS)}


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()
    for code in ("DE", "FR"):
        CountryFactory(code=code)
    CriterionFactory(code="clear-actions", kind="eligibility")


def reaches(role: Role, row: str) -> bool:
    """Whether the table lets ``role`` (of Germany) review what ``row`` is about, in whichever stage."""
    scopes = {PERMISSIONS[role].get(action) for action in STAGE_ACTIONS.values()}
    return Scope.ALL in scopes or (Scope.OWN_COUNTRIES in scopes and row == "own country")


def reviewer(role: Role) -> User:
    return person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else []))


def sent_in(row: str, owner: User) -> Contribution:
    """A contribution in review, with a file and without what only its text would say."""
    draft = written(owner, title=TITLE, **ROWS[row])
    upload = SimpleUploadedFile("facts.txt", b"Facts and figures")
    drafts.add_file(user=owner, key=draft.pk, kind="attachment", upload=upload)
    return submitting.submit(user=owner, key=draft.pk, version=draft.version, consent=True)


def address(name: str, contribution: Contribution) -> str:
    held = contribution.files.get()
    return reverse(f"contribution_desk:{name}", args=[contribution.pk, *([held.pk] if name == "file" else [])])


def sent(contribution: Contribution, action: str) -> dict[str, Any]:
    contribution.refresh_from_db()
    review = Review.objects.open().get(contribution=contribution)
    item: Any = contribution.item
    return {"action": action, "review": review.pk, "revision": item.latest_revision_id, "note": "Among us"}


def content_of(response: Any) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return str(raw.decode())


def test_the_table_of_the_desk_knows_every_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == WITH_ROW.keys() | WITHOUT_ROW


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_the_code_of_the_table_on_every_address_of_the_desk(role: Role, client: Client) -> None:
    owner, user = contributor(), reviewer(role)
    client.force_login(user)
    wrong: list[str] = []
    for row in ROWS:
        contribution = sent_in(row, owner)
        review = Review.objects.open().get(contribution=contribution)
        may_act = reaches(role, row) and Review.objects.within_reach(user).filter(pk=review.pk).exists()
        for name, methods in WITH_ROW.items():
            for method, yes in methods:
                action = "claim" if name == "review" else "note"
                response = getattr(client, method)(address(name, contribution), sent(contribution, action))
                # A method that an address does not have is refused alike, whatever is there.
                allowed = yes if yes == 405 or reaches(role, row) else 404
                wanted = allowed if role in ADMIN_ROLES else 302
                if response.status_code != wanted:
                    wrong.append(f"{role} {method} {name} {row}: {response.status_code}, not {wanted}")
                if wanted == 404 and TITLE in content_of(response):
                    wrong.append(f"{role} {name} {row}: the title leaks")
        review.refresh_from_db()
        if (review.claimed_by == user) is not may_act:
            wrong.append(f"{role} {row}: taken up, or not, against the table")
        if InternalNote.objects.filter(contribution=contribution).exists() is not reaches(role, row):
            wrong.append(f"{role} {row}: a note, or none, against the table")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
@pytest.mark.parametrize("row", list(ROWS))
def test_nobody_does_anything_to_their_own_contribution(role: Role, row: str, client: Client) -> None:
    user = reviewer(role)
    contribution = sent_in(row, user)
    client.force_login(user)
    wanted = 200 if reaches(role, row) else 404
    assert client.get(address("review", contribution)).status_code == wanted
    for action in ("claim", "take-over", "release", "reassign", "save", "approve", "changes", "decline", "note"):
        data = sent(contribution, action) | {"reason": "Yes", "confirmed": "on", "to": str(user.pk)}
        for name in ("review", "notes"):
            response = client.post(address(name, contribution), data)
            assert response.status_code == wanted, (action, name)
    review = Review.objects.open().get(contribution=contribution)
    assert review.claimed_by is None
    assert not review.answers.exists()
    assert not InternalNote.objects.exists()
    # Reopening is no way around it either.
    Contribution.objects.filter(pk=contribution.pk).update(state="declined")
    client.post(address("review", contribution), {"action": "reopen", "reason": "Yes"})
    contribution.refresh_from_db()
    assert contribution.state == "declined"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(WITHOUT_ROW))
def test_the_lists_are_for_those_who_review(role: Role, name: str, client: Client) -> None:
    client.force_login(reviewer(role))
    allowed = role in ADMIN_ROLES and any(action in PERMISSIONS[role] for action in STAGE_ACTIONS.values())
    listed = reverse(f"contribution_desk:{name}")
    assert client.get(listed).status_code == (200 if allowed else 302)
    assert client.get(listed, {"export": "csv"}).status_code == (200 if allowed else 302)
    assert client.post(listed).status_code == (405 if allowed else 302)


def test_lists_exports_and_figures_hold_only_what_is_within_reach(client: Client) -> None:
    user, owner = reviewer(Role.COUNTRY_COORDINATOR), contributor()
    made = {row: sent_in(row, owner) for row in ROWS}
    client.force_login(user)
    for name in ("index", "open"):
        listed = reverse(f"contribution_desk:{name}")
        page, table = (content_of(client.get(listed, query)) for query in ({}, {"export": "csv"}))
        assert {line.split(",")[0] for line in table.splitlines()[1:]} == {str(made["own country"].pk)}
        for row, contribution in made.items():
            assert (address("review", contribution) in page) is reaches(Role.COUNTRY_COORDINATOR, row)
        assert "?country=FR" not in page
    home = client.get("/admin/").content.decode()
    assert "Contributions (1)" in home
    for row, contribution in made.items():
        assert (address("review", contribution) in home) is reaches(Role.COUNTRY_COORDINATOR, row)


def test_a_coordinator_sees_the_editors_stage_and_cannot_decide_it(client: Client) -> None:
    user = reviewer(Role.COUNTRY_COORDINATOR)
    contribution = sent_in("own country", contributor())
    Review.objects.filter(contribution=contribution).update(stage=Stage.DECISION)
    client.force_login(user)
    assert Action.DECIDE not in PERMISSIONS[Role.COUNTRY_COORDINATOR]
    page = client.get(address("review", contribution)).content.decode()
    assert 'value="approve"' not in page
    client.post(address("review", contribution), sent(contribution, "approve"))
    assert Review.objects.open().filter(contribution=contribution).exists()


def test_the_anonymous_are_sent_to_the_sign_in_from_the_desk(client: Client) -> None:
    contribution = sent_in("own country", contributor())
    for name in WITH_ROW:
        response = client.get(address(name, contribution))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/en/accounts/login/?next=/")


def test_what_was_never_submitted_is_nobodys_business(client: Client) -> None:
    owner = contributor()
    draft = written(owner, title=TITLE)
    client.force_login(person(Role.ADMINISTRATOR))
    assert client.get(reverse("contribution_desk:review", args=[draft.pk])).status_code == 404
    for name in LISTS:
        assert TITLE not in client.get(reverse(f"contribution_desk:{name}")).content.decode()
