"""Turning governance on over a portal that exists, and off again."""
