"""Inclusion tags and templates of the design system, each with a page in the pattern library."""
