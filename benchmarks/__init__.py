"""Measures what a page costs; see docs/benchmarks.md."""
