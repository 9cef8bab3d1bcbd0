"""Registers the page on the search index in the editorial office."""

from wagtail import hooks

from search.admin_views import SearchIndexViewSet


@hooks.register("register_admin_viewset")
def register_search_index() -> SearchIndexViewSet:
    """The state of the index, among the reports."""
    return SearchIndexViewSet("search-index")
