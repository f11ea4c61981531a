"""Results by period against the target."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import LABEL_CHARACTER, Places, places
from ckanext.indep.insight.charts.series import Series, Size

__all__ = ["line_chart"]

CLEAR = 13
"""Least distance of a label from a line of targets."""


@register("line")
def line_chart(series: Series, size: Size) -> Markup:
    """A line with gaps where there is no figure, a stepped dashed target, labels at the end.

    The scale need not start at zero: a line shows change, not size.
    """
    last = _last(series)
    targets = _target_labels(series, size)
    right = [label.words for label in targets]
    room = places(series, size, right_labels=[*right, last.words] if last else right)
    return svg.drawing(
        "line",
        size.name,
        size.width,
        size.height,
        series.title,
        series.description,
        [
            *frame.target_band(series, room),
            *frame.grid(series, room),
            *frame.periods(series, room),
            *frame.blanks(series, room, size.height - size.bottom - 6, may_spill=True),
            svg.path(frame.pieces(series, room), "indep-chart-line"),
            frame.target_steps(series, room),
            *frame.markers(series, room),
            *_placed(last, targets, series, room),
        ],
    )


@dataclass(frozen=True)
class _Label:
    """Words at the height of a value; ``position`` is that of its period."""

    value: float
    words: str
    class_: str
    position: int = 0


def _last(series: Series) -> _Label | None:
    """The label of the last result."""
    for position in range(len(series.points) - 1, -1, -1):
        value = series.points[position].value
        if value is not None:
            return _Label(value, series.text(value), "indep-chart-value", position)
    return None


def _target_labels(series: Series, size: Size) -> list[_Label]:
    """The labels of the last target.

    A narrow drawing has no room for the word “Target”; the caption explains the dashes.
    """
    labels: list[_Label] = []
    for target in series.points[-1].targets if series.points else ():
        words = series.text(target)
        if size.name == "wide":
            words = f"{series.words.target} {words}"
        labels.append(_Label(target, words, "indep-chart-target-label"))
    return labels


def _placed(
    last: _Label | None, targets: list[_Label], series: Series, room: Places
) -> list[Markup]:
    """Targets in the right margin; the result beside its dot, or with them if it does not fit."""
    size = room.size
    margin = size.width - size.right + 6
    parts: list[Markup] = []
    in_margin = list(targets)
    if last and not _fits(last, room):
        in_margin.insert(0, last)
    elif last:
        parts.append(
            svg.text(
                last.words, room.x(last.position) + 9, _free(last, series, room) + 4, last.class_
            )
        )
    heights = frame.apart(
        [room.y(label.value) for label in in_margin], size.top, size.height - size.bottom
    )
    return [
        *parts,
        *(
            svg.text(label.words, margin, height + 4, label.class_)
            for height, label in zip(heights, in_margin, strict=True)
        ),
    ]


def _fits(last: _Label, room: Places) -> bool:
    """Whether a result's label beside its dot ends before the right margin."""
    end = room.x(last.position) + 9 + len(last.words) * LABEL_CHARACTER
    return end <= room.size.width - room.size.right


def _free(last: _Label, series: Series, room: Places) -> float:
    """The height of a result's label beside its dot, above or below the lines of the targets."""
    size = room.size
    height = wanted = room.y(last.value)
    known = {*series.points[last.position].targets, *series.points[-1].targets}
    for line in sorted((room.y(target) for target in known), reverse=True):
        if abs(height - line) < CLEAR:
            height = line - CLEAR if wanted <= line or wanted > size.height / 2 else line + CLEAR
    # “no data” may stand on the floor.
    return min(max(height, size.top), size.height - size.bottom - 24)
