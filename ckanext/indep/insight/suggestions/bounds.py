"""What drawing one suggestion may cost (pure)."""

from __future__ import annotations

import resource

from ckanext.indep.tabular.limited import Bounds

__all__ = ["DRAWING", "LARGEST_SVG"]

LARGEST_SVG = 400_000
"""Most characters of one drawing."""

DRAWING = Bounds(
    seconds=40,
    cpu_seconds=15,
    memory_bytes=1 << 30,
    # The JavaScript engine reserves far more addresses than it uses.
    memory=resource.RLIMIT_DATA,
    file_bytes=2_000_000,
    network=False,
)
"""Drawing both sizes takes about 2 seconds and 200 MB."""
