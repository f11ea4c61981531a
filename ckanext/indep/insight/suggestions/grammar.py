"""What a suggested specification may consist of: an allow-list of Vega-Lite (pure).

One chart, or layers of one chart, over the rows of one measure. Data, addresses, images,
links, parameters, signals, sequences, facets, repetition, sizes and themes are not in it; the
portal adds rows, size and theme itself.
"""

from __future__ import annotations

from ckanext.indep.insight.suggestions.checks import (
    Check,
    Notes,
    any_of,
    boolean,
    choice,
    expression,
    field_name,
    known_field,
    list_of,
    null,
    number,
    object_of,
    pattern,
    scalar,
    text,
)

__all__ = ["CHANNELS", "MARKS", "TRANSFORMS", "specification"]

MARKS = ("area", "bar", "circle", "line", "point", "rect", "rule", "square", "text", "tick")

MOST_LAYERS = 6
MOST_TRANSFORMS = 8

_color = pattern(r"#[0-9A-Fa-f]{3}|#[0-9A-Fa-f]{6}|[a-z]{3,20}", "a color such as #12436D or navy")
_share = number(0, 1)
_label = any_of("a text or null", text(120), null)
_aggregates = (
    *("count", "sum", "mean", "average", "median", "min", "max"),
    *("q1", "q3", "stdev", "distinct", "valid", "missing"),
)
_aggregate = choice(*_aggregates)
_time_unit = choice("year", "quarter", "month", "yearquarter", "yearmonth", "yearmonthdate")
_shape = choice(
    *("circle", "square", "cross", "diamond"),
    *("triangle-up", "triangle-down", "triangle-right", "triangle-left", "stroke"),
)
# A width in d3's number format would fill a label with as many spaces.
_format = any_of(
    "a number format such as .1f or a date format such as %Y",
    pattern(r"[+(]?\$?,?(\.\d{1,2})?~?[%sdefgrp]?", "a number format"),
    pattern(r"(%[A-Za-z]|[ ,.:/'-]|FY|Q|T){1,20}", "a date format"),
)
_dash = list_of(number(0, 50), 6)
_order = choice("ascending", "descending")
_sort = any_of(
    "an order, a list of values, or a field with its order",
    _order,
    null,
    choice("x", "y", "-x", "-y", "color", "-color"),
    list_of(scalar, 100),
    object_of({"field": known_field, "op": _aggregate, "order": _order}),
)
_axis_or_null = any_of(
    "an object or null",
    null,
    object_of(
        {
            "title": _label,
            "format": _format,
            "labelAngle": number(-90, 90),
            "labels": boolean,
            "labelLimit": number(20, 400),
            "ticks": boolean,
            "tickCount": number(1, 40),
            "grid": boolean,
            "domain": boolean,
            "orient": choice("left", "right", "top", "bottom"),
            "values": list_of(scalar, 50),
        }
    ),
)
_legend = any_of(
    "an object or null",
    null,
    object_of(
        {
            "title": _label,
            "format": _format,
            "orient": choice("left", "right", "top", "bottom"),
            "columns": number(1, 6),
            "labelLimit": number(20, 400),
            "values": list_of(scalar, 50),
        }
    ),
)
_scale = any_of(
    "an object or null",
    null,
    object_of(
        {
            "type": choice(
                "linear", "sqrt", "symlog", "log", "time", "utc", "ordinal", "point", "band"
            ),
            "domain": list_of(scalar, 50),
            "domainMin": number(-1e15, 1e15),
            "domainMax": number(-1e15, 1e15),
            "range": list_of(any_of("a color or a number", _color, number(0, 1000), _dash), 20),
            "scheme": pattern(r"[a-z0-9-]{3,30}", "the name of a color scheme"),
            "zero": boolean,
            "nice": any_of("true, false or a number", boolean, number(1, 20)),
            "reverse": boolean,
            "clamp": boolean,
            "padding": _share,
            "paddingInner": _share,
            "paddingOuter": _share,
        }
    ),
)
_comparison = {
    "field": known_field,
    "timeUnit": _time_unit,
    "equal": scalar,
    "lt": scalar,
    "lte": scalar,
    "gt": scalar,
    "gte": scalar,
    "range": list_of(any_of("a value or null", scalar, null), 2),
    "oneOf": list_of(scalar, 100),
    "valid": boolean,
}


def _predicate(value: object, path: str, notes: Notes) -> None:
    """A comparison, a combination of them, or an expression."""
    if isinstance(value, str):
        expression(value, path, notes)
    elif isinstance(value, dict) and "field" not in value:
        combined: dict[str, Check] = {
            "and": list_of(_predicate, 10),
            "or": list_of(_predicate, 10),
            "not": _predicate,
        }
        object_of(combined)(value, path, notes)
    else:
        object_of(_comparison)(value, path, notes)


_condition_keys: dict[str, Check] = {"test": _predicate, "value": any_of("a value", scalar, _dash)}
_condition = object_of(_condition_keys, required=("test", "value"))

