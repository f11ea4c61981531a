"""Whose part of a meeting somebody may see."""

from __future__ import annotations

from ckan.types import Context

from ckanext.indep.insight import rights
from ckanext.indep.insight.meetings.book import Meeting

__all__ = ["departments"]


def departments(context: Context, meeting: Meeting) -> list[str]:
    """The departments of a meeting whose part the reader may see."""
    if rights.is_in_office(context):
        return list(meeting.departments)
    return [one for one in meeting.departments if rights.role_in(context, one) in rights.ENTERS]
