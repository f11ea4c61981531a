"""Saves of one draft at the same moment: each is whole, and no store shows another one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance import verify
from tests.governance.conftest import City, act

Make = Callable[..., dict[str, Any]]

AT_ONCE = 6


def test_fields_of_two_saves_are_not_mixed(city: City, draft: Make) -> None:
    """CKAN 2.12.0 answers all of them with 200 and keeps fields of several."""
    package = draft()
    ready = threading.Barrier(AT_ONCE)
    answers: list[str] = []

    def save(number: int) -> None:
        fields = {"title": f"Title {number}", "notes": f"Notes {number}"}
        try:
            ready.wait(timeout=60)
            act(city.steward, "package_update", **{**package, **fields, "tags": []})
            answers.append(str(number))
        except (tk.ValidationError, tk.NotAuthorized):
            answers.append("refused")
        except Exception as error:
            answers.append(f"failed: {type(error).__name__}")
        finally:
            ckan_model.Session.remove()

    threads = [threading.Thread(target=save, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ckan_model.Session.remove()
    assert [answer for answer in answers if answer.startswith("failed")] == []
    shown = act(city.steward, "package_show", id=package["id"])
    last = shown["title"].removeprefix("Title ")
    assert last in answers
    assert shown["notes"] == f"Notes {last}"
    assert list(verify.breaches()) == []
