"""Files of what was handed in before: removed, described anew, previewed; the next submission publishes just that."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.permissions import Role
from contributions.models import Contribution
from contributions.services import drafts, reviewing, submitting
from contributions.workflow import ensure_workflow
from goodpractices.models import GoodPractice
from tests.contributions.browsing import address, signed_in
from tests.contributions.builders import all_met, kind, open_review, revision_of, submitted
from tests.contributions.test_contribute_check import photo, text_file
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow() -> None:
    ensure_workflow()


def add_both(contribution: Contribution) -> None:
    user: Any = contribution.contributor
    for name, upload in (("photo", photo()), ("attachment", text_file())):
        drafts.add_file(user=user, key=contribution.pk, kind=name, upload=upload, alternative="A table", credit="Ada")


def handed_in(contribution: Contribution) -> GoodPractice:
    """The version that a submission makes of ``contribution``."""
    user: Any = contribution.contributor
    contribution.refresh_from_db()
    submitting.submit(user=user, key=contribution.pk, version=contribution.version, consent=True)
    contribution.refresh_from_db()
    version: GoodPractice = contribution.item.get_latest_revision_as_object()
    return version


def withdraw(contribution: Contribution) -> None:
    user: Any = contribution.contributor
    submitting.withdraw(user=user, key=contribution.pk)
    contribution.refresh_from_db()


def handed_in_with_files() -> Contribution:
    """A contribution that was handed in with a photo and a file, and taken back."""
    contribution = submitted()
    withdraw(contribution)
    add_both(contribution)
    item = handed_in(contribution)
    assert item.photo is not None
    assert item.attachments.count() == 1
    withdraw(contribution)
    return contribution


@pytest.mark.parametrize("name", ["photo", "attachment"])
def test_a_file_removed_after_a_submission_is_not_handed_in_again(name: str) -> None:
    contribution = handed_in_with_files()
    user: Any = contribution.contributor
    drafts.remove_file(user=user, key=contribution.pk, file_key=contribution.files.get(kind=name).pk)
    item = handed_in(contribution)
    assert (item.photo is None) == (name == "photo")
    assert (item.attachments.count() == 0) == (name == "attachment")
    assert GoodPractice.objects.get().attachments.count() == item.attachments.count()


def test_what_a_photo_shows_can_still_be_said_after_a_submission() -> None:
    contribution = handed_in_with_files()
    user: Any = contribution.contributor
    row = contribution.files.get(kind="photo")
    drafts.describe_file(user=user, key=contribution.pk, file_key=row.pk, alternative="A long table", credit="Bea")
    page = signed_in(user).get(address(contribution, "preview")).content.decode()
    assert 'alt="A long table"' in page
    assert "Photo: Bea" in page
    item = handed_in(contribution)
    assert item.photo is not None
    assert (item.photo.description, item.photo.credit, item.photo_credit) == ("A long table", "Bea", "Bea")


def correction_of(first: Contribution) -> Contribution:
    """Publish ``first`` and begin its contributor's correction."""
    review = open_review(first)
    user: Any = first.contributor
    reviewing.approve(user=person(Role.EDITOR), key=review.pk, answers=all_met(review), revision_id=revision_of(first))
    return drafts.start_correction(user=user, kind=kind(), item=GoodPractice.objects.get())


def test_a_new_photo_taken_off_a_correction_leaves_the_public_one() -> None:
    first = handed_in_with_files()
    user: Any = first.contributor
    handed_in(first)
    correction = correction_of(first)
    public = GoodPractice.objects.get().photo
    assert public is not None
    drafts.add_file(user=user, key=correction.pk, kind="photo", upload=photo("red"), alternative="Red", credit="Bea")
    changed = handed_in(correction)
    assert (changed.photo != public, changed.photo_credit) == (True, "Bea")
    withdraw(correction)
    drafts.remove_file(user=user, key=correction.pk, file_key=correction.files.get().pk)
    changed = handed_in(correction)
    assert (changed.photo, changed.photo_credit) == (public, "Ada")


def test_a_correction_taken_back_is_still_previewed_with_its_files() -> None:
    first = submitted()
    user: Any = first.contributor
    correction = correction_of(first)
    add_both(correction)
    for _again in range(2):
        page = signed_in(user).get(address(correction, "preview")).content.decode()
        assert page.count(">report.txt</a>") == 1
        assert f'<img src="{reverse("contributions:file", args=[correction.files.get(kind="photo").pk])}"' in page
        assert handed_in(correction).attachments.count() == 1
        withdraw(correction)
        assert GoodPractice.objects.get().attachments.count() == 0
