"""Uploaded tables: what a file holds, and its way into the DataStore."""
