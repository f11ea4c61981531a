"""A request that sends too much is refused before it is read."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.indep import bodies

API = "/api/3/action/package_search"


@pytest.fixture
def token(with_plugins: None, clean_db: None) -> dict[str, str]:
    """The header of somebody with an account."""
    return {"Authorization": factories.UserWithToken()["token"]}


def _post(app: Any, length: int, **more: Any) -> int:
    """Send a question of `length` bytes as JSON; return how it was answered."""
    start, end = b'{"q": "', b'"}'
    body = start + b"x" * (length - len(start) - len(end)) + end
    sent = {"content_type": "application/json", **more}
    return app.flask_app.test_client().post(API, data=body, **sent).status_code


def test_strangers_send_little(token: dict[str, str], app: Any) -> None:
    assert _post(app, bodies.STRANGERS) != 413
    assert _post(app, bodies.STRANGERS + 1) == 413


def test_a_form_of_strangers_as_well(token: dict[str, str], app: Any) -> None:
    form = {"login": "x" * bodies.STRANGERS}
    answer = app.flask_app.test_client().post("/user/login", data=form)
    assert answer.status_code == 413


def test_who_has_an_account_sends_files(token: dict[str, str], app: Any) -> None:
    assert _post(app, 2 * bodies.STRANGERS, headers=token) != 413


def test_nobody_sends_more_than_the_largest_file_needs(token: dict[str, str], app: Any) -> None:
    """Told by its length alone: nothing of it is waited for."""
    largest = int(tk.config["ckan.max_resource_size"]) << 20
    claimed = {"CONTENT_LENGTH": str(2 * largest + 1)}
    assert _post(app, 100, headers=token, environ_overrides=claimed) == 413


def test_without_a_length_it_is_counted(token: dict[str, str], app: Any) -> None:
    """It is cut off there, and half a question is none."""
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    client = app.flask_app.test_client()
    answer = client.post(
        API,
        data=b'{"q": "' + b"x" * bodies.STRANGERS + b'"}',
        content_type="application/json",
        environ_overrides={**chunked, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 400
