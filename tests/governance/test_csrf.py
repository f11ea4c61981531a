"""The portal's own check of the CSRF token, for as long as CKAN's can be switched off."""

from __future__ import annotations

from typing import Any

import ckan
import pytest
from flask import Flask

from ckanext.indep.governance.gate import csrf


def _checks(version: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(ckan, "__version__", version)
    app = Flask("test")
    csrf.protect(app)
    return app.before_request_funcs.get(None, [])


class TestProtect:
    def test_on_where_one_visitor_can_switch_the_check_off(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert len(_checks("2.12.0", monkeypatch)) == 1

    @pytest.mark.parametrize("version", ["2.12.1", "2.13.0a0"])
    def test_off_where_ckan_has_the_fix(
        self, version: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert _checks(version, monkeypatch) == []

    @pytest.mark.usefixtures("with_plugins")
    def test_it_is_installed(self, app: Any) -> None:
        checks = app.flask_app.before_request_funcs[None]
        assert any(check.__module__ == csrf.__name__ for check in checks)
