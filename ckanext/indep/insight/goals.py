"""Counts and groups of measures for the pages (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.indep.insight.status import Status
from ckanext.indep.insight.summary import Summary

__all__ = ["Group", "counts", "group_by_department", "group_by_goal"]


@dataclass(frozen=True)
class Group:
    """Measures under one heading; ``key`` stands in the address."""

    key: str
    title: str
    summaries: tuple[Summary, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """How many have each status."""
        return counts(self.summaries)


def counts(summaries: Iterable[Summary]) -> dict[Status, int]:
    """How many have each status, all four in their order, zeros included."""
    found = dict.fromkeys(Status, 0)
    for summary in summaries:
        found[summary.status] += 1
    return found


def group_by_goal(summaries: Iterable[Summary], goals: Iterable[tuple[str, str]]) -> list[Group]:
    """One group for each goal (value, title) that has a measure, in the order of the plan."""
    every = list(summaries)
    groups = [
        Group(key, title, tuple(one for one in every if one.definition.goal == key))
        for key, title in goals
    ]
    return [group for group in groups if group.summaries]


def group_by_department(summaries: Iterable[Summary]) -> list[Group]:
    """One group for each department that has a measure, by its title."""
    every = list(summaries)
    departments = {one.definition.department: one.definition.department_title for one in every}
    return [
        Group(
            name,
            title or name,
            tuple(one for one in every if one.definition.department == name),
        )
        for name, title in sorted(departments.items(), key=lambda pair: pair[1].lower())
        if name
    ]
