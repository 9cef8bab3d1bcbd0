"""Who is told what about a contribution: one e-mail per event and person, queued with the event itself."""

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import translation

from accounts.permissions import Role
from contributions.models import Contribution, Event, Review
from contributions.progress import not_met
from contributions.reviewers import coordinators_for
from contributions.stages import Stage, working_days
from core.addresses import absolute
from core.mail import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from contributions.progress import OpenPoint

#: What the contributor is told.
_TO_CONTRIBUTOR: Final = {
    Event.Kind.SUBMITTED: "received",
    Event.Kind.RESUBMITTED: "received_again",
    Event.Kind.TAKEN_UP: "taken_up",
    Event.Kind.APPROVED: "stage_passed",
    Event.Kind.CHANGES_REQUESTED: "changes_requested",
    Event.Kind.DECLINED: "declined",
    Event.Kind.UPHELD: "upheld",
    Event.Kind.REOPENED: "reopened",
    Event.Kind.PUBLISHED: "published",
}
#: What reviewers are told.
_TO_REVIEWERS: Final = {
    Event.Kind.STAGE_STARTED: "waiting",
    Event.Kind.REMINDED: "reminder",
    Event.Kind.ESCALATED: "escalated",
    Event.Kind.REASSIGNED: "assigned",
    Event.Kind.APPEALED: "appealed",
    Event.Kind.APPEAL_REMINDED: "appeal_waits",
}
#: So many people are told of one contribution that waits; more would be a circular letter.
MOST_REVIEWERS: Final = 20


def tell(event: Event) -> None:
    """Queue the e-mails about ``event``, inside its transaction."""
    contribution = event.contribution
    person = contribution.contributor
    template = _TO_CONTRIBUTOR.get(Event.Kind(event.kind))
    # The last approval is told by the publication that follows it.
    final = event.kind == Event.Kind.APPROVED and event.stage == Stage.DECISION
    if template and person is not None and person.is_active and not final:
        _queue(event, person, template, _contributor_link(event))
    template = _TO_REVIEWERS.get(Event.Kind(event.kind))
    if template:
        for reviewer in reviewers_of(event):
            _queue(event, reviewer, template, ("contribution_desk:review", [contribution.pk]))


def reviewers_of(event: Event) -> "Iterable[User]":
    """Return who is told about a stage: whoever has taken it up, else those who may do it."""
    contribution = event.contribution
    if event.kind in {Event.Kind.APPEALED, Event.Kind.APPEAL_REMINDED}:
        return _editors(contribution)
    review = Review.objects.filter(contribution=contribution, stage=event.stage).order_by("-pk").first()
    if review is None:
        return []
    if event.kind == Event.Kind.REASSIGNED:
        taken = review.claimed_by
        return [taken] if taken is not None and taken.pk != event.actor_id else []
    if review.claimed_by is not None and event.kind != Event.Kind.ESCALATED:
        return [review.claimed_by]
    if event.stage == Stage.FACTS and event.kind != Event.Kind.ESCALATED:
        people = coordinators_for(review.reviewed_item(), without=contribution.contributor_id)
        return list(people[:MOST_REVIEWERS])
    return _editors(contribution)


def _editors(contribution: Contribution) -> "list[User]":
    editors = get_user_model()._default_manager.filter(is_active=True, groups__name=Role.EDITOR.value)
    return list(editors.exclude(pk=contribution.contributor_id or 0).order_by("pk")[:MOST_REVIEWERS])


def _contributor_link(event: Event) -> tuple[str, list[Any]]:
    return "contributions:detail", [event.contribution_id]


def _queue(event: Event, person: "User", template: str, link: tuple[str, list[Any]]) -> None:
    contribution = event.contribution
    name, arguments = link
    with translation.override(person.interface_language):
        address = absolute(reverse(name, args=arguments))
        item = contribution.item if event.kind == Event.Kind.PUBLISHED else None
        public = absolute(item.get_absolute_url()) if item is not None else ""
        answers = _open_points(event)
    context = {
        "person": person,
        "contribution": contribution,
        "kind": contribution.kind,
        "event": event,
        "stage": Stage(event.stage).label if event.stage else "",
        "reason": event.reason,
        "working_days": working_days(Stage(event.stage or Stage.DECISION)),
        "address": address,
        "public_address": public,
        "answers": answers,
    }
    enqueue(
        key=f"contribution-event:{event.pk}:{person.pk}",
        kind=f"contribution-{template.replace('_', '-')}",
        to=person.email,
        language=person.interface_language,
        template=f"contributions/mail/{template}",
        context=context,
        recipient_id=person.pk,
    )


def _open_points(event: Event) -> "list[OpenPoint]":
    """The criteria that the reviewer found not met, for the person who has to mend them."""
    if event.kind not in {Event.Kind.CHANGES_REQUESTED, Event.Kind.DECLINED}:
        return []
    review = Review.objects.filter(contribution=event.contribution, stage=event.stage).order_by("-pk").first()
    return not_met(review) if review is not None else []
