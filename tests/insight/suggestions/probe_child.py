"""A child for the tests: under the limits of a drawing it tries what it must not."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace

from ckanext.indep.insight.suggestions.bounds import DRAWING
from ckanext.indep.tabular.limited import limit_this_process


def main(attempt: str) -> None:
    """Try one thing and tell how it went."""
    limit_this_process(replace(DRAWING, cpu_seconds=1))
    if attempt == "network":
        answer = [
            *(_refused(socket.socket, family) for family in (socket.AF_INET, socket.AF_INET6)),
            subprocess.run(["cat"], stdin=subprocess.DEVNULL, check=False).returncode,
        ]
    elif attempt == "place":
        answer = [os.listdir("."), sorted(os.environ)]
    elif attempt == "time":
        while True:
            pass
    elif attempt == "memory":
        answer = len(bytearray(2 << 30))
    elif attempt == "file":
        with open("large", "wb") as file:
            answer = file.write(b"x" * (DRAWING.file_bytes or 0) * 2)
    else:
        answer = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid
    sys.stdout.write(json.dumps(answer))


def _refused(open_socket: type[socket.socket], family: int) -> str:
    try:
        open_socket(family)
    except PermissionError:
        return "refused"
    return "open"


if __name__ == "__main__":
    main(sys.argv[1])
