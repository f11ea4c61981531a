"""A form without its token is refused at each address of the portal, over HTTP.

That it changes no row, and that such a form would be noticed, is shown inside the portal by
tests/security/test_forms.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from tests.attack.probing import REPOSITORY, each
from tests.attack.visitor import SECONDS, Visitor

PLACE = re.compile(r"<[^>]+>")
MARKUP = "<script>alert(1)</script>"
REFUSED, NO_POST, NO_PAGE = 400, 405, 404


def _addresses() -> list[str]:
    """Every address of the running portal: another test compares the table with its URL map."""
    table = yaml.safe_load((REPOSITORY / "tests/attack/routes.yaml").read_text("utf-8"))
    rules = [rule for row in table for rule in row["rules"]]
    return sorted({PLACE.sub("1", rule) for rule in rules})


def _own(administrator: Visitor) -> list[Any]:
    """What those forms could change of the person whose browser sends them."""
    return [
        administrator.done("user_show", id=administrator.name),
        administrator.done("indep_inbox_list"),
        administrator.done("api_token_list", user_id=administrator.name),
        administrator.done("followee_list", id=administrator.name),
    ]


class TestNoToken:
    def test_nothing_is_accepted_anywhere(self, visit: Callable[..., Visitor]) -> None:
        """The check comes before the view is asked, so every address that takes a form says 400."""
        administrator = visit("administrator")
        before = _own(administrator)

        def post(path: str) -> tuple[str, int, str]:
            answer = administrator.http.post(
                administrator.url + path,
                data={"reason": "forged"},
                allow_redirects=False,
                timeout=SECONDS,
            )
            return path, answer.status_code, answer.text

        answers = each(_addresses(), post)
        taken = [(p, s) for p, s, _text in answers if s not in (REFUSED, NO_POST, NO_PAGE)]
        assert taken == []
        refused = [text for _path, status, text in answers if status == REFUSED]
        assert len(refused) > 60
        assert all("CSRF" in text for text in refused)
        assert _own(administrator) == before

    def test_a_person_is_told_what_to_do(self, visit: Callable[..., Visitor]) -> None:
        """That nothing was saved, and how to send it again, in the language of the page."""
        outsider = visit("outsider")
        told = {
            "": ("Nothing was saved", "Go back in your browser", "send it"),
            "/es": ("No se guardó", "Vuelva atrás en su navegador", "envíelo"),
        }
        for visitor in (visit(), outsider):
            for language, words in told.items():
                path = f"{language}/data-requests/new"
                for form in ({"title": MARKUP}, {"_csrf_token": MARKUP}):
                    answer = visitor.http.post(visitor.url + path, data=form, timeout=SECONDS)
                    assert answer.status_code == REFUSED
                    assert answer.headers["Content-Type"].startswith("text/html")
                    assert all(word in answer.text for word in words), path
                    assert "<main" in answer.text
                    assert MARKUP not in answer.text

    def test_a_program_is_told_in_json(self, visit: Callable[..., Visitor]) -> None:
        outsider = visit("outsider")
        path = f"{outsider.url}/api/3/action/user_patch"
        answer = outsider.http.post(path, json={"id": outsider.name}, timeout=SECONDS)
        assert answer.status_code == REFUSED
        assert answer.json()["success"] is False
        assert "CSRF" in answer.json()["error"]["message"]
