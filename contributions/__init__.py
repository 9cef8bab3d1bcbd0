"""What people contribute: drafts, submission, validation by published criteria, and being told and thanked."""
