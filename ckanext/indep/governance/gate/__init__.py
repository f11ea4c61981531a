"""Requests to CKAN itself that say too much, or cannot be trusted."""
