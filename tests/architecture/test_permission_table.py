"""The permission table over every address of the editorial office: each role, each row, each view, one code."""

from typing import Any, Final

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.snippets.models import get_snippet_models

from accounts.permissions import ADMIN_ROLES, PERMISSIONS, Action, Role, Scope
from content.registry import kinds
from content.viewsets import GuardedItemViewSet
from core.mail.models import MailState, OutboxMail
from goodpractices.models import GoodPractice
from tests.factories import person, practice

pytestmark = pytest.mark.django_db

SPACE: Final = "wagtailsnippets_goodpractices_goodpractice"
CHOOSER: Final = "wagtailsnippetchoosers_goodpractices_goodpractice"
TITLE: Final = "A title that nobody else may read"

#: Per view with a row: method, what the table asks, and the code where it says yes (by kind of row where they differ).
OK, BACK, SENT = 200, 302, 302
VIEWS: Final[dict[str, tuple[str, Action, int]]] = {
    "edit": ("get", Action.EDIT, OK),
    "delete": ("get", Action.DELETE_DRAFT, OK),
    "usage": ("get", Action.VIEW_DRAFT, OK),
    "history": ("get", Action.VIEW_DRAFT, OK),
    "history_results": ("get", Action.VIEW_DRAFT, OK),
    "copy": ("get", Action.CREATE, OK),
    "inspect": ("get", Action.VIEW_DRAFT, OK),
    "preview_on_edit": ("get", Action.EDIT, OK),
    "revisions_view": ("get", Action.VIEW_DRAFT, OK),
    "revisions_revert": ("get", Action.EDIT, OK),
    "revisions_compare": ("get", Action.VIEW_DRAFT, OK),
    "revisions_unschedule": ("get", Action.PUBLISH, OK),
    "unpublish": ("get", Action.UNPUBLISH, OK),
    "lock": ("post", Action.LOCK, SENT),
    "unlock": ("post", Action.LOCK, SENT),
    "workflow_history": ("get", Action.VIEW_DRAFT, OK),
    "confirm_workflow_cancellation": ("get", Action.EDIT, OK),
    "archive": ("get", Action.ARCHIVE, OK),
    "bring_back": ("get", Action.ARCHIVE, OK),
    "confirm": ("get", Action.EDIT, OK),
}
#: Views that need a running workflow; tested below with one of another row.
WORKFLOW_VIEWS: Final = {
    "workflow_action",
    "collect_workflow_action_data",
    "workflow_preview",
    "workflow_history_detail",
}
WITHOUT_ROW: Final = {"list", "list_results", "add", "preview_on_add"}
ROWS: Final = ("own country", "other country", "EU-wide")


def arguments(name: str, row: GoodPractice) -> list[Any]:
    extra = {
        "revisions_view": [row.latest_revision_id],
        "revisions_revert": [row.latest_revision_id],
        "revisions_unschedule": [row.latest_revision_id],
        "revisions_compare": ["earliest", "latest"],
    }
    return [row.pk, *extra.get(name, [])]


def reaches(role: Role, action: Action, row: str) -> bool:
    scope = PERMISSIONS[role].get(action)
    return scope is Scope.ALL or (scope is Scope.OWN_COUNTRIES and row == "own country")


def expected(role: Role, name: str, row: str, *, published: bool) -> int:
    """The code the table demands: 404 for what may not be seen, back to the desk for what may not be done."""
    _method, action, yes = VIEWS[name]
    if role not in ADMIN_ROLES:
        return BACK
    if not reaches(role, Action.VIEW_DRAFT, row):
        return 404
    if not reaches(role, action, row):
        return BACK
    # What was public is not deleted: back to its page, with the reason.
    return BACK if name == "delete" and published else yes


@pytest.fixture
def rows() -> dict[tuple[str, bool], GoodPractice]:
    made: dict[tuple[str, bool], GoodPractice] = {}
    for published in (False, True):
        values: dict[str, Any] = {"title": TITLE, "draft": not published}
        made["own country", published] = practice("DE", **values)
        made["other country", published] = practice("FR", **values)
        made["EU-wide", published] = practice(eu_wide=True, **values)
    return made


def test_the_table_of_views_knows_every_address_with_a_row() -> None:
    names = {pattern.name for pattern in GoodPractice.snippet_viewset.get_urlpatterns()}
    assert names == VIEWS.keys() | WORKFLOW_VIEWS | WITHOUT_ROW


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_the_code_of_the_table_on_every_view(
    role: Role, rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
    wrong = []
    for (kind, published), row in rows.items():
        for name, (method, _action, _yes) in VIEWS.items():
            response = getattr(client, method)(reverse(f"{SPACE}:{name}", args=arguments(name, row)))
            wanted = expected(role, name, kind, published=published)
            if response.status_code != wanted:
                state = "published" if published else "draft"
                wrong.append(f"{role} {name} {kind} {state}: {response.status_code}, not {wanted}")
            if wanted == 404 and TITLE in response.content.decode():
                wrong.append(f"{role} {name} {kind}: the title leaks")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(WITHOUT_ROW))
