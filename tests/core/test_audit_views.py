"""The audit log on screen: who did what, found by filters, never changed."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.permissions import Role
from core import audit
from core.audit_views import _values
from core.models import AuditEntry
from core.spreadsheets import safe_cell
from tests.factories import person, practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(person(Role.ADMINISTRATOR))
    return client


def test_entries_are_found_by_action_kind_object_and_person(administrator: Client) -> None:
    someone = person(Role.EDITOR, email="someone@example.org")
    row = practice("DE", title="The one")
    audit.record(user=someone, action="content.archive", instance=row, before={"a": 1}, after={"a": 2})
    address = reverse("audit-log:index_results")
    for query in (
        {"action": "content.archive"},
        {"person": "someone@"},
        {"object_key": str(row.pk), "model": "goodpractices.goodpractice", "action": "content.archive"},
        {"q": "The one"},
    ):
        page = administrator.get(address, query).content.decode()
        assert "content.archive" in page, query
        assert "a: 1 → 2" in page, query
    assert "content.archive" not in administrator.get(address, {"person": "nobody@"}).content.decode()


def test_long_lists_of_values_are_folded_away_and_empty_ones_left_out() -> None:
    row = practice("DE", draft=True)
    entry = AuditEntry.objects.get(action="content.create", object_key=str(row.pk))
    shown = _values(entry)
    assert shown.startswith("<details>")
    assert "source_url" not in shown
    few = audit.record(user=None, action="x", instance=row, before={"title": "<b>"}, after={"title": ""})
    assert _values(few) == '<ul class="audit-values"><li>title: &lt;b&gt; → –</li></ul>'


def test_the_log_has_no_page_that_changes_it(administrator: Client) -> None:
    for name in ("add", "edit", "delete", "history", "usage"):
        with pytest.raises(NoReverseMatch):
            reverse(f"audit-log:{name}", args=[] if name == "add" else [1])
    page = administrator.get(reverse("audit-log:index")).content.decode()
    assert "/audit-log/new/" not in page


def test_the_log_is_exported_and_listed_with_bounded_queries(
    administrator: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(5):
        practice("DE", contributor=person())
    with django_assert_max_num_queries(25):  # type: ignore[operator]  # pytest-django's fixture is a function
        assert administrator.get(reverse("audit-log:index")).status_code == 200
    assert administrator.get(reverse("audit-log:index"), {"export": "xlsx"}).status_code == 200


@pytest.mark.parametrize(
    ("value", "shown"),
    [("=1+1", "'=1+1"), ("+1", "'+1"), ("-x", "'-x"), ("@x", "'@x"), ("a=1", "a=1"), (-5, -5), (None, None)],
)
def test_a_spreadsheet_calculates_nothing(value: object, shown: object) -> None:
    assert safe_cell(value) == shown
