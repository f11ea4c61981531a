"""From a page to a tagged PDF, outside web processes only.

Rendering takes seconds and a lot of memory, so it happens in the worker or on the command
line. WeasyPrint is an optional library: it is imported when it is needed, nowhere else.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ckanext.indep.insight.off_web import refuse_in_web

__all__ = ["PdfUnavailableError", "check_library", "render"]


class PdfUnavailableError(Exception):
    """WeasyPrint, or the Pango library that it needs, is not installed."""


def check_library() -> None:
    """Raise PdfUnavailableError where WeasyPrint cannot be used."""
    _weasyprint()


def render(html: str, **options: Any) -> bytes:
    """Make an accessible PDF (PDF/UA-1: tags, language, title, bookmarks) of a page.

    The page holds all that it needs: whatever is not a ``data:`` address is not fetched. The
    same page gives the same bytes. ``options`` are WeasyPrint's. Raises RefusedError in a web
    process, and PdfUnavailableError where the library is missing.
    """
    refuse_in_web("A PDF")
    weasyprint = _weasyprint()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    settings: dict[str, Any] = {
        "pdf_variant": "pdf/ua-1",
        "pdf_identifier": hashlib.sha256(html.encode()).digest()[:16],
        **options,
    }
    pdf = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetcher).write_pdf(**settings)
    assert pdf is not None
    return pdf


def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(str(error)) from error
    return weasyprint
