"""Management commands of ``search``."""
