"""Words and pages outside of a request: for the worker and the command line."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
import flask_babel
from flask import current_app, has_app_context

__all__ = ["default_language", "in_language", "languages"]

_TRANSLATIONS = Path(__file__).parents[1] / "i18n"


def default_language() -> str:
    """The portal's first language."""
    return str(tk.config["ckan.locale_default"])


def languages() -> list[str]:
    """The languages in which the portal speaks of measures and that it offers, its first before."""
    first, offered = default_language(), {one for one in tk.config["ckan.locales_offered"] if one}
    known = {path.parent.name for path in _TRANSLATIONS.glob("*/LC_MESSAGES")} | {"en"}
    others = sorted(known & offered if offered else known)
    return [first, *(one for one in others if one != first)]


@contextmanager
def in_language(language: str) -> Generator[None]:
    """As a visitor's request in that language would be.

    The worker and the command line have an application but no request; templates need one.
    """
    application: Any = (
        current_app if has_app_context() else click.get_current_context().meta["flask_app"]
    )
    with application.test_request_context(
        "/",
        base_url=str(tk.config["ckan.site_url"]),
        environ_overrides={"CKAN_LANG": language},
    ):
        # Inside the application's own context Babel would stay with the language before.
        flask_babel.refresh()
        try:
            yield
        finally:
            flask_babel.refresh()
