"""View models of the practice page and the comparison: every text, label and address ready for the template."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content.models import Scope
from contributions.contributors import public_address
from core.text import TextBlock, one_line, text_blocks
from goodpractices.models import CriterionAssessment, EvidenceLevel, GoodPractice, TransferRecord
from goodpractices.template import SECTIONS
from taxonomy.catalogue import Entry, get_catalogue
from taxonomy.models import TargetGroup

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of "at a glance": ``lang`` is set when the value is in the item's language, not the page's."""

    label: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the template; without blocks it is "not documented"."""

    code: str
    heading: str
    blocks: list[TextBlock]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with its answer in words and the sign that stands beside it."""

    name: str
    verdict: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where a practice went to or came from."""

    direction: str
    title: str
    url: str
    lang: str
    place: str
    year: str
    note: str


@dataclass(frozen=True, slots=True)
class PracticePage:
    """Everything the page of a practice shows."""

    practice: GoodPractice
    title: str
    title_lang: str
    original_title: str
    lang: str
    is_foreign: bool
    language_name: str
    unofficial_translation: bool
    english_summary: list[TextBlock]
    places: str
    period: str
    facts: list[Fact]
    themes: list[Entry]
    topics: list[tuple[Entry, str]]
    target_groups: list[tuple[str, list[str]]]
    sections: list[Section]
    criteria: list[Criterion]
    met: int
    assessed: int
    evidence_label: str
    evidence_step: int
    evidence_steps: int
    transfers: list[Transfer]
    citation: str
    credit_url: str
    preview: bool = False
    archived: bool = False
    share: list[tuple[str, str]] = field(default_factory=list)


def places(practice: GoodPractice) -> str:
    """Where the practice takes place, in the active language: "Antwerp, Belgium"."""
    catalogue = get_catalogue()
    codes = set(practice.codes("countries"))
    names = [entry.name for entry in catalogue.countries_by_name() if entry.code in codes]
    if practice.scope == Scope.EU and not names:
        return catalogue.label("countries", "EU")
    return ", ".join([practice.area, *names] if practice.area else names)


def money(practice: GoodPractice) -> str:
    """The budget in the active language's way of writing amounts; empty when it is not known."""
    if practice.budget_amount is None:
        return ""
    amount = formats.number_format(practice.budget_amount, decimal_pos=0, use_l10n=True, force_grouping=True)
    return _("EUR %(amount)s") % {"amount": amount}


def groups_by_axis(practice: GoodPractice) -> list[tuple[str, list[str]]]:
    """The target groups in the active language, under the axis each stands on."""
    catalogue = get_catalogue()
    held = set(practice.codes("target_groups"))
    found: list[tuple[str, list[str]]] = []
    for axis, label in TargetGroup.Axis.choices:
        names = [entry.name for code, entry in catalogue.target_groups.items() if code in held and entry.parent == axis]
        if names:
            found.append((str(label), names))
    return found


def _number(value: int | None) -> str:
    return "" if value is None else formats.number_format(value, use_l10n=True, force_grouping=True)


def _facts(practice: GoodPractice, lang: str) -> list[Fact]:
    catalogue = get_catalogue()
    duration = practice.period
    if practice.regular_service:
        regular = _("part of a regular service")
        duration = _("; ").join([duration, regular]) if duration else regular
    facts = [
        Fact(_("Place"), places(practice)),
        Fact(_("Period"), duration),
        Fact(_("Organisation"), practice.organisation, lang),
        Fact(_("Type of organisation"), catalogue.label_of_key("organisation_types", practice.organisation_type_id)),
        Fact(_("Partners"), one_line(practice.partners), lang),
        Fact(_("Persons reached"), _number(practice.persons_reached)),
        Fact(_("Budget"), money(practice)),
        Fact(_("Programmes"), practice.programmes, lang),
        Fact(_("Evaluation"), practice.get_evaluation_type_display() if practice.evaluation_type else ""),
    ]
    return facts if practice.is_short else [fact for fact in facts if fact.value]


def _criteria(practice: GoodPractice) -> list[Criterion]:
    rows = sorted(practice.assessments.all(), key=lambda row: (row.criterion.order, row.criterion.code))
    return [Criterion(row.criterion.name, row.verdict, row.get_verdict_display(), row.note) for row in rows]


def _transfers(practice: GoodPractice) -> list[Transfer]:
    found: list[Transfer] = []
    language = (translation.get_language() or "en")[:2]
    for row in practice.transfers.all():
        other = row.practice if row.practice and row.practice.live else None
        if other is None and not row.outside_title:
            continue
        title, lang = other.title_for(language) if other else (row.outside_title, "")
        url = other.get_absolute_url() if other else row.outside_url
        direction = str(TransferRecord.Direction(row.direction).label)
        found.append(Transfer(direction, title, url, lang, row.place, str(row.year or ""), row.note))
    return found


def citation(practice: GoodPractice, address: str) -> str:
    """How the practice is cited: title, source, date and stable address."""
    published = practice.first_published_at or timezone.now()
    return _("%(who)s (%(year)s). “%(title)s”. European Web Site on Integration. %(address)s") % {
        "who": practice.organisation or practice.contributor_credit or _("European Web Site on Integration"),
        "year": published.year,
        "title": practice.title,
        "address": address,
    }


