"""What an erased account leaves behind in published work, in contributions, in the audit log and in the outbox."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Revision

from accounts.models import User
from accounts.permissions import Role
from accounts.privacy import erasing
from contributions.models import Contribution, ContributionFile, State
from core import audit
from core.mail.models import OutboxMail
from core.models import AuditEntry, PortalImage
from goodpractices.models import GoodPractice
from tests.accounts.test_my_erasure import confirmed
from tests.accounts.test_sign_in import member
from tests.factories import person, practice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def ada() -> User:
    """Somebody who contributes."""
    return member(first_name="Ada", last_name="Lovelace", organisation="City of Ghent", credit_by_name=True)


def contributed(user: User, **values: Any) -> GoodPractice:
    values = {"contributor": user, "contributor_credit": "Ada Lovelace", "contact_name": "Ada Lovelace", **values}
    return practice(**{"contact_email": "ADA@example.org", **values})


def text_of(item: GoodPractice) -> str:
    response = Client().get(f"/en/good-practices/{item.pk}-{item.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def test_published_work_stays_by_a_former_contributor(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    item = contributed(ada)
    assert "Contributed by Ada Lovelace." in text_of(item)
    confirmed(ada)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_due()
    page = text_of(item)
    assert "Contributed by a former contributor." in page
    assert "Lovelace" not in page
    item = GoodPractice.objects.get(pk=item.pk)
    assert item.contributor_id == ada.pk
    assert (item.contact_name, item.contact_email) == ("", "")
    for version in Revision.objects.for_instance(item):
        assert "Lovelace" not in str(version.content)
        assert "ADA@" not in str(version.content)


def test_the_name_stays_where_the_person_keeps_it(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    item = contributed(ada)
    unnamed = contributed(ada, contributor_credit="")
    confirmed(ada, keep_credit=True)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_due()
    assert "Contributed by Ada Lovelace." in text_of(item)
    assert "Contributed by a former contributor." in text_of(unnamed)
    assert GoodPractice.objects.get(pk=item.pk).contact_email == ""


def test_the_contact_is_taken_out_of_versions_that_the_page_does_not_show(ada: User) -> None:
    other = person(Role.CONTRIBUTOR)
    item = contributed(other, contributor_credit="", contact_name="Ada Lovelace", contact_email="Ada@Example.org")
    old = item.save_revision()
    item.contact_name, item.contact_email = "Grace Hopper", "grace@example.org"
    item.save_revision().publish()
    assert old.content["contact_email"] == "Ada@Example.org"
    confirmed(ada)
    assert erasing.erase_due() == 1
    old.refresh_from_db()
    assert (old.content["contact_name"], old.content["contact_email"]) == ("", "")
    item = GoodPractice.objects.get(pk=item.pk)
    assert (item.contact_name, item.contact_email) == ("Grace Hopper", "grace@example.org")


def test_the_log_forgets_names_of_one_word_and_however_they_are_written(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(first_name="Ada", last_name="")
    item = contributed(ada, contributor_credit="Ada")
    audit.record(user=None, action="content.create", instance=item, after={"contributor_credit": "Ada"})
    audit.record(user=ada, action="content.note", instance=item, after={"note": "Write to ADA@Example.org"})
    confirmed(ada)
    assert erasing.erase_due() == 1
    entries = AuditEntry.objects.filter(model="goodpractices.goodpractice", object_key=str(item.pk))
    assert entries.filter(action="content.create", after={}).exists()
    assert [entry.after for entry in entries.filter(action="content.note")] == [{"note": "Write to …"}]


def test_e_mails_by_and_to_the_address_are_emptied_whoever_they_were_written_for(ada: User) -> None:
    def letter(key: str, **values: Any) -> OutboxMail:
        return OutboxMail.objects.create(key=key, kind="contact", message_id=key, text="Ada writes", **values)

    to_others = letter("a", to="grace@example.org", reply_to="ADA@example.org", state="parked")
    to_contact = letter("b", to="Ada@example.org", state="sent")
    waiting = letter("c", to="ada@example.org", state="queued")
    confirmed(ada)
    assert erasing.erase_due() == 1
    for mail in (to_others, to_contact, waiting):
        mail.refresh_from_db()
    assert {(mail.to, mail.reply_to, mail.text) for mail in (to_others, to_contact)} == {("", "", "")}
    assert (waiting.text, waiting.keeping) == ("Ada writes", "nothing")


@pytest.mark.parametrize(
    ("keep", "credit", "after"),
    [
        (False, "Ada Lovelace", ""),
        (False, "ada lovelace / City of Ghent", "… / City of Ghent"),
        (False, "City of Ghent", "City of Ghent"),
        (True, "Ada Lovelace", "Ada Lovelace"),
    ],
)
def test_the_credit_of_a_photo_follows_the_choice_about_the_name(
    ada: User, keep: bool, credit: str, after: str
) -> None:
    item = contributed(ada, photo_credit=credit)
    version = item.save_revision()
    contribution = Contribution.objects.create(
        type="good-practice", contributor=ada, start_token="p", state=State.PUBLISHED, submitted_at=timezone.now()
    )
    picture = PortalImage.objects.create(title="p", credit=credit, file=get_test_image_file())
    file = ContributionFile.objects.create(
        contribution=contribution, kind="photo", name="p", credit=credit, size=1, became=picture.pk
    )
    confirmed(ada, keep_credit=keep)
    assert erasing.erase_due() == 1
    version.refresh_from_db()
    for row in (file, picture):
        row.refresh_from_db()
    shown = GoodPractice.objects.get(pk=item.pk).photo_credit
    assert [shown, version.content["photo_credit"], file.credit, picture.credit] == [after] * 4


def test_others_work_is_left_alone(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    other = person(Role.CONTRIBUTOR)
    item = contributed(other, contributor_credit="Grace Hopper", contact_email="grace@example.org")
    confirmed(ada)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_due()
    assert "Contributed by Grace Hopper." in text_of(item)
    assert GoodPractice.objects.get(pk=item.pk).contact_email == "grace@example.org"


def test_drafts_that_were_never_submitted_go(ada: User) -> None:
    draft = Contribution.objects.create(
        type="good-practice", contributor=ada, start_token="a", language="en", data={"title": "Mine"}
    )
    submitted = Contribution.objects.create(
        type="good-practice",
        contributor=ada,
        start_token="b",
        language="en",
        data={"contact_name": "Ada Lovelace"},
        state=State.IN_REVIEW,
        submitted_at=timezone.now(),
    )
    confirmed(ada)
    assert erasing.erase_due() == 1
    assert not Contribution.objects.filter(pk=draft.pk).exists()
    submitted.refresh_from_db()
    assert submitted.data == {}
