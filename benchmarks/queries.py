"""Counts the queries of addresses given as JSON on standard input; run by ``benchmarks.bench`` with its settings."""

import json
import os
import sys

import django


def main() -> None:
    """Print, for each address, how many queries a warm process asks, and how many of them write."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    counts = {}
    for name, address in json.load(sys.stdin).items():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        statements = [query["sql"] for query in captured.captured_queries]
        asked = [sql for sql in statements if sql.lstrip("( ").upper().startswith(("SELECT", "WITH"))]
        frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET", "SHOW")
        written = [sql for sql in statements if sql not in asked and not sql.upper().startswith(frame)]
        counts[name] = {"status": response.status_code, "queries": len(asked), "writes": len(written)}
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
