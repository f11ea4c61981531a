"""Workspaces, and the content that is frozen from them."""
