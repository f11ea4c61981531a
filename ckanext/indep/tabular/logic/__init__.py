"""Actions and their authorisation for uploaded tables."""
