"""The draft of a press release: plain text for the performance office to edit."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk

from ckanext.indep.insight.report.contents import CouncilReport
from ckanext.indep.insight.status import Status

__all__ = ["draft"]

MOST_GAINS = 3


def draft(report: CouncilReport) -> str:
    """A quarter's results as a press release: how many goals were met, what got better, what
    was missed, and where to read it all. Nothing but published figures stands in it.
    """
    text = tk.render(
        "indep_insight/report/press_release.html",
        {
            "report": report,
            "Status": Status,
            "gains": report.gains(MOST_GAINS),
            "hits": report.having(Status.MET),
            "misses": report.having(Status.NOT_MET, Status.UNDER),
            "address": tk.url_for(
                "indep_report.read", quarter=report.quarter.key, _external=True, locale="default"
            ),
        },
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
