"""One search over everything: a port for engines, a registry of what is indexed, and lists made of them.

It knows no content type: content apps register theirs in ``search.registry``.
"""
