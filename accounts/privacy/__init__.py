"""What the portal keeps of people: which app keeps what, how they get it, and how it is erased."""
