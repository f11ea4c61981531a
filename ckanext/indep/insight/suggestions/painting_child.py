"""The child process that makes a PNG of one drawing: ``python -m …``, the SVG on standard input.

The drawing comes from a hostile specification, so its size and its detail are bounded by the limits
of the process. The answer is the PNG in base64, as a JSON text.
"""

from __future__ import annotations

import base64
import json
import sys

from ckanext.indep.insight.suggestions.bounds import DRAWING
from ckanext.indep.tabular.limited import limit_this_process

__all__ = ["main"]


def main() -> None:
    """Paint under limits that a hostile drawing cannot pass."""
    limit_this_process(DRAWING)
    from ckanext.indep.insight.pictures.painting import paint

    sys.stdout.write(json.dumps(base64.b64encode(paint(sys.stdin.read())).decode()))


if __name__ == "__main__":
    main()
