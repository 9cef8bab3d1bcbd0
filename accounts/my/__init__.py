"""The personal area at /my/: what a signed-in person keeps, sees and decides about themselves."""
