"""Commands for those who work on the portal; see the Makefile."""
