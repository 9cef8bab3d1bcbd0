"""The adapter for Elasticsearch 8: the only place that knows its client."""
