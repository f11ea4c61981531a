"""Shim for tools that still ask for it; the metadata lives in pyproject.toml."""

from setuptools import setup

setup(
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**/templates/**.html", "ckan", None),
            ("**/schema/*.yaml", "ckanext.indep.extraction:extract_schema", None),
        ],
    }
)
