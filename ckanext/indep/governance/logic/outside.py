"""What the parts of the portal that do not import governance may ask of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance import numbers
from ckanext.indep.governance.model import now

__all__ = ["indep_decision_numbers"]

WINDOW_DAYS = 365


@tk.side_effect_free
def indep_decision_numbers(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how long requests took from submission to decision in the last 365 days.

    :returns: ``window_days``, ``decided`` (how many), and ``days``: a list of pairs, whole days
        and how many requests took so many
    """
    tk.check_access("indep_decision_numbers", context, data_dict)
    histogram = numbers.decision_days(now() - dt.timedelta(days=WINDOW_DAYS))
    return {
        "window_days": WINDOW_DAYS,
        "decided": sum(histogram.values()),
        "days": [list(pair) for pair in sorted(histogram.items())],
    }
