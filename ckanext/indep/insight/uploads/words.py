"""An uploaded history in words, for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan.common import _

from ckanext.indep.insight.uploads.layout import LayoutKind
from ckanext.indep.insight.uploads.states import State
from ckanext.indep.tabular import messages

__all__ = ["effect", "layout", "note", "state"]


def state(upload: Mapping[str, Any]) -> str:
    """How far an upload is."""
    problems = upload["number_of_problems"]
    if upload["state"] == State.CHECKED and problems:
        return _("Checked, with problems: nothing is loaded yet.")
    return {
        State.TO_CHECK: _("Waiting to be checked."),
        State.CHECKING: _("Being checked."),
        State.CHECKED: _("Checked, without problems: ready to be loaded."),
        State.REFUSED: _("Not taken: nothing was loaded."),
        State.TO_LOAD: _("Waiting to be loaded."),
        State.LOADING: _("Being loaded."),
        State.LOADED: _("Loaded."),
        State.BROKEN: _("It broke off several times: nothing was loaded."),
        State.EXPIRED: _("Never loaded; the file is no longer kept."),
    }[upload["state"]]


def layout(upload: Mapping[str, Any]) -> str:
    """Layout and encoding in a sentence."""
    kind = {
        LayoutKind.LONG: _("A row for each measure and period."),
        LayoutKind.PERIODS_ACROSS: _("A column for each period."),
        LayoutKind.MEASURES_ACROSS: _("A row for each period, a column for each measure."),
        LayoutKind.YEARS_DOWN: _("A row for each fiscal year, a column for each part of it."),
    }[LayoutKind(upload["layout"])]
    facts = upload["facts"]
    if facts["format"] == "XLSX":
        return f"{kind} {_('Sheet “{sheet}” of a workbook.').format(sheet=facts['sheet'])}"
    told = _("Text in {encoding}, cells separated by {delimiter}.")
    return f"{kind} {told.format(encoding=facts['encoding'], delimiter=facts['delimiter'])}"


def note(noted: Mapping[str, Any]) -> str:
    """What the reader of tables says of the file."""
    return messages.sentence(noted)


def effect(line: Mapping[str, Any]) -> str:
    """What loading a line of the preview does."""
    if line["effect"] == "changed":
        if line["before"]:
            return _("changes {before}").format(before=line["before"])
        return _("changes what stands")
    return {"new": _("new"), "unchanged": _("stands already")}.get(line["effect"], "")
