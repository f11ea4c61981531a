"""Histories of measures in files: how they are laid out, what is wrong in them, and loading."""
