"""The calendar of quarters, performance meetings, and what was agreed in them."""
