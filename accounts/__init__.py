"""People: users, their roles, the countries they answer for, and the one table of what a role may do."""
