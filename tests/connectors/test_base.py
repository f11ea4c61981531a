"""The registry of connectors, and the settings they are given."""

from __future__ import annotations

import pytest

from ckanext.indep.connectors import base
from ckanext.indep.connectors.layout import Column, Layout
from ckanext.indep.errors import UnreadableError


def _nothing(settings: base.Settings) -> base.Delivery:
    """A source without rows."""
    return base.Delivery(Layout((Column("id", "text"),), ("id",)), ["id"], iter(()))


def test_those_that_ship_are_found() -> None:
    assert base.names() == ["departmental-report"]


def test_a_name_is_given_once() -> None:
    base.names()
    with pytest.raises(ValueError, match="already a connector"):
        base.connector("departmental-report", settings=())(_nothing)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("weather", {}, "no connector “weather”; there are: departmental-report"),
        ("departmental-report", {"path": "x"}, "needs the settings layout"),
        ("departmental-report", {"path": "x", "layout": "y", "z": ""}, "has no settings z"),
    ],
)
def test_wrong_settings_are_named(name: str, settings: dict[str, str], message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        base.fetch(name, settings)