def practice_page(practice: GoodPractice, *, base_url: str = "", preview: bool = False) -> PracticePage:
    """Return what the page of ``practice`` shows in the active language; ``read_parts`` spares it queries."""
    language = (translation.get_language() or "en")[:2]
    catalogue = get_catalogue()
    title, title_lang = practice.title_for(language)
    foreign = practice.language != language
    lang = practice.language if foreign else ""
    criteria = _criteria(practice)
    levels = EvidenceLevel.values
    topic_entries = [catalogue.topics[code] for code in practice.codes("topics") if code in catalogue.topics]
    address = f"{base_url}/id/{practice.uid}"
    return PracticePage(
        practice=practice,
        title=title,
        title_lang=title_lang if title_lang != language else "",
        original_title=practice.title if title_lang != practice.language else "",
        lang=lang,
        is_foreign=foreign,
        language_name=catalogue.label("languages", practice.language),
        unofficial_translation=title_lang != practice.language,
        english_summary=text_blocks(practice.english_summary) if foreign and practice.english_summary else [],
        places=places(practice),
        period=practice.period,
        facts=_facts(practice, lang),
        themes=[catalogue.themes[code] for code in practice.theme_codes()],
        topics=[(entry, entry.parent) for entry in sorted(topic_entries, key=lambda entry: entry.order)],
        target_groups=groups_by_axis(practice),
        sections=[Section(code, str(heading), text_blocks(getattr(practice, code))) for code, heading in SECTIONS],
        criteria=criteria,
        met=sum(row.verdict == CriterionAssessment.Verdict.MET for row in criteria),
        assessed=sum(row.verdict != CriterionAssessment.Verdict.NOT_ASSESSED for row in criteria),
        evidence_label=str(EvidenceLevel(practice.evidence_level).label),
        evidence_step=levels.index(practice.evidence_level),
        evidence_steps=len(levels) - 1,
        transfers=_transfers(practice),
        citation=citation(practice, address),
        credit_url=public_address(practice.contributor),
        preview=preview,
        archived=practice.archived_at is not None,
    )


# --- comparison ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Cell:
    """A practice's answer in one row of the comparison."""

    text: str
    lang: str = ""
    blocks: list[TextBlock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the comparison: the same field of every practice, and whether they differ."""

    heading: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to four practices side by side."""

    practices: list[PracticePage]
    rows: list[Row]
    remove_urls: list[str]


def _topic_names(practice: GoodPractice) -> str:
    catalogue = get_catalogue()
    held = set(practice.codes("topics"))
    return ", ".join(entry.name for code, entry in catalogue.topics.items() if code in held)


def _theme_names(practice: GoodPractice) -> str:
    catalogue = get_catalogue()
    return ", ".join(catalogue.label("themes", code) for code in practice.theme_codes())


def _group_names(practice: GoodPractice) -> str:
    return _("; ").join(
        _("%(facet)s: %(values)s") % {"facet": axis, "values": ", ".join(names)}
        for axis, names in groups_by_axis(practice)
    )


def _criteria_summary(practice: GoodPractice) -> str:
    rows = _criteria(practice)
    assessed = [row for row in rows if row.verdict != CriterionAssessment.Verdict.NOT_ASSESSED]
    if not assessed:
        return ""
    met = sum(row.verdict == CriterionAssessment.Verdict.MET for row in assessed)
    return ngettext("%(met)d of %(all)d criterion met", "%(met)d of %(all)d criteria met", len(assessed)) % {
        "met": met,
        "all": len(assessed),
    }


def _regular(practice: GoodPractice) -> str:
    return _("yes") if practice.regular_service else _("no")


#: Rows whose answers are names and figures, in the page's language.
_SHORT_ROWS: "Final[tuple[tuple[_StrPromise, Callable[[GoodPractice], str]], ...]]" = (
    (gettext_lazy("Place"), places),
    (gettext_lazy("Period"), lambda practice: practice.period),
    (gettext_lazy("Part of a regular service"), _regular),
    (gettext_lazy("Themes"), _theme_names),
    (gettext_lazy("Topics"), _topic_names),
    (gettext_lazy("Target groups"), _group_names),
    (gettext_lazy("Persons reached"), lambda practice: _number(practice.persons_reached)),
    (gettext_lazy("Budget"), money),
    (gettext_lazy("Evidence"), lambda practice: str(EvidenceLevel(practice.evidence_level).label)),
    (gettext_lazy("Criteria"), _criteria_summary),
)
#: Rows whose answers are in the practice's own language.
_OWN_ROWS: "Final[tuple[tuple[_StrPromise, str], ...]]" = (
    (gettext_lazy("Organisation"), "organisation"),
    (gettext_lazy("Partners"), "partners"),
    (gettext_lazy("Programmes"), "programmes"),
)


def compare(practices: list[GoodPractice], remove_urls: list[str]) -> Comparison:
    """Return ``practices`` field by field in the template's order."""
    language = (translation.get_language() or "en")[:2]
    rows: list[Row] = []
    for heading, answer in _SHORT_ROWS:
        rows.append(_row(str(heading), [Cell(answer(practice)) for practice in practices]))
    fields = [*_OWN_ROWS, *((heading, code) for code, heading in SECTIONS)]
    for heading, code in fields:
        rows.append(_row(str(heading), [_own_cell(practice, code, language) for practice in practices]))
    return Comparison([practice_page(practice) for practice in practices], rows, remove_urls)


def _own_cell(practice: GoodPractice, code: str, language: str) -> Cell:
    """A text of the practice; its summary in the reader's English where there is one, so that texts compare."""
    text, written_in = getattr(practice, code), practice.language
    if code == "summary":
        text, written_in = practice.summary_for(language)
    return Cell(text, written_in if written_in != language else "", text_blocks(text))


def _row(heading: str, cells: list[Cell]) -> Row:
    return Row(heading, cells, len({" ".join(cell.text.split()).casefold() for cell in cells}) > 1)
