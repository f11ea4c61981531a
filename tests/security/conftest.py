"""The city of the tests of governance."""

from __future__ import annotations

from tests.governance.conftest import city, draft, released, submitted

__all__ = ["city", "draft", "released", "submitted"]
