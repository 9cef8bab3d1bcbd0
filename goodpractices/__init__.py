"""Good practices, collected on one common template so that they can be compared."""
