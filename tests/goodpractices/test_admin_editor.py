"""The editor's form: drafts may be incomplete, publishing checks everything, nothing typed is lost."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from accounts.permissions import Role
from core.models import AuditEntry
from goodpractices.models import GoodPractice, TransferRecord
from goodpractices.panels import practice_edit_handler
from tests.factories import (
    CountryFactory,
    CriterionFactory,
    TargetGroupFactory,
    ThemeFactory,
    TopicFactory,
    person,
    practice,
    words,
)

pytestmark = pytest.mark.django_db

SPACE = "wagtailsnippets_goodpractices_goodpractice"
ADD = f"{SPACE}:add"


def no_rows(*names: str) -> dict[str, str]:
    return {
        f"{name}-{part}": value
        for name in names
        for part, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", ""))
    }


@pytest.fixture
def filled(client: Client) -> dict[str, Any]:
    """A whole template as an editor posts it; the editor is signed in."""
    client.force_login(person(Role.EDITOR))
    return {
        "title": "A practice for the form",
        "language": "en",
        "record": "full",
        "scope": "countries",
        "countries": [CountryFactory(code="DE").pk],
        "topics": [TopicFactory().pk],
        "target_groups": [TargetGroupFactory().pk],
        "start_date": "2019-05-01",
        "start_precision": "day",
        "end_precision": "day",
        "evidence_level": "not-assessed",
        "summary": words(80),
        "issue_and_goals": words(120),
        "how_it_works": words(80),
        "results": words(80),
        "evaluation": words(40),
        "who_benefits": words(20),
        "funding": words(20),
        "organisation": "City of Example",
        **no_rows("links", "attachments", "assessments", "transfers"),
    }


def test_a_draft_needs_nothing_but_a_title(filled: dict[str, Any], client: Client) -> None:
    data = {
        "title": "Only a title",
        "language": "en",
        "record": "full",
        "scope": "countries",
        "start_precision": "day",
        "end_precision": "day",
        "evidence_level": "not-assessed",
        **no_rows("links", "attachments", "assessments", "transfers"),
    }
    assert client.post(reverse(ADD), data).status_code == 302
    made = GoodPractice.objects.get()
    assert (made.title, made.live, str(made.status_string)) == ("Only a title", False, "Draft")


def test_a_draft_without_a_title_is_refused(filled: dict[str, Any], client: Client) -> None:
    response = client.post(reverse(ADD), filled | {"title": ""})
    assert response.status_code == 200
    assert not GoodPractice.objects.exists()


def test_a_complete_template_is_published_at_once(filled: dict[str, Any], client: Client) -> None:
    assert client.post(reverse(ADD), filled | {"action-publish": "1"}).status_code == 302
    made = GoodPractice.objects.get()
    assert made.live
    assert made.slug == "a-practice-for-the-form"
    assert [country.code for country in made.countries.all()] == ["DE"]
    assert made.contributor is None or made.contributor.roles == {Role.EDITOR}


def test_publishing_names_every_field_with_count_and_limit_and_keeps_what_was_typed(
    filled: dict[str, Any], client: Client
) -> None:
    data = filled | {
        "results": words(131, "outcome"),
        "summary": words(74),
        "who_benefits": "",
        "topics": [],
        "start_date": str(timezone.localdate()),
        "action-publish": "1",
    }
    response = client.post(reverse(ADD), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert not GoodPractice.objects.filter(live=True).exists()
    for message in (
        "Results: 131 words, at most 100.",
        "Summary: 74 words, at least 75.",
        "Who benefits?: not filled in.",
        "Topics: choose at least one.",
        "Start date: the practice is 0 months old, it must have run for at least one year.",
    ):
        # Once above the form, once beside the field.
        assert page.count(message) == 2, message
    assert words(131, "outcome") in page


def test_saving_a_published_practice_as_a_draft_leaves_the_public_version(
    filled: dict[str, Any], client: Client
) -> None:
    row = practice("DE", title="Public title")
    address = reverse(f"{SPACE}:edit", args=[row.pk])
    assert client.post(address, filled | {"title": "Corrected", "results": "short"}).status_code == 302
    row = GoodPractice.objects.get(pk=row.pk)
    assert (row.title, row.live, str(row.status_string)) == (
        "Public title",
        True,
        "Published, correction not yet public",
    )
    assert row.get_latest_revision_as_object().title == "Corrected"


def test_links_transfers_and_assessments_are_saved_with_the_practice(filled: dict[str, Any], client: Client) -> None:
    other, criterion = practice("FR"), CriterionFactory()
    data = filled | {
        "links-TOTAL_FORMS": "1",
        "links-0-url": "https://example.org/",
        "links-0-label": "Website",
        "links-0-ORDER": "1",
        "transfers-TOTAL_FORMS": "1",
        "transfers-0-direction": "adapted_from",
        "transfers-0-practice": str(other.pk),
        "transfers-0-year": "2021",
        "transfers-0-ORDER": "1",
        "assessments-TOTAL_FORMS": "1",
        "assessments-0-criterion": str(criterion.pk),
        "assessments-0-verdict": "met",
        "assessments-0-note": "Clear.",
        "assessments-0-ORDER": "1",
        "action-publish": "1",
    }
    assert client.post(reverse(ADD), data).status_code == 302
    made = GoodPractice.objects.exclude(pk=other.pk).get()
    assert [link.label for link in made.links.all()] == ["Website"]
    assert [transfer.practice for transfer in made.transfers.all()] == [other]
    assert [(answer.criterion, answer.verdict) for answer in made.assessments.all()] == [(criterion, "met")]
    assert TransferRecord.objects.count() == 1


def test_a_new_practice_begins_with_every_current_criterion(filled: dict[str, Any], client: Client) -> None:
    CriterionFactory.create_batch(3)
    CriterionFactory(retired=True)
    page = client.get(reverse(ADD)).content.decode()
    assert 'name="assessments-TOTAL_FORMS" value="3"' in page
    assert page.count("assessed-criterion") == 3


def test_the_prefilled_criteria_are_saved_as_they_were_answered(filled: dict[str, Any], client: Client) -> None:
    criteria = CriterionFactory.create_batch(2)
    answers = {"assessments-TOTAL_FORMS": "2", "assessments-INITIAL_FORMS": "2"}
    for place, criterion in enumerate(criteria):
        answers |= {
            f"assessments-{place}-id": "",
            f"assessments-{place}-criterion": str(criterion.pk),
            f"assessments-{place}-verdict": "not_met",
            f"assessments-{place}-ORDER": str(place + 1),
        }
    assert client.post(reverse(ADD), filled | answers).status_code == 302
    made = GoodPractice.objects.get()
    assert [(answer.criterion, answer.verdict) for answer in made.assessments.all()] == [
        (criterion, "not_met") for criterion in criteria
    ]


def test_a_criterion_is_answered_once(filled: dict[str, Any], client: Client) -> None:
    criterion = CriterionFactory()
    answers = {"assessments-TOTAL_FORMS": "2", "action-publish": "1"}
    for place in (0, 1):
        answers |= {
            f"assessments-{place}-criterion": str(criterion.pk),
            f"assessments-{place}-verdict": "met",
            f"assessments-{place}-ORDER": str(place + 1),
        }
    assert client.post(reverse(ADD), filled | answers).status_code == 200
    assert not GoodPractice.objects.filter(live=True).exists()


def test_every_group_of_terms_stands_once_however_they_are_numbered(client: Client) -> None:
    client.force_login(person(Role.EDITOR))
    for order, (code, axis) in enumerate((("adults", "age"), ("women", "gender"), ("children", "age"))):
        TargetGroupFactory(code=code, axis=axis, order=order, name_en=code.title())
    health, work = ThemeFactory(code="health", order=1), ThemeFactory(code="work", order=1)
    for order, (code, theme) in enumerate((("care", health), ("jobs", work), ("nursing", health))):
        TopicFactory(code=code, theme=theme, order=order)
    page = client.get(reverse(ADD)).content.decode()
    for name in ("Age", "Gender", "Health", "Work"):
        assert len(re.findall(rf"<legend>\s*{name}\s*</legend>", page)) == 1, name
    assert page.index("Adults") < page.index("Children") < page.index("Women")


def test_the_help_of_the_template_is_in_the_editors_language() -> None:
    form = practice_edit_handler.bind_to_model(GoodPractice)
    panel = next(child for child in form.children[0].children if getattr(child, "field_name", "") == "summary")
    with translation.override("fr"):
        assert str(panel.heading) == "Résumé"
    with translation.override("de"):
        assert "75" in str(panel.help_text)
        assert str(panel.heading) != "Summary"


def test_a_coordinator_gets_neither_the_quality_profile_nor_the_schedule(client: Client) -> None:
    row = practice("DE")
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    page = client.get(reverse(f"{SPACE}:edit", args=[row.pk])).content.decode()
    for name in (
        "assessments-TOTAL_FORMS",
        "transfers-TOTAL_FORMS",
        "evidence_level",
        "go_live_at",
        'name="contributor"',
    ):
        assert name not in page, name
    assert "action-publish" not in page


def test_a_coordinator_may_correct_but_not_publish_and_not_take_the_country_off(
    filled: dict[str, Any], client: Client
) -> None:
    row = practice("DE", title="Before", draft=True)
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    address = reverse(f"{SPACE}:edit", args=[row.pk])
    assert client.post(address, filled | {"title": "After", "action-publish": "1"}).status_code == 302
    row = GoodPractice.objects.get(pk=row.pk)
    assert (row.title, row.live) == ("After", False)
    refused = client.post(address, filled | {"countries": [CountryFactory(code="FR").pk]})
    assert refused.status_code == 200
    assert "Keep at least one of the countries you coordinate." in refused.content.decode()
    assert [country.code for country in GoodPractice.objects.get(pk=row.pk).countries.all()] == ["DE"]


def test_a_coordinators_save_keeps_the_quality_profile(filled: dict[str, Any], client: Client) -> None:
    row = practice("DE", evidence_level="evaluated", strengths="Strong.")
    row.assessments.create(criterion=CriterionFactory(), verdict="met")
    row.save_revision(clean=False)
    client.force_login(person(Role.COUNTRY_COORDINATOR, "DE"))
    without = {
        key: value for key, value in filled.items() if not key.startswith(("assessments", "transfers", "evidence"))
    }
    assert client.post(reverse(f"{SPACE}:edit", args=[row.pk]), without | {"title": "New"}).status_code == 302
    latest = GoodPractice.objects.get(pk=row.pk).get_latest_revision_as_object()
    assert (latest.title, latest.evidence_level, latest.strengths) == ("New", "evaluated", "Strong.")
    assert [answer.verdict for answer in latest.assessments.all()] == ["met"]


def test_a_short_record_is_published_with_a_source_and_refused_without(filled: dict[str, Any], client: Client) -> None:
    short = filled | {"record": "short", "summary": "It helps.", "results": "", "start_date": "", "action-publish": "1"}
    refused = client.post(reverse(ADD), short).content.decode()
    assert refused.count("Source link: a short record needs the source it rests on.") == 2
    assert client.post(reverse(ADD), short | {"source_url": "https://example.org/"}).status_code == 302
    assert GoodPractice.objects.get(live=True).is_short


def test_a_scheduled_practice_is_checked_when_it_is_scheduled_and_is_not_public_before(
    filled: dict[str, Any], client: Client
) -> None:
    later = {"go_live_at": "2099-01-01 08:00", "action-publish": "1"}
    assert client.post(reverse(ADD), filled | later | {"results": "too short"}).status_code == 200
    assert not GoodPractice.objects.exists()
    assert client.post(reverse(ADD), filled | later).status_code == 302
    made = GoodPractice.objects.get()
    assert not made.live
    assert str(made.status_string) == "Scheduled"


def test_autosave_answers_in_json_and_never_publishes(filled: dict[str, Any], client: Client) -> None:
    response = client.post(reverse(ADD), filled, headers={"accept": "application/json"})
    assert response.status_code == 200
    assert json.loads(response.content)["success"] is True
    assert not GoodPractice.objects.get().live


def test_publishing_is_written_down_with_the_person_who_did_it(filled: dict[str, Any], client: Client) -> None:
    client.post(reverse(ADD), filled | {"action-publish": "1"})
    entry = AuditEntry.objects.get(action="content.publish")
    assert entry.user is not None
    assert entry.user.roles == {Role.EDITOR}
    assert ModelLogEntry.objects.filter(action="wagtail.publish").count() == 1


def test_a_copy_has_its_own_address_and_is_a_draft(filled: dict[str, Any], client: Client) -> None:
    row = practice("DE", title="The first", slug="the-first")
    page = client.get(reverse(f"{SPACE}:copy", args=[row.pk])).content.decode()
    assert 'value="The first"' in page
    assert client.post(reverse(f"{SPACE}:copy", args=[row.pk]), filled | {"title": "The second"}).status_code == 302
    second = GoodPractice.objects.get(title="The second")
    assert (second.live, second.slug) == (False, "the-second")
    assert GoodPractice.objects.get(pk=row.pk).title == "The first"


def test_a_retired_topic_is_offered_only_where_it_stands_already(filled: dict[str, Any], client: Client) -> None:
    retired = TopicFactory(code="old-topic", retired=True)
    row = practice("DE", topics=[retired])
    assert "Old-Topic" not in client.get(reverse(ADD)).content.decode()
    assert "Old-Topic" in client.get(reverse(f"{SPACE}:edit", args=[row.pk])).content.decode()


def test_the_comparison_of_versions_reads_in_words(filled: dict[str, Any], client: Client) -> None:
    row = practice("DE")
    data = filled | {"record": "short", "source_url": "https://example.org/", "evidence_level": "evaluated"}
    client.post(reverse(f"{SPACE}:edit", args=[row.pk]), data)
    page = client.get(reverse(f"{SPACE}:revisions_compare", args=[row.pk, "earliest", "latest"])).content.decode()
    assert "Short record" in page
    assert "Evaluated independently" in page


def test_the_preview_has_a_mode_for_each_language(filled: dict[str, Any], client: Client) -> None:
    row = practice("DE", language="de")
    assert [code for code, _name in row.preview_modes] == ["en", "fr", "de"]
    assert row.default_preview_mode == "de"
    address = reverse(f"{SPACE}:preview_on_edit", args=[row.pk])
    assert client.post(address, filled).json() == {"is_valid": True, "is_available": True}
    page = client.get(address, {"mode": "fr"}).content.decode()
    assert '<html lang="fr"' in page
    assert "A practice for the form" in page


def test_a_preview_may_stand_in_the_editors_frame_and_never_in_the_page_cache(
    filled: dict[str, Any], client: Client
) -> None:
    row = practice("DE", draft=True)
    address = reverse(f"{SPACE}:preview_on_edit", args=[row.pk])
    client.post(address, filled | {"title": "Only for editors"})
    preview = client.get(address)
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert "Only for editors" in preview.content.decode()
    for public in ("/", "/en/", row.get_absolute_url()):
        assert "Only for editors" not in Client().get(public, follow=True).content.decode()


def test_the_editorial_office_has_its_own_policy_and_the_public_site_the_strict_one(client: Client) -> None:
    assert "'unsafe-inline'" in client.get("/admin/login/").headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/en/good-practices/").headers["Content-Security-Policy"]
