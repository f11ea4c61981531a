"""The child process that draws one suggestion: ``python -m …``, specifications on standard input.

It gets a JSON list of complete Vega-Lite specifications and answers with one JSON object:
``drawings``, an SVG for each, or ``problem`` in the library's words. Nothing else imports the
library, which holds on to the interpreter, ends the process when memory is short, and hangs in
children that are forked after its use.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ckanext.indep.insight.suggestions.bounds import DRAWING, LARGEST_SVG
from ckanext.indep.tabular.limited import limit_this_process

__all__ = ["main"]

LONGEST_PROBLEM = 300


def main() -> None:
    """Draw under limits that a hostile specification cannot pass."""
    limit_this_process(DRAWING)
    sys.stdout.write(json.dumps(_draw(json.loads(sys.stdin.read()))))


def _draw(specifications: list[dict[str, Any]]) -> dict[str, Any]:
    # Imported under the limits; it may end the process instead of raising.
    import vl_convert

    try:
        drawings = [
            vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
            for specification in specifications
        ]
    except ValueError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        return {"problem": " ".join(lines)[:LONGEST_PROBLEM] or "It cannot be drawn."}
    if any(len(drawing) > LARGEST_SVG for drawing in drawings):
        return {"problem": f"The drawing has more than {LARGEST_SVG:,} characters."}
    return {"drawings": drawings}


if __name__ == "__main__":
    main()
