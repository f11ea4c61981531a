"""Measures in the pages of other sites."""
