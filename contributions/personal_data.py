"""What contributions and their reviews keep of people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from accounts.privacy.registry import PersonalData, register, rows
from accounts.privacy.scrubbing import without_name
from contributions.models import Contribution, ContributionFile, Event, InternalNote, Look, Review, State
from contributions.models_confirming import ConfirmationNotice
from contributions.registry import all_types
from contributions.services import drafts
from core.models import PortalImage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.models import User

_CONTRIBUTION_TITLES: "Final[dict[str, StrOrPromise]]" = {
    "contributions": _("Contributions"),
    "events": _("What has happened"),
    "files": _("Files"),
    "notices": _("Waiting for the next e-mail"),
    "pk": _("Number"),
    "data": _("What you typed"),
}
_REVIEW_TITLES: Final = {
    "taken_up": _("Taken up"),
    "decisions": _("Your decisions"),
    "notes": _("Internal notes"),
    "looked_at": _("Texts you have looked at"),
}


def _titles_of_contributions() -> "dict[str, StrOrPromise]":
    """Return the titles of the groups, and the labels of the forms, for what was typed into them."""
    fields = [step.form.base_fields for kind in all_types() for step in kind.steps]
    labels = {name: field.label for listed in fields for name, field in listed.items() if field.label}
    return {**labels, **_CONTRIBUTION_TITLES}


def _export_contributions(user: "User") -> dict[str, Any]:
    own = Contribution.objects.filter(contributor=user)
    fields = ("pk", "type", "state", "title", "language", "created_at", "submitted_at", "decided_at", "data")
    events = Event.objects.filter(contribution__contributor=user)
    files = ContributionFile.objects.filter(contribution__contributor=user)
    return {
        "contributions": rows(own, *fields),
        "events": rows(events, "contribution", "kind", "stage", "at", "reason"),
        "files": rows(files, "contribution", "name", "credit", "alternative", "added_at"),
        "notices": rows(ConfirmationNotice.objects.filter(person=user), "question", "step"),
    }


def _files(user: "User") -> "Iterator[tuple[str, File[Any]]]":
    for row in ContributionFile.objects.filter(contribution__contributor=user).order_by("pk"):
        yield row.name, row.file


def _erase_contributions(user: "User", *, keep_credit: bool) -> None:
    """Delete what was never submitted; of all else only what was typed goes, its versions belong to the item."""
    own = Contribution.objects.filter(contributor=user)
    for key in own.filter(state=State.DRAFT, submitted_at=None).values_list("pk", flat=True):
        drafts.discard(user=user, key=key)
    own.update(data={})
    ConfirmationNotice.objects.filter(person=user).delete()
    if not keep_credit:
        _take_name_off_photos(user)


def _take_name_off_photos(user: "User") -> None:
    for file in ContributionFile.objects.filter(contribution__contributor=user).exclude(credit=""):
        if changes := without_name({"credit": file.credit}, user):
            ContributionFile.objects.filter(pk=file.pk).update(**changes)
            # The picture of the portal that it became; documents have no credit.
            if file.kind == ContributionFile.Kind.PHOTO:
                PortalImage.objects.filter(pk=file.became, credit=file.credit).update(**changes)


def _export_reviews(user: "User") -> dict[str, Any]:
    return {
        "taken_up": rows(Review.objects.filter(claimed_by=user), "stage", "claimed_at", "finished_at", "status"),
        "decisions": rows(Event.objects.filter(actor=user), "contribution", "kind", "stage", "at", "reason"),
        "notes": rows(InternalNote.objects.filter(author=user), "contribution", "text", "at"),
        "looked_at": rows(Look.objects.filter(user=user), "contribution", "at"),
    }


def _erase_reviews(user: "User", *, keep_credit: bool) -> None:
    """Give back what was taken up; decisions and notes stay, by an empty account."""
    Look.objects.filter(user=user).delete()
    Review.objects.filter(claimed_by=user, finished_at=None).update(claimed_by=None, claimed_at=None)


def register_personal_data() -> None:
    """Register what contributions and reviews keep."""
    register(
        PersonalData(
            code="contributions",
            label=_("Your contributions"),
            models=("contributions.Contribution", "contributions.ContributionFile", "contributions.ConfirmationNotice"),
            export=_export_contributions,
            titles=_titles_of_contributions,
            files=_files,
            erase=_erase_contributions,
            erase_rule="delete: drafts with their files; what was submitted stays, by an empty account",
            # Before the items: a draft of theirs is not needed any more.
            order=40,
        )
    )
    register(
        PersonalData(
            code="reviews",
            label=_("Your reviews"),
            models=(
                "contributions.Event",
                "contributions.Review",
                "contributions.InternalNote",
                "contributions.Look",
            ),
            export=_export_reviews,
            titles=lambda: _REVIEW_TITLES,
            erase=_erase_reviews,
            erase_rule="keep: decisions about contributions must stay comprehensible; they point at an empty account",
        )
    )
