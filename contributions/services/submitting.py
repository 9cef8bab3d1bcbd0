"""The hand-over: what is missing, submission, withdrawal."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Action, may
from contributions.appeals import last_word, waits_for_answer
from contributions.errors import NotReadyError, Problem, RefusedError
from contributions.forms import as_data
from contributions.models import EDITABLE, Contribution, Event, State, contributor_name
from contributions.services.drafts import own
from contributions.services.events import record_event
from contributions.services.stages import restore_public_version

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem
    from contributions.forms import StepForm


def cleaned_values(contribution: Contribution) -> tuple[dict[str, Any], list[Problem]]:
    """Return the valid values of all steps, and what is wrong with the others, in the order of the form."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for step in contribution.kind.steps:
        form = step.form(as_data(contribution.data))
        if not form.is_valid():
            for field, messages in form.errors.items():
                problems += [Problem(step.code, field, _labelled(form, field, str(message))) for message in messages]
        values |= form.cleaned_data
    return values, problems


def _labelled(form: "StepForm", field: str, message: str) -> str:
    """Return the message with the name of its field, as the problems of a publication have it already."""
    label = form.fields[field].label if field in form.fields else ""
    return _("%(label)s: %(text)s") % {"label": label, "text": message} if label else message


def built(contribution: Contribution) -> "tuple[ContentItem, list[Problem]]":
    """Return the item as it would be published, unsaved, with everything that stands in the way of publication."""
    kind = contribution.kind
    values, problems = cleaned_values(contribution)
    held = contribution.item
    item = kind.build(kind.model_class()() if held is None else held.get_latest_revision_as_object(), values)
    if not values.get("language"):
        # The rules of an item cannot ask for it: a row always has one.
        step = kind.step_of_field("language")
        label = step.form.base_fields["language"].label
        problems.append(Problem(step.code, "language", _("%(label)s: choose one.") % {"label": label}))
    named = {problem.field for problem in problems}
    for field, message in item.publication_problems():
        if field not in named:
            problems.append(Problem(kind.step_of_field(field).code, field, message))
    order = {step.code: place for place, step in enumerate(kind.steps)}
    return item, sorted(problems, key=lambda problem: order[problem.step])


def submit(*, user: "User", key: int, version: int, consent: bool) -> Contribution:
    """Hand a contribution in for review; a second click finds it handed in and does nothing.

    Raises NotReadyError with everything that is missing, or RefusedError (other window, no consent); then nothing
    is changed.
    """
    with transaction.atomic():
        contribution = own(user, key, lock=True)
        if not may(user, Action.CONTRIBUTE):
            raise PermissionDenied
        if contribution.state == State.IN_REVIEW:
            return contribution
        _demand_submittable(contribution, version, consent=consent)
        item, problems = built(contribution)
        if problems:
            raise NotReadyError(problems)
        _hand_in(contribution, item, user)
        contribution.refresh_from_db()
        return contribution


def _demand_submittable(contribution: Contribution, version: int, *, consent: bool) -> None:
    if contribution.state not in EDITABLE:
        raise RefusedError(_("This contribution has been decided and cannot be submitted again."))
    if contribution.version != version:
        raise RefusedError(
            _("This draft was changed in another window since you opened this page. Please look at it again.")
        )
    if not consent:
        raise RefusedError(_("Please agree to the publication under the licence named here."))


def _hand_in(contribution: Contribution, item: "ContentItem", user: "User") -> None:
    again = contribution.submitted_at is not None
    save_item(contribution, item, user)
    contribution.state, contribution.stage = State.IN_REVIEW, ""
    contribution.title = item.title
    contribution.language = item.language
    contribution.submitted_at = contribution.submitted_at or timezone.now()
    contribution.consented_at = timezone.now()
    contribution.decided_at = None
    contribution.save()
    record_event(contribution, Event.Kind.RESUBMITTED if again else Event.Kind.SUBMITTED, actor=user)
    enter_workflow(contribution, item, user)


def save_item(contribution: Contribution, item: "ContentItem", user: "User | None") -> None:
    """Write ``item`` as the latest version of what ``contribution`` is about; what is public stays as it is."""
    files = list(contribution.files.all())
    if item.pk is None:
        item.live = False
        item.contributor = contribution.contributor
        item.contributor_credit = contributor_name(contribution.contributor)
    if files:
        contribution.kind.attach(item, files)
    if not item.live:
        # The row itself carries countries and title of what nobody has seen yet: lists and reach go by it.
        item.has_unpublished_changes = True
        item.save()
    item.save_revision(user=user, log_action=True)
    contribution.item_type = ContentType.objects.get_for_model(item)
    contribution.item_id = item.pk


def enter_workflow(contribution: Contribution, item: "ContentItem", user: "User | None") -> None:
    """Begin the validation of ``item``, or go on with the stage that asked for changes."""
    state = item.current_workflow_state
    if state is None:
        workflow = item.get_workflow()
        if workflow is None:
            message = "There is no workflow for this kind of content: run migrate."
            raise RuntimeError(message)
        workflow.start(item, user)
    else:
        state.resume(user)


@transaction.atomic
def withdraw(*, user: "User", key: int) -> Contribution:
    """Take a contribution back out of the review; it can be changed and submitted again.

    Raises RefusedError when it is not in review (any more).
    """
    contribution = own(user, key, lock=True)
    if contribution.state == State.WITHDRAWN:
        return contribution
    if contribution.state not in {State.IN_REVIEW, State.CHANGES_REQUESTED}:
        raise RefusedError(_("This contribution is not in review any more."))
    take_out(contribution, user)
    return contribution


@transaction.atomic
def appeal(*, user: "User", key: int, text: str) -> Contribution:
    """Ask the editors to look at a declined contribution again, once for each decision.

    Raises RefusedError without a reason, when it is not declined, and when it was asked for already.
    """
    contribution = own(user, key, lock=True)
    reason = text.strip()[:3000]
    if contribution.state != State.DECLINED:
        raise RefusedError(_("Only a contribution that was declined can be looked at again."))
    last = last_word(contribution, contribution.events.all())
    if waits_for_answer(last):
        raise RefusedError(_("You have asked for another look already. The editors will answer you."))
    if last is not None and last.kind == Event.Kind.UPHELD:
        raise RefusedError(_("The editors have looked at it again already, and the refusal stays."))
    if not reason:
        raise RefusedError(_("Say what the reviewers have misread or could not know."))
    record_event(contribution, Event.Kind.APPEALED, actor=user, reason=reason)
    return contribution


def take_out(contribution: Contribution, user: "User | None") -> None:
    """Write down the withdrawal and end the review; the state changes first, so that nobody follows it twice."""
    item = contribution.item
    contribution.state, contribution.stage = State.WITHDRAWN, ""
    refill(contribution)
    contribution.save()
    state = item.current_workflow_state if item is not None else None
    if state is not None:
        state.cancel(user=user)
    if item is not None:
        restore_public_version(item, user)
    record_event(contribution, Event.Kind.WITHDRAWN, actor=user)


def refill(contribution: Contribution) -> None:
    """Give the contributor the latest version to write on, with what reviewers have mended in it."""
    if contribution.item is None:
        return
    item = contribution.item.get_latest_revision_as_object()
    contribution.data = {**contribution.data, **contribution.kind.raw(item)}
    contribution.version += 1
    contribution.saved_at = timezone.now()