_channel_keys: dict[str, Check] = {
    "field": known_field,
    "type": choice("quantitative", "temporal", "ordinal", "nominal"),
    "aggregate": _aggregate,
    "bin": any_of("true, false or an object", boolean, object_of({"maxbins": number(2, 50)})),
    "timeUnit": _time_unit,
    "title": _label,
    "format": _format,
    "sort": _sort,
    "stack": any_of(
        "true, false, null or a kind", boolean, null, choice("zero", "normalize", "center")
    ),
    "axis": _axis_or_null,
    "scale": _scale,
    "legend": _legend,
    "value": any_of("a value", scalar, _dash),
    "datum": scalar,
    "condition": any_of("a condition or several", _condition, list_of(_condition, 6)),
}
_channel = object_of(_channel_keys)
_channels = any_of("a channel or several", _channel, list_of(_channel, 3))

CHANNELS: dict[str, Check] = {
    **dict.fromkeys(("x", "y", "x2", "y2", "xOffset", "yOffset"), _channel),
    **dict.fromkeys(("color", "fill", "stroke", "opacity", "fillOpacity"), _channel),
    **dict.fromkeys(("size", "shape", "strokeWidth", "strokeDash", "text"), _channel),
    **dict.fromkeys(("detail", "order"), _channels),
}

_mark_style: dict[str, Check] = {
    **dict.fromkeys(("color", "fill", "stroke"), _color),
    **dict.fromkeys(("opacity", "fillOpacity", "strokeOpacity"), _share),
    "size": number(0, 2000),
    "shape": _shape,
    "filled": boolean,
    "strokeWidth": number(0, 20),
    "strokeDash": _dash,
}
_mark_part = any_of("true, false or an object", boolean, object_of(_mark_style))
_mark = any_of(
    f"one of {', '.join(MARKS)}, or an object with one as its “type”",
    choice(*MARKS),
    object_of(
        {
            "type": choice(*MARKS),
            **_mark_style,
            "point": _mark_part,
            "line": _mark_part,
            "interpolate": choice("linear", "monotone", "step", "step-before", "step-after"),
            "orient": choice("horizontal", "vertical"),
            "align": choice("left", "center", "right"),
            "baseline": choice("top", "middle", "bottom", "alphabetic"),
            "dx": number(-200, 200),
            "dy": number(-200, 200),
            "angle": number(-360, 360),
            "fontSize": number(8, 32),
            "fontWeight": choice("normal", "bold"),
            "text": text(80),
            "cornerRadius": number(0, 50),
            "thickness": number(0, 20),
            "clip": boolean,
        },
        required=("type",),
    ),
)

_fields = list_of(known_field, 10)
_operation = object_of(
    {"op": _aggregate, "field": known_field, "as": field_name}, required=("op", "as")
)
_window_operation = object_of(
    {
        "op": choice(
            *("row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value"),
            *_aggregates,
        ),
        "field": known_field,
        "param": number(1, 100),
        "as": field_name,
    },
    required=("op", "as"),
)
_sorting = list_of(object_of({"field": known_field, "order": _order}, required=("field",)), 5)
_frame = list_of(any_of("a number or null", null, number(-1000, 1000)), 2)

TRANSFORMS: dict[str, Check] = {
    "filter": object_of({"filter": _predicate}),
    "calculate": object_of({"calculate": expression, "as": field_name}, required=("as",)),
    "aggregate": object_of({"aggregate": list_of(_operation, 10), "groupby": _fields}),
    "joinaggregate": object_of({"joinaggregate": list_of(_operation, 10), "groupby": _fields}),
    "timeUnit": object_of(
        {"timeUnit": _time_unit, "field": known_field, "as": field_name}, required=("field", "as")
    ),
    "fold": object_of({"fold": _fields, "as": list_of(field_name, 2)}, required=("as",)),
    "window": object_of(
        {
            "window": list_of(_window_operation, 10),
            "groupby": _fields,
            "sort": _sorting,
            "frame": _frame,
        }
    ),
}


def _transform(value: object, path: str, notes: Notes) -> None:
    """One transform: known by the key that names it."""
    kinds = [kind for kind in TRANSFORMS if isinstance(value, dict) and kind in value]
    if not kinds:
        notes.add(path, f"must be one of the transforms {', '.join(TRANSFORMS)}.")
        return
    TRANSFORMS[kinds[0]](value, path, notes)


_layer_keys: dict[str, Check] = {
    "mark": _mark,
    "encoding": object_of(CHANNELS),
    "transform": list_of(_transform, MOST_TRANSFORMS),
}
_single = object_of(
    {
        "$schema": pattern(
            r"https://vega\.github\.io/schema/vega-lite/v[56](\.\d{1,2}){0,2}\.json",
            "the address of version 5 or 6 of Vega-Lite",
        ),
        "title": text(120),
        "description": text(500),
        "layer": list_of(object_of(_layer_keys, required=("mark",)), MOST_LAYERS),
        **_layer_keys,
    }
)


def specification(value: object, path: str, notes: Notes) -> None:
    """A whole specification: a mark with its encoding, or layers of such."""
    _single(value, path, notes)
    if isinstance(value, dict) and ("mark" in value) == ("layer" in value):
        notes.add(path, "give either a “mark” or “layer”.")
    if isinstance(value, dict) and value.get("layer") == []:
        notes.add(path, "“layer” is empty.")
