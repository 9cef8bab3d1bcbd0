"""Publication at an hour: what became unready in between neither goes public nor stops the others."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone
from wagtail.models import Revision
from wagtail.search.index import Indexed

from content.models import ContentItem, Status
from content.tasks import publish_scheduled
from core.models import AuditEntry
from goodpractices.models import GoodPractice
from goodpractices.services import load_criteria
from taxonomy.services import load_vocabulary
from tests.goodpractices.builders import draft


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    load_vocabulary()
    load_criteria()


def schedule(practice: GoodPractice, hours: int) -> None:
    practice.go_live_at = timezone.now() + dt.timedelta(hours=hours)
    revision = practice.save_revision(clean=False)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=practice.go_live_at)


def test_what_is_due_goes_public_and_the_rest_waits() -> None:
    due, later = draft(), draft()
    schedule(due, -1)
    schedule(later, 5)
    publish_scheduled()
    due.refresh_from_db()
    later.refresh_from_db()
    assert due.status == Status.PUBLISHED
    assert not later.live


def test_an_unready_item_is_taken_back_and_the_others_are_published() -> None:
    unready, ready = draft(summary="too short"), draft()
    schedule(unready, -2)
    schedule(ready, -1)
    publish_scheduled()
    unready.refresh_from_db()
    ready.refresh_from_db()
    assert ready.live
    assert not unready.live
    entry = AuditEntry.objects.get(action="content.schedule-refused")
    assert entry.object_key == str(unready.pk)
    assert "2 words, at least 75" in entry.after["summary"]
    publish_scheduled()
    assert AuditEntry.objects.filter(action="content.schedule-refused").count() == 1


def test_the_audit_log_never_repeats_a_contact_address() -> None:
    practice = draft()
    entry = AuditEntry.objects.get(action="content.create", object_key=str(practice.pk))
    assert "hidden-address" not in str(entry.after)
    assert entry.after["title"] == practice.title


def test_items_stay_out_of_the_offices_own_index(settings: Any) -> None:
    assert not issubclass(ContentItem, Indexed)


def test_a_scheduled_change_becomes_public_with_its_announcement_or_not_at_all() -> None:
    row = draft()
    revision = row.get_latest_revision()
    with mock.patch("content.signal_handlers.announce", side_effect=RuntimeError), pytest.raises(RuntimeError):
        revision.publish()
    assert not GoodPractice.objects.get(pk=row.pk).live
    revision.publish()
    public = GoodPractice.objects.get(pk=row.pk)
    with mock.patch("content.signal_handlers.announce", side_effect=RuntimeError), pytest.raises(RuntimeError):
        public.unpublish(set_expired=True)
    assert GoodPractice.objects.get(pk=row.pk).live
