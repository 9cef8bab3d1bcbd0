"""Rows for tests: people by role, terms, practices that may be published.

``GoodPracticeFactory()`` is a complete, published practice about Germany; traits turn it into a draft, a short record
and so on. Relations are given as lists: ``GoodPracticeFactory(countries=[…])``.
"""

import datetime as dt
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from goodpractices.models import Criterion, GoodPractice
from taxonomy.models import Country, TargetGroup, Theme, Topic


def words(number: int, word: str = "word") -> str:
    """A text of exactly ``number`` words."""
    return " ".join([word] * number)


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("code",)

    code = "employment"
    name_en = factory.LazyAttribute(lambda theme: theme.code.title())
    name_fr = factory.LazyAttribute(lambda theme: f"{theme.code} (fr)")
    name_de = factory.LazyAttribute(lambda theme: f"{theme.code} (de)")


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("code",)

    code = "job-matching"
    theme = factory.SubFactory(ThemeFactory)
    name_en = factory.LazyAttribute(lambda topic: topic.code.title())
    name_fr = factory.LazyAttribute(lambda topic: f"{topic.code} (fr)")
    name_de = factory.LazyAttribute(lambda topic: f"{topic.code} (de)")


class CountryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "DE"
    name_en = factory.LazyAttribute(lambda country: f"Country {country.code}")
    name_fr = factory.LazyAttribute(lambda country: f"Pays {country.code}")
    name_de = factory.LazyAttribute(lambda country: f"Land {country.code}")


class TargetGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TargetGroup
        django_get_or_create = ("code",)

    code = "adults"
    axis = "age"
    name_en = "Adults"
    name_fr = "Adultes"
    name_de = "Erwachsene"


class CriterionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Criterion
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"criterion-{number}")
    kind = Criterion.Kind.SELECTION
    name_en = factory.LazyAttribute(lambda criterion: f"{criterion.code} en")
    name_fr = factory.LazyAttribute(lambda criterion: f"{criterion.code} fr")
    name_de = factory.LazyAttribute(lambda criterion: f"{criterion.code} de")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person-{number}@example.org")
    first_name = "Ada"
    last_name = factory.Sequence(lambda number: f"Person {number}")

    @factory.post_generation
    def role(self, create: bool, extracted: Role | None, **kwargs: Any) -> None:
        """The one role of the person."""
        if create and extracted:
            self.groups.add(Group.objects.get(name=extracted.value))  # type: ignore[attr-defined]

    @factory.post_generation
    def countries(self, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:
        """The codes of the countries the person coordinates."""
        if create and extracted:
            self.countries.set([CountryFactory(code=code) for code in extracted])  # type: ignore[attr-defined]


def person(role: Role | None = None, *countries: str, **values: Any) -> User:
    """A person with ``role``, looking after ``countries``."""
    made: User = UserFactory(role=role, countries=list(countries), **values)
    return made


class GoodPracticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GoodPractice
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(live=False, first_published_at=None, last_published_at=None)
        withdrawn = factory.Trait(live=False)
        archived = factory.Trait(archived_at=factory.LazyFunction(timezone.now))
        short = factory.Trait(
            record="short",
            summary="One sentence from the source.",
            issue_and_goals="",
            how_it_works="",
            results="",
            evaluation="",
            who_benefits="",
            funding="",
            organisation="",
            start_date=None,
            source_url="https://example.org/source",
        )
        eu_wide = factory.Trait(scope="eu")

    title = factory.Sequence(lambda number: f"Practice number {number}")
    language = "en"
    live = True
    first_published_at = factory.LazyFunction(timezone.now)
    last_published_at = factory.SelfAttribute("first_published_at")
    scope = "countries"
    summary = words(80)
    issue_and_goals = words(120)
    how_it_works = words(80)
    results = words(80)
    evaluation = words(50)
    who_benefits = words(20)
    funding = words(30)
    organisation = "City of Example"
    start_date = dt.date(2019, 5, 1)

    @classmethod
    def _create(cls, model_class: type[GoodPractice], *args: Any, **values: Any) -> GoodPractice:
        terms = {
            "countries": values.pop("countries", None),
            "topics": values.pop("topics", None),
            "target_groups": values.pop("target_groups", None),
        }
        practice = model_class(*args, **values)
        chosen = {
            "countries": [] if values.get("scope") == "eu" else [CountryFactory()],
            "topics": [TopicFactory()],
            "target_groups": [TargetGroupFactory()],
        }
        for name, given in terms.items():
            setattr(practice, name, chosen[name] if given is None else given)
        practice.save()
        revision = practice.save_revision(clean=False, changed=not practice.live)
        if practice.live:
            GoodPractice.objects.filter(pk=practice.pk).update(live_revision=revision)
        return GoodPractice.objects.get(pk=practice.pk)


def practice(*codes: str, **values: Any) -> GoodPractice:
    """A practice about the countries with ``codes`` (Germany when none is given)."""
    if codes:
        values["countries"] = [CountryFactory(code=code) for code in codes]
    made: GoodPractice = GoodPracticeFactory(**values)
    return made
