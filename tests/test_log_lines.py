"""What visitors write does not stand in the log as an entry of its own."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ckanext.indep import log_lines

REQUESTS = "ckan.config.middleware.flask_app"
FORGED = "2026-01-01 00:00:00 INFO 1 ckan.model: forged"
BREAKS = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
"""What some program or other takes for the end of a line."""


@pytest.fixture
def log(app: Any) -> Iterator[io.StringIO]:
    """What CKAN logs of requests, and the portal, as the handlers of their settings write it."""
    written = io.StringIO(newline="")
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in (REQUESTS, "ckanext.indep")]
    before = [(logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
        logger.disabled = False  # migrations switch off the loggers that are there
        logger.addHandler(handler)
    yield written
    for logger, (level, disabled) in zip(loggers, before, strict=True):
        logger.removeHandler(handler)
        logger.disabled = disabled
        logger.setLevel(level)


def _begin_forged(written: io.StringIO) -> list[str]:
    return [line for line in written.getvalue().splitlines() if line.startswith(FORGED)]


def _refuse(title: str) -> None:
    raise ValueError(title)


@pytest.mark.usefixtures("with_plugins", "clean_db")
def test_an_address(app: Any, log: io.StringIO) -> None:
    """CKAN logs each address as it was meant, with its line breaks."""
    app.get("/dataset/x%0d%0a" + FORGED.replace(" ", "%20"), status=404)
    assert f"/dataset/x\\r\\n{FORGED}" in log.getvalue()
    assert _begin_forged(log) == []


@pytest.mark.usefixtures("with_plugins")
@pytest.mark.parametrize("end", BREAKS, ids=ascii)
def test_a_name_that_is_logged(log: io.StringIO, end: str) -> None:
    logging.getLogger("ckanext.indep").warning("The file %s was not read.", f"a{end}{FORGED}")
    assert FORGED in log.getvalue()
    assert len(log.getvalue().splitlines()) == 1


@pytest.mark.usefixtures("with_plugins")
def test_the_message_of_an_error(log: io.StringIO) -> None:
    """Its own lines stay below the entry, and none of them begins like one."""
    try:
        _refuse(f"a title\n{FORGED}\x1b[2J\r{FORGED}")
    except ValueError:
        logging.getLogger("ckanext.indep").exception("A title\n%s", FORGED)
    first, *below = log.getvalue().splitlines()
    assert first.endswith(f"A title\\n{FORGED}")
    assert sum(FORGED in line for line in below) == 1
    assert {line[:2] for line in below} == {"  "}
    assert "\x1b" not in log.getvalue()


def test_other_letters_stay_as_they_are() -> None:
    assert log_lines.printable("Año 2026 – 學 “x”") == "Año 2026 – 學 “x”"
