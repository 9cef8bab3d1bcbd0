"""The review desk in the editorial office: what waits, and each contribution beside its checklist."""
