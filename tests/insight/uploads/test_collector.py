"""The collector of cycles is off only while a file is read or loaded."""

from __future__ import annotations

import gc

import pytest

from ckanext.indep.insight.uploads import collector


def test_it_is_off_meanwhile_and_on_again_after() -> None:
    with collector.paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="broken"), collector.paused():
        raise ValueError("broken")
    assert gc.isenabled()


def test_two_that_overlap_do_not_leave_it_off() -> None:
    first, second = collector.paused(), collector.paused()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with collector.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
