"""The tests; they mirror the tree of the portal and may import anything from it."""
