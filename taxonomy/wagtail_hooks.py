"""Registers the vocabulary in the editorial office."""

from wagtail import hooks

from taxonomy.viewsets import VocabularyGroup


@hooks.register("register_admin_viewset")
def register_vocabulary() -> VocabularyGroup:
    """All vocabularies."""
    return VocabularyGroup()
