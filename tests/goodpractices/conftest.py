"""The vocabulary, and the sections of the site, for tests of good practices."""

import pytest
from django.test import Client

from goodpractices.services import load_criteria
from portal.demo.pages import load_pages
from taxonomy.services import load_vocabulary


@pytest.fixture
def vocabulary(db: None) -> None:
    """Load the shared vocabulary and the criteria."""
    load_vocabulary()
    load_criteria()


@pytest.fixture
def site(vocabulary: None, client: Client) -> Client:
    """Load home page, sections and static pages; gives a visitor without an account."""
    load_pages()
    return client