def test_each_role_gets_the_code_of_the_table_on_views_without_a_row(role: Role, name: str, client: Client) -> None:
    client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
    action = Action.CREATE if name in {"add", "preview_on_add"} else Action.VIEW_DRAFT
    allowed = role in ADMIN_ROLES and action in PERMISSIONS[role]
    assert client.get(reverse(f"{SPACE}:{name}")).status_code == (200 if allowed else 302)


def test_the_anonymous_are_sent_to_the_sign_in_from_every_view(
    rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    row = rows["own country", True]
    addresses = [reverse(f"{SPACE}:{name}", args=arguments(name, row)) for name in VIEWS]
    addresses += [reverse(f"{SPACE}:{name}") for name in WITHOUT_ROW]
    addresses += [reverse(f"{CHOOSER}:choose"), reverse("audit-log:index"), reverse("themes:index"), "/admin/"]
    addresses += [reverse("search-index:index"), reverse("search-index:retry", args=[1])]
    addresses += [reverse("outbox:index"), reverse("outbox:index_results"), reverse("outbox:send_again", args=[1])]
    addresses += [reverse("outbox:send_all_again")]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/en/accounts/login/?next=/")


@pytest.mark.parametrize("verb", ["publish", "archive", "bring_back", "delete"])
@pytest.mark.parametrize("role", list(Role))
def test_bulk_actions_touch_only_rows_within_reach(
    role: Role, verb: str, rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
    # Each verb on a row that it would change.
    published = verb in {"archive", "bring_back"}
    if verb == "bring_back":
        GoodPractice.objects.update(archived_at="2026-01-01T00:00:00Z")
    for kind in ROWS:
        row = rows[kind, published]
        address = f"/admin/bulk/goodpractices/goodpractice/{verb}/?id={row.pk}&next=/admin/"
        shown, done = client.get(address), client.post(address)
        if role not in ADMIN_ROLES:
            assert (shown.status_code, done.status_code) == (302, 302)
        elif not reaches(role, Action.VIEW_DRAFT, kind):
            assert (shown.status_code, done.status_code) == (404, 404)
            assert TITLE not in shown.content.decode()
        else:
            assert (shown.status_code, done.status_code) == (200, 302)
        assert changed(row, verb) == (role in {Role.ADMINISTRATOR, Role.EDITOR})


def changed(row: GoodPractice, verb: str) -> bool:
    now = GoodPractice.objects.filter(pk=row.pk).first()
    if verb == "delete":
        return now is None
    assert now is not None
    return {"publish": now.live, "archive": now.archived_at is not None, "bring_back": now.archived_at is None}[verb]


def test_selecting_everything_selects_only_what_is_within_reach(
    rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    shown = client.get("/admin/bulk/goodpractices/goodpractice/archive/?id=all&next=/admin/").content.decode()
    assert shown.count(TITLE) == 2


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EDITOR, Role.COUNTRY_COORDINATOR])
def test_choosers_offer_and_accept_only_rows_within_reach(
    role: Role, rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
    keys = {kind: rows[kind, False].pk for kind in ROWS}
    offered = client.get(reverse(f"{CHOOSER}:choose_results") + "?q=title").content.decode()
    several = client.get(reverse(f"{CHOOSER}:chosen_multiple"), {"id": list(keys.values())}).json()["result"]
    for kind, key in keys.items():
        within = reaches(role, Action.VIEW_DRAFT, kind)
        chosen = client.get(reverse(f"{CHOOSER}:chosen", args=[key]))
        assert chosen.status_code == (200 if within else 404)
        assert (f"/chosen/{key}/" in offered) == within
        assert (str(key) in [entry["id"] for entry in several]) == within
    assert client.get(reverse(f"{CHOOSER}:create")).status_code == 404


@pytest.mark.parametrize("key", ["x", "0", "-1", "9" * 30])
def test_keys_that_no_row_can_have_are_not_found(key: str, client: Client) -> None:
    client.force_login(person(Role.EDITOR))
    assert client.get(reverse(f"{CHOOSER}:chosen", args=[key])).status_code == 404
    assert client.get(f"/admin/snippets/goodpractices/goodpractice/edit/{key}/").status_code == 404


def test_lists_and_exports_hold_only_rows_within_reach(
    rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    GoodPractice.objects.filter(pk=rows["own country", True].pk).update(title="Ours")
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    shown = client.get(reverse(f"{SPACE}:list")).content.decode()
    exported = b"".join(client.get(reverse(f"{SPACE}:list") + "?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    own = {row.uid for (kind, _), row in rows.items() if kind == "own country"}
    assert {line.split(",")[0] for line in exported.splitlines()[1:]} == own
    assert f"/edit/{rows['own country', False].pk}/" in shown
    assert f"/edit/{rows['other country', False].pk}/" not in shown
    assert f"/edit/{rows['EU-wide', True].pk}/" not in shown


@pytest.mark.parametrize(
    "name",
    ["site_history", "workflow", "workflow_tasks", "locked_pages", "aging_pages", "page_types_usage"],
)
def test_site_wide_reports_are_for_those_who_see_everything(name: str, client: Client) -> None:
    address = reverse(f"wagtailadmin_reports:{name}")
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    assert client.get(address).headers["Location"] == "/admin/"
    client.force_login(person(Role.EDITOR))
    assert client.get(address).status_code == 200


def test_the_desk_names_only_rows_within_reach(rows: dict[tuple[str, bool], GoodPractice], client: Client) -> None:
    for (kind, _published), row in rows.items():
        GoodPractice.objects.filter(pk=row.pk).update(title=kind)
        row.latest_revision.object_str = kind
        row.latest_revision.save()
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    desk = client.get("/admin/").content.decode()
    assert "own country" in desk
    assert "other country" not in desk
    assert "EU-wide" not in desk


def test_another_rows_editing_session_cannot_be_joined(
    rows: dict[tuple[str, bool], GoodPractice], client: Client
) -> None:
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    codes = {}
    for kind in ROWS:
        key = rows[kind, False].pk
        address = reverse("wagtailadmin_editing_sessions:ping", args=("goodpractices", "goodpractice", key, 1))
        codes[kind] = client.post(address).status_code
    assert codes == {"own country": 200, "other country": 404, "EU-wide": 404}


@pytest.mark.parametrize(
    "address",
    [
        "audit-log:index",
        "outbox:index",
        "outbox:index_results",
        "outbox:send_all_again",
        "wagtailusers_users:index",
        "wagtailusers_users:add",
    ],
)
def test_people_and_the_audit_log_are_for_administrators(address: str, client: Client) -> None:
    for role in Role:
        client.force_login(person(role))
        assert client.get(reverse(address)).status_code == (200 if role is Role.ADMINISTRATOR else 302)


@pytest.mark.parametrize("all_of_them", [False, True])
def test_only_administrators_send_an_e_mail_again(client: Client, *, all_of_them: bool) -> None:
    for role in Role:
        client.force_login(person(role))
        row = OutboxMail.objects.create(key=role, to="ada@example.org", text="Hello", state=MailState.PARKED)
        address = reverse("outbox:send_again", args=[row.pk])
        assert client.get(address).status_code == (200 if role is Role.ADMINISTRATOR else 302)
        row.refresh_from_db()
        assert row.state == MailState.PARKED
        client.post(reverse("outbox:send_all_again") if all_of_them else address)
        row.refresh_from_db()
        assert (row.state == MailState.QUEUED) == (role is Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    "address",
    ["themes", "topics", "countries", "languages", "target_groups", "organisation_types", "document_types", "criteria"],
)
def test_the_vocabulary_is_for_editors(address: str, client: Client) -> None:
    for role in Role:
        client.force_login(person(role))
        allowed = Action.EDIT_TAXONOMY in PERMISSIONS[role]
        assert client.get(reverse(f"{address}:index")).status_code == (200 if allowed else 302)
        assert client.get(reverse(f"{address}:add")).status_code == (200 if allowed else 302)


@pytest.mark.parametrize("name", ["index", "index_results", "retry_all", "retry"])
def test_the_search_index_is_for_those_who_publish_everywhere(name: str, client: Client) -> None:
    address = reverse(f"search-index:{name}", args=[1] if name == "retry" else [])
    for role in Role:
        client.force_login(person(role, *(["DE"] if role is Role.COUNTRY_COORDINATOR else [])))
        allowed = PERMISSIONS[role].get(Action.PUBLISH) is Scope.ALL
        # Trying one again changes something, and so is not done by a mere visit.
        wanted = (405 if name == "retry" else 200) if allowed else 302
        assert client.get(address).status_code == wanted


def test_every_kind_of_content_has_a_guarded_viewset() -> None:
    assert kinds()
    for model in kinds().values():
        assert model in get_snippet_models()
        assert isinstance(model.snippet_viewset, GuardedItemViewSet)  # type: ignore[attr-defined]


def test_no_address_of_the_editorial_office_is_open_to_the_anonymous(client: Client) -> None:
    """Every pattern without arguments, ours and Wagtail's: sign-in, or one of the few that must be open."""
    open_to_all = {"login/", "password_reset/", "jsi18n/", "sprite/"}
    admin = next(pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "admin/")
    for address in sorted(plain_addresses(admin)):
        code = client.get(f"/{address}").status_code
        if not any(address.removeprefix("admin/").startswith(start) for start in open_to_all):
            assert code in {302, 405}, address


def plain_addresses(pattern: Any, prefix: str = "") -> list[str]:
    text = prefix + str(pattern.pattern)
    if any(sign in text for sign in "<^(*$"):
        return []
    if hasattr(pattern, "url_patterns"):
        return [found for child in pattern.url_patterns for found in plain_addresses(child, text)]
    return [text]
