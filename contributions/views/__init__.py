"""The pages of contributing."""
