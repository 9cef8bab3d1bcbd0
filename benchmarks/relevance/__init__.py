"""How good the search is: judged topics in many languages, run against every engine. ``make relevance``."""
