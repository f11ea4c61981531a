"""Actions of the reports. Each validates, checks access, and hands over."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep.insight.answers import validated
from ckanext.indep.insight.report import assembling, drafting, schema

__all__ = ["indep_press_release_draft"]


@tk.side_effect_free
def indep_press_release_draft(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A draft of the press release about a published quarter; nothing is sent or published.

    :param period: the quarter, such as ``FY2026 Q1``
    :returns: ``period``, ``version`` of the figures, and the plain ``text``
    """
    data = validated(schema.quarter, context, data_dict)
    tk.check_access("indep_press_release_draft", context, data)
    report = assembling.assemble(assembling.published_quarter(data["period"]))
    return {
        "period": report.quarter.key,
        "version": report.version,
        "text": drafting.draft(report),
    }
