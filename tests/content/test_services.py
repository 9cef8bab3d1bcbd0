"""The verbs of an item's life: each asks the table, writes the audit log, and leaves the right state behind."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from content import services
from content.models import SlugHistory, Status
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from tests.factories import GoodPracticeFactory, person, practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return person(Role.EDITOR)


def fresh(row: GoodPractice) -> GoodPractice:
    return GoodPractice.objects.get(pk=row.pk)


def actions(row: GoodPractice) -> list[tuple[str, Any]]:
    entries = AuditEntry.objects.filter(object_key=str(row.pk), model="goodpractices.goodpractice").order_by("pk")
    return [(entry.action, entry.user_id) for entry in entries]


def test_publishing_makes_a_draft_public_and_says_who_did_it(editor: User) -> None:
    row = practice("DE", draft=True)
    services.publish(item=row, user=editor)
    assert fresh(row).status is Status.PUBLISHED
    assert actions(row)[-1] == ("content.publish", editor.pk)


def test_what_is_not_ready_is_refused_and_stays_a_draft(editor: User) -> None:
    row = practice("DE", draft=True, results="Too short.")
    with pytest.raises(ValidationError) as refusal:
        services.publish(item=row, user=editor)
    assert refusal.value.message_dict == {"results": ["Results: 2 words, at least 75."]}
    assert fresh(row).status is Status.DRAFT


def test_publishing_past_the_service_is_checked_all_the_same() -> None:
    row = practice("DE", draft=True, results="Too short.")
    with pytest.raises(ValidationError):
        row.get_latest_revision().publish()
    assert not fresh(row).live


def test_withdrawing_keeps_the_text_and_the_versions(editor: User) -> None:
    row = practice("DE")
    versions = row.revisions.count()
    services.withdraw(item=row, user=editor)
    row = fresh(row)
    assert row.status is Status.WITHDRAWN
    assert row.revisions.count() == versions
    assert actions(row)[-1] == ("content.withdraw", editor.pk)
    services.publish(item=row, user=editor)
    assert fresh(row).status is Status.PUBLISHED


def test_archiving_and_bringing_back(editor: User) -> None:
    row = practice("DE")
    services.archive(item=row, user=editor)
    assert fresh(row).status is Status.ARCHIVED
    assert fresh(row).live
    assert row not in GoodPractice.objects.current()
    assert row in GoodPractice.objects.published()
    services.bring_back(item=fresh(row), user=editor)
    assert fresh(row).status is Status.PUBLISHED
    assert [action for action, _ in actions(row)][-2:] == ["content.archive", "content.bring-back"]


def test_publishing_a_correction_does_not_turn_the_archive_back(editor: User) -> None:
    row = practice("DE")
    row.title = "Corrected"
    row.save_revision(clean=False)
    services.archive(item=fresh(row), user=editor)
    services.publish(item=fresh(row), user=editor)
    assert (fresh(row).title, fresh(row).status) == ("Corrected", Status.ARCHIVED)


def test_confirming_sets_the_next_review_a_year_on_and_survives_a_waiting_correction(editor: User) -> None:
    row = practice("DE", review_on=dt.date(2020, 1, 1))
    row.title = "Corrected"
    row.save_revision(clean=False)
    assert fresh(row).review_overdue
    services.confirm(item=fresh(row), user=editor)
    today = timezone.localdate()
    assert (fresh(row).confirmed_at, fresh(row).review_on) == (today, today + dt.timedelta(days=365))
    services.publish(item=fresh(row), user=editor)
    assert fresh(row).title == "Corrected"
    assert (fresh(row).confirmed_at, fresh(row).review_on) == (today, today + dt.timedelta(days=365))


def test_only_what_was_never_public_is_deleted(editor: User) -> None:
    public, withdrawn, draft = practice("DE"), practice("DE", withdrawn=True), practice("DE", draft=True)
    for row in (public, withdrawn):
        with pytest.raises(ValidationError):
            services.delete_draft(item=row, user=editor)
    key = draft.pk
    services.delete_draft(item=draft, user=editor)
    assert set(GoodPractice.objects.all()) == {public, withdrawn}
    entry = AuditEntry.objects.get(action="content.delete")
    assert (entry.object_key, entry.user_id) == (str(key), editor.pk)


def test_a_stable_id_is_never_given_to_another_item(editor: User) -> None:
    practice("DE")
    last = practice("DE", draft=True)
    uid = last.uid
    services.delete_draft(item=last, user=editor)
    assert practice("DE").uid != uid


@pytest.mark.parametrize(
    "verb", [services.publish, services.withdraw, services.archive, services.bring_back, services.delete_draft]
)
def test_who_has_no_right_changes_nothing(verb: Any) -> None:
    row = practice("DE", draft=verb in {services.publish, services.delete_draft})
    before = GoodPractice.objects.values().get(pk=row.pk)
    for user in (person(Role.COUNTRY_COORDINATOR, "DE"), person(Role.CONTRIBUTOR), person(Role.MODERATOR), person()):
        with pytest.raises(PermissionDenied):
            verb(item=row, user=user)
    assert GoodPractice.objects.values().get(pk=row.pk) == before


def test_a_coordinator_confirms_their_own_country_only() -> None:
    coordinator = person(Role.COUNTRY_COORDINATOR, "DE")
    services.confirm(item=practice("DE"), user=coordinator)
    for row in (practice("FR"), practice(eu_wide=True)):
        with pytest.raises(PermissionDenied):
            services.confirm(item=row, user=coordinator)


def test_a_changed_address_is_remembered_once() -> None:
    row = practice("DE", slug="first")
    for slug in ("second", "first", "third"):
        row.slug = slug
        row.save()
    assert set(SlugHistory.objects.filter(object_id=row.pk).values_list("slug", flat=True)) == {"first", "second"}


def test_the_address_is_made_from_the_english_title_in_ascii() -> None:
    assert practice("DE", title="Привет", english_title="Hello Europe").slug == "hello-europe"
    assert practice("DE", title="Über Grenzen – Χίος").slug == "ueber-grenzen-chios"
    assert practice("DE", title="!!!").slug == "practice"


def test_every_public_change_has_a_new_version(editor: User) -> None:
    row = practice("DE", draft=True)
    versions = [fresh(row).search_version]
    for verb in (services.publish, services.archive, services.bring_back, services.confirm, services.withdraw):
        verb(item=fresh(row), user=editor)
        versions.append(fresh(row).search_version)
    assert versions == sorted(set(versions))


def test_the_portal_publishes_and_withdraws_what_is_planned(editor: User) -> None:
    row = practice("DE", draft=True)
    row.go_live_at = timezone.now() + dt.timedelta(hours=1)
    services.publish(item=row, user=editor, revision=row.save_revision(clean=False))
    assert fresh(row).status is Status.SCHEDULED
    passed = timezone.now() - dt.timedelta(minutes=1)
    revision = row.revisions.get(approved_go_live_at__isnull=False)
    revision.approved_go_live_at = passed
    revision.content["go_live_at"] = passed.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert fresh(row).status is Status.PUBLISHED
    assert actions(row)[-1] == ("content.publish", None)
    GoodPractice.objects.filter(pk=row.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled")
    assert fresh(row).status is Status.WITHDRAWN


def test_reach_by_the_table_is_the_same_for_rows_and_for_lists() -> None:
    """What ``may`` says of each row is what ``reachable_by`` returns of all."""
    from accounts.permissions import Action, may

    author = person(Role.CONTRIBUTOR)
    practice("DE", contributor=author)
    practice("FR", "DE", draft=True)
    practice("FR")
    GoodPracticeFactory(eu_wide=True, contributor=author)
    people = [
        author,
        person(Role.EDITOR),
        person(Role.COUNTRY_COORDINATOR, "DE", "PL"),
        person(Role.MODERATOR),
        person(),
    ]
    for user in people:
        for action in Action:
            by_row = {row.pk for row in GoodPractice.objects.all() if may(user, action, row)}
            assert set(GoodPractice.objects.reachable_by(user, action).values_list("pk", flat=True)) == by_row


def test_what_becomes_public_is_due_for_review_in_a_year_unless_an_editor_said_otherwise(editor: User) -> None:
    row, planned = practice("DE", draft=True), practice("DE", draft=True, review_on=dt.date(2030, 1, 1))
    for item in (row, planned):
        services.publish(item=item, user=editor)
    assert fresh(row).review_on == timezone.localdate() + dt.timedelta(days=365)
    assert fresh(planned).review_on == dt.date(2030, 1, 1)
