"""Search by meaning, across languages: optional, see docs/search.md."""
