"""The engine that needs no server: full text in SQLite FTS5 or PostgreSQL, facets from Roaring bitmaps in memory."""
