"""Registers good practices in the editorial office."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from goodpractices.viewsets import CriterionViewSet, GoodPracticeViewSet

register_snippet(GoodPracticeViewSet)


@hooks.register("register_admin_viewset")
def register_criteria() -> CriterionViewSet:
    """The published criteria, kept like the vocabulary."""
    return CriterionViewSet("criteria", url_prefix="criteria")
