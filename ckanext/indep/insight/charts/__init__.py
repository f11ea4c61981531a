"""Charts as SVG text: pure functions, one file each, found by name in a registry.

A new chart is a new module here with a function ``(Series, Size) -> Markup`` under
``@register("name")``; it is imported by :mod:`.registry` and needs nothing else.
"""
