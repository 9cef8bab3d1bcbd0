"""How good practices are contributed: steps, criteria, and how what was typed becomes a practice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contributions.models import ContributionFile
from contributions.registry import CriterionText, Raw, Similar, Step, SubmissionType
from contributions.registry import register as register_type
from contributions.stages import Stage
from core.dates import Precision, iso_partial_date
from core.models import PortalDocument, PortalImage
from goodpractices import submission_forms as forms
from goodpractices.models import Criterion, CriterionAssessment, GoodPractice, PracticeAttachment, PracticeLink
from goodpractices.template import SECTIONS
from search.likeness import Draft, alike
from search.service import search
from search.types import SearchRequest
from taxonomy.models import Country, OrganisationType, TargetGroup, Topic

if TYPE_CHECKING:
    from content.models import ContentItem
    from contributions.models import CriterionAnswer

_PLAIN = (
    "title",
    "language",
    "regular_service",
    "scope",
    "area",
    *(field for field, _heading in SECTIONS),
    "evaluation_type",
    "persons_reached",
    "budget_amount",
    "programmes",
    "organisation",
    "partners",
    "contact_name",
    "contact_email",
    "english_title",
    "english_summary",
)
_NULL = frozenset({"persons_reached", "budget_amount"})
_TERMS = {"topics": Topic, "countries": Country, "target_groups": TargetGroup}
_DATES = ("start_date", "end_date")
_MOST_SIMILAR = 3
#: So many of what search finds are looked at; a text shorter than that says nothing yet.
_CANDIDATES = 10
_SHORTEST_TEXT = 12

STEPS = (
    Step(
        "basics", _("Name, language and time"), _("What is the practice called, and when did it run?"), forms.BasicsForm
    ),
    Step("place", _("Place and topics"), _("Where does it take place, and what is it about?"), forms.PlaceForm),
    Step(
        "story",
        _("What was done"),
        _("Four short texts tell the story. The limits keep practices comparable."),
        forms.StoryForm,
    ),
    Step(
        "benefit",
        _("Evaluation and who benefits"),
        _("How do you know that it works, and for whom?"),
        forms.BenefitForm,
    ),
    Step("resources", _("Resources and organisation"), _("What does it take, and who runs it?"), forms.ResourcesForm),
    Step(
        "contact",
        _("Contact, links and files"),
        _("Who can be asked, and where is more to read?"),
        forms.ContactForm,
        files=True,
    ),
)


def criteria(stage: Stage) -> list[CriterionText]:
    """The published criteria of ``stage``: eligibility for the coordinators, all of them for the editors.

    Eligibility cannot be done without; the criteria of selection are weighed.
    """
    rows = Criterion.objects.filter(retired=False)
    if stage == Stage.FACTS:
        rows = rows.filter(kind=Criterion.Kind.ELIGIBILITY)
    return [
        CriterionText(row.code, str(row.name), str(row.explanation), row.kind == Criterion.Kind.ELIGIBILITY)
        for row in rows
    ]


def build(item: "ContentItem", values: Mapping[str, Any]) -> "ContentItem":
    """Write the cleaned ``values`` of all steps into ``item``; what is not among them stays."""
    practice = item
    for name in _PLAIN:
        if name in values:
            value = values[name]
            setattr(practice, name, value if name in _NULL or value is not None else "")
    if not practice.language:
        practice.language = (get_language() or "en")[:2]
    practice.scope = practice.scope or "countries"
    for name, model in _TERMS.items():
        if name in values:
            setattr(practice, name, list(model._default_manager.filter(code__in=values[name])))
    for name in _DATES:
        if name in values:
            rough = values[name]
            setattr(practice, name, rough.date if rough else None)
            setattr(practice, name.replace("_date", "_precision"), rough.precision if rough else Precision.DAY)
    if "organisation_type" in values:
        code = values["organisation_type"]
        practice.organisation_type = OrganisationType.objects.filter(code=code).first() if code else None
    if values.get("links") is not None:
        links = [
            PracticeLink(url=url, label=label, sort_order=place) for place, (url, label) in enumerate(values["links"])
        ]
        practice.links.set(links)
    return practice


def attach(item: "ContentItem", files: Sequence[ContributionFile]) -> None:
    """Hang the files of a contribution on ``item``; each becomes a picture or document of the portal once."""
    held = {row.document_id for row in item.attachments.all()}
    for row in files:
        if row.kind == ContributionFile.Kind.PHOTO:
            item.photo = _picture(row)
            item.photo_credit = row.credit
            continue
        document = _document(row, item.language)
        if document.pk not in held:
            item.attachments.add(PracticeAttachment(document=document, title=row.name, sort_order=len(held)))
            held.add(document.pk)


def detach(item: "ContentItem", row: ContributionFile) -> bool:
    """Take the picture or document that ``row`` became off ``item``; returns whether it was there.

    A correction whose new photo is taken off has the public one again.
    """
    if row.kind == ContributionFile.Kind.PHOTO:
        if item.photo_id is None or item.photo_id != row.became:
            return False
        public = GoodPractice.objects.filter(pk=item.pk, live=True).select_related("photo").first()
        item.photo, item.photo_credit = (public.photo, public.photo_credit) if public is not None else (None, "")
        return True
    gone = [held for held in item.attachments.all() if held.document_id == row.became]
    item.attachments.remove(*gone)
    return bool(gone)


def describe(row: ContributionFile) -> None:
    """Give the picture that ``row`` became its new texts; before the first submission there is none."""
    known = PortalImage.objects.filter(pk=row.became).first() if row.became else None
    if known is not None and row.kind == ContributionFile.Kind.PHOTO:
        known.title, known.description, known.credit = row.alternative or row.name, row.alternative, row.credit
        known.save()


def _picture(row: ContributionFile) -> PortalImage:
    known = PortalImage.objects.filter(pk=row.became).first() if row.became else None
    if known is None:
        known = PortalImage(title=row.alternative or row.name, description=row.alternative, credit=row.credit)
        # The server hands out pictures to whoever knows their name: until it is published nobody may guess it.
        _copy(row, known, get_random_string(24).lower() + PurePath(row.name).suffix)
    return known


def _document(row: ContributionFile, language: str) -> PortalDocument:
    known = PortalDocument.objects.filter(pk=row.became).first() if row.became else None
    if known is None:
        known = PortalDocument(title=row.name, language=language, uploaded_by_user=row.contribution.contributor)
        _copy(row, known, row.name)
    return known


def _copy(row: ContributionFile, target: PortalImage | PortalDocument, name: str) -> None:
    with row.file.open("rb") as held:
        # Without a name of its own the content counts as no file, and a picture would have no width.
        target.file.save(name, ContentFile(held.read(), name), save=False)
    target.save()
    row.became = target.pk
    row.save(update_fields=["became"])


def raw(item: "ContentItem") -> Raw:
    """Return what the form shows of ``item``, as somebody would have typed it."""
    found: Raw = {name: _typed(getattr(item, name)) for name in _PLAIN}
    for name in _TERMS:
        found[name] = [term.code for term in getattr(item, name).all()]
    for name in _DATES:
        found[name] = iso_partial_date(getattr(item, name), getattr(item, name.replace("_date", "_precision")))
    kind = item.organisation_type
    found["organisation_type"] = kind.code if kind else ""
    found["links"] = "\n".join(f"{link.url} {link.label}".strip() for link in item.links.all())
    return found


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def similar(typed: Raw, language: str, item: "ContentItem | None") -> list[Similar]:
    """Return at most three published practices that may say the same, in any language (``search.likeness``)."""
    draft = Draft(str(typed.get("title", "")), str(typed.get("summary", "")), language)
    if len(draft.text) < _SHORTEST_TEXT:
        return []
    interface = (get_language() or "en")[:2]
    request = SearchRequest(
        types=(GoodPractice.kind,), page_size=_CANDIDATES, interface_language=interface, highlight=False
    )
    hits = {hit.uid: hit for text in draft.questions for hit in search(replace(request, text=text)).hits}
    if item is not None and item.pk:
        hits.pop(item.uid, None)
    found = [hits[uid] for uid in alike(draft, list(hits), interface)]
    return [Similar(hit.title, f"/{interface}{hit.path}", hit.language) for hit in found[:_MOST_SIMILAR]]


def accepted(item: "ContentItem", answers: "Sequence[CriterionAnswer]") -> None:
    """Write the editors' answers into the quality profile of the version that is about to be published."""
    verdicts = {
        "met": CriterionAssessment.Verdict.MET,
        "not-met": CriterionAssessment.Verdict.NOT_MET,
        "not-applicable": CriterionAssessment.Verdict.NOT_ASSESSED,
    }
    criteria_by_code = {row.code: row for row in Criterion.objects.all()}
    held = {row.criterion_id: row for row in item.assessments.all()}
    for place, answer in enumerate(answers):
        criterion = criteria_by_code.get(answer.code)
        if criterion is None:
            continue
        row = held.get(criterion.pk) or CriterionAssessment(criterion=criterion, sort_order=place)
        row.verdict = verdicts[answer.verdict]
        # Notes are written for the contributor and among reviewers, not for readers.
        item.assessments.add(row)


def register() -> None:
    """Open good practices to contributions."""
    register_type(
        SubmissionType(
            code="good-practice",
            model="goodpractices.GoodPractice",
            label=_("Good practice"),
            label_plural=_("Good practices"),
            description=_(
                "Something that worked: a project, service or measure that has run for at least a year, "
                "described on the common template so that others can compare and take it over."
            ),
            steps=STEPS,
            criteria=criteria,
            build=build,
            attach=attach,
            detach=detach,
            describe=describe,
            raw=raw,
            similar=similar,
            accepted=accepted,
        )
    )
