"""A small safe builder of SVG: everything that is not Markup is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

__all__ = ["drawing", "el", "line", "path", "text"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")

Child = Markup | str
Attribute = str | float | None


def el(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """One element. Trailing underscores are dropped from attribute names (``class_``) and inner
    ones become hyphens (``text_anchor``); None leaves an attribute out; numbers get one decimal.
    """
    parts = [Markup("<") + _name(tag)]
    for key, value in attributes.items():
        if value is not None:
            name = _name(key.rstrip("_").replace("_", "-"))
            parts.append(Markup(' {}="{}"').format(name, _attribute(value)))
    if not children:
        return Markup("").join([*parts, Markup("/>")])
    inner = Markup("").join(escape(child) for child in children)
    return Markup("").join([*parts, Markup(">"), inner, Markup("</"), _name(tag), Markup(">")])


def _name(name: str) -> Markup:
    if not _NAME.fullmatch(name):
        raise ValueError(f"“{name}” is not a name of an element or an attribute.")
    return Markup(name)  # noqa: S704 – letters, digits and hyphens only


def _attribute(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")


def drawing(
    kind: str,
    size_name: str,
    width: float,
    height: float,
    title: str,
    description: str,
    parts: Iterable[Child],
) -> Markup:
    """The root: an image with a name and a description, its shapes hidden from screen readers."""
    return el(
        "svg",
        el("title", title),
        el("desc", description),
        el("g", *parts, aria_hidden="true"),
        xmlns="http://www.w3.org/2000/svg",
        class_=f"indep-chart indep-chart--{kind} indep-chart--{size_name}",
        role="img",
        viewBox=f"0 0 {width:g} {height:g}",
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(pieces: Iterable[list[tuple[float, float]]], class_: str) -> Markup:
    """Lines through points; each piece starts anew, so that a gap stays a gap."""
    commands = ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece) for piece in pieces if piece]
    return el("path", d="".join(commands), class_=class_) if commands else Markup("")


def text(content: str, x: float, y: float, class_: str, anchor: str = "start") -> Markup:
    """A label."""
    return el("text", content, x=x, y=y, class_=class_, text_anchor=anchor)
