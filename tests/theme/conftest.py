"""A dataset that went the whole way to the public, as governance's tests make it."""

from __future__ import annotations

from tests.governance.conftest import city, draft, released, submitted

__all__ = ["city", "draft", "released", "submitted"]
