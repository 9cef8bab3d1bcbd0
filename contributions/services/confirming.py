"""Owners and review dates: somebody is asked whether an item is still right, and reminded; only then it is marked.

Each step counts from the one before, however long ago the review date was.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from accounts.permissions import Role, roles_of
from content.registry import kinds
from content.services import archive, bring_back, confirm, mark_unconfirmed
from contributions import confirmation_letters as letters
from contributions.models_confirming import ConfirmationNotice, ConfirmationRequest, Step
from contributions.reviewers import coordinators_for
from core import audit

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem
    from contributions.models import Contribution

#: How long after the question the owner is reminded, how long after that the page is marked, and then archived.
REMIND_AFTER: Final = dt.timedelta(days=30)
MARK_AFTER: Final = dt.timedelta(days=30)
ARCHIVE_AFTER: Final = dt.timedelta(days=365)
#: So many questions are asked, and so many steps of each sort done, in one sweep; the rest waits for the next.
BATCH: Final = 200
#: A sweep looks at so many items to find those whose owner has not been asked enough for one day.
_LOOKED_AT: Final = 2_000
#: So many new questions a person is asked in one sweep, all in one e-mail; and so much an e-mail holds at most.
MOST_PER_PERSON: Final = 50
MOST_IN_A_LETTER: Final = 100
#: So many coordinators of a country are asked together.
MOST_COORDINATORS: Final = 5
#: So many editors are asked about what has neither an owner nor a coordinator.
MOST_EDITORS: Final = 20


@dataclass(frozen=True, slots=True)
class Swept:
    """How many items a sweep has come to, by step."""

    asked: int = 0
    reminded: int = 0
    marked: int = 0
    archived: int = 0


def owners_of(item: "ContentItem") -> "list[User]":
    """Return who answers for ``item``: who contributed it, else the coordinators of its countries, else the editors."""
    person = item.contributor
    if person is not None and person.is_active and person.erased_at is None and person.email:
        return [person]
    coordinators = list(coordinators_for(item, without=item.contributor_id)[:MOST_COORDINATORS])
    if coordinators:
        return coordinators
    editors = get_user_model()._default_manager.filter(is_active=True, groups__name=Role.EDITOR.value)
    return list(editors.order_by("pk")[:MOST_EDITORS])


def answers_for(user: "User", item: "ContentItem") -> bool:
    """Whether ``user`` still answers for ``item``: a link in an old e-mail does not outlive the office."""
    if not user.is_active:
        return False
    roles = roles_of(user)
    if item.contributor_id == user.pk or Role.EDITOR in roles:
        return True
    return Role.COUNTRY_COORDINATOR in roles and bool(user.country_codes & set(item.country_codes()))


def watch_review_dates(now: dt.datetime | None = None) -> Swept:
    """Ask, remind, mark, archive, and tell each person in one e-mail; may run any number of times, also at once."""
    moment = now or timezone.now()
    rows = ConfirmationRequest.objects
    swept = Swept(
        archived=_each(rows.to_archive(moment - ARCHIVE_AFTER), _archive, "archived_at", moment),
        marked=_each(rows.to_mark(moment - MARK_AFTER), _mark, "marked_at", moment),
        reminded=_each(rows.to_remind(moment - REMIND_AFTER), _remind, "reminded_at", moment),
        asked=_ask_all(moment),
    )
    _tell_everybody()
    return swept


# --- the question -------------------------------------------------------------------------------------------------
def _unasked(model: "type[ContentItem]", today: dt.date) -> "models.QuerySet[Any]":
    """Overdue items of one kind about whose review date nobody has been asked, the most overdue first."""
    asked = ConfirmationRequest.objects.filter(
        item_type=ContentType.objects.get_for_model(model),
        item_id=models.OuterRef("pk"),
        review_on=models.OuterRef("review_on"),
    )
    rows: models.QuerySet[Any] = model._default_manager.review_overdue(today)
    return rows.filter(~models.Exists(asked)).order_by("review_on", "pk")


def _candidates(today: dt.date) -> "Iterator[ContentItem]":
    for model in kinds().values():
        yield from _unasked(model, today).select_related("contributor")[:_LOOKED_AT]


def _ask_all(moment: dt.datetime) -> int:
    heard: Counter[int] = Counter()
    asked = 0
    for item in _candidates(timezone.localdate(moment)):
        owners = owners_of(item)
        if not owners or any(heard[person.pk] >= MOST_PER_PERSON for person in owners):
            continue
        if _ask(item, owners, moment):
            heard.update(person.pk for person in owners)
            asked += 1
        if asked >= BATCH:
            break
    return asked


@transaction.atomic
def _ask(item: "ContentItem", owners: "list[User]", moment: dt.datetime) -> bool:
    """Ask about ``item``; the row says so, and another sweep at the same time finds it there."""
    due: Any = item.review_on  # never empty: it has passed
    question, created = ConfirmationRequest.objects.get_or_create(
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        review_on=due,
        defaults={"asked_at": moment},
    )
    if created:
        _note(question, Step.ASKED, owners)
    return created


# --- the steps after it -------------------------------------------------------------------------------------------
Doing = Callable[[ConfirmationRequest, "ContentItem"], None]


def _each(rows: "models.QuerySet[Any]", do: Doing, field: str, moment: dt.datetime) -> int:
    """Take the step for each of ``rows`` that still waits for it, and write the moment into ``field``."""
    done = 0
    for key in list(rows.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            question = rows.order_by().select_for_update(of=("self",)).filter(pk=key).first()
            if question is None:
                continue
            item = _still_asked(question, moment)
            if item is None:
                continue
            do(question, item)
            setattr(question, field, moment)
            question.save(update_fields=[field])
            done += 1
    return done


def _still_asked(question: ConfirmationRequest, moment: dt.datetime) -> "ContentItem | None":
    """Return the item if the question still stands; one that has settled itself is closed."""
    item: ContentItem | None = question.item
    stands = item is not None and item.live and item.archived_at is None and item.review_on == question.review_on
    if stands:
        return item
    question.answered_at = moment
    question.save(update_fields=["answered_at"])
    return None


def _remind(question: ConfirmationRequest, item: "ContentItem") -> None:
    _note(question, Step.REMINDED, owners_of(item))


def _mark(question: ConfirmationRequest, item: "ContentItem") -> None:
    mark_unconfirmed(item=item)
    _note(question, Step.MARKED, owners_of(item))


def _archive(question: ConfirmationRequest, item: "ContentItem") -> None:
    archive(item=item, user=None)
    _note(question, Step.ARCHIVED, owners_of(item))


# --- the e-mails --------------------------------------------------------------------------------------------------
def _note(question: ConfirmationRequest, step: Step, people: "list[User]") -> None:
    """Write down, in the transaction of the step, who has to be told."""
    ConfirmationNotice.objects.bulk_create(
        [ConfirmationNotice(question=question, person=person, step=step) for person in people]
    )


def _tell_everybody() -> None:
    """Write one e-mail to each person; what a worker that died has left is told with the next sweep."""
    waiting = ConfirmationNotice.objects.order_by("person_id").values_list("person_id", flat=True).distinct()
    for key in list(waiting):
        _tell(key)


@transaction.atomic
def _tell(person_key: int) -> None:
    rows = ConfirmationNotice.objects.select_for_update(of=("self",)).filter(person_id=person_key).order_by("pk")
    notices = list(rows.select_related("question", "person").prefetch_related("question__item")[:MOST_IN_A_LETTER])
    told = [notice for notice in notices if notice.question.answered_at is None and notice.question.item is not None]
    person = notices[0].person if notices else None
    if person is not None and person.is_active and told:
        letters.send(person, told)
    ConfirmationNotice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()


def settle_by_correction(contribution: "Contribution") -> None:
    """Take a correction that its owner wrote, and that is public now, for their word that the item is right."""
    former: ContentItem | None = contribution.item
    person = contribution.contributor
    if former is None or person is None or not contribution.is_correction or not answers_for(person, former):
        return
    # As it has just been published, not as it was when the correction was submitted.
    item = type(former)._default_manager.get(pk=former.pk)
    confirm(item=item, user=None)
    ConfirmationRequest.objects.about(item).waiting().update(answered_at=timezone.now())


# --- the answer ---------------------------------------------------------------------------------------------------
@transaction.atomic
def confirm_by_owner(*, question_key: int, user: "User") -> ConfirmationRequest:
    """Write down that the owner says the item is still right; an item that was archived for silence comes back.

    A second click finds it answered and does nothing. Raises ConfirmationRequest.DoesNotExist when the question, its
    public item, or the person's part in it is gone.
    """
    question: ConfirmationRequest = ConfirmationRequest.objects.select_for_update(of=("self",)).get(pk=question_key)
    item: ContentItem | None = question.item
    if item is None or not item.live or not answers_for(user, item):
        raise ConfirmationRequest.DoesNotExist
    if question.answered_at is not None:
        return question
    question.answered_at = timezone.now()
    question.save(update_fields=["answered_at"])
    if item.review_on != question.review_on:
        # Somebody in the office has confirmed it since.
        return question
    if question.archived_at is not None and item.archived_at is not None:
        bring_back(item=item, user=None)
    # The portal itself writes: an owner may not edit what is public. The log says on whose word.
    confirm(item=item, user=None)
    audit.record(user=user, action="content.confirm-by-owner", instance=item, after={"review_on": question.review_on})
    return question
