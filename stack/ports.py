"""Free TCP ports on the loopback address."""

import secrets
import socket

from stack.errors import StackError

HOST = "127.0.0.1"
LAST_PORT = 32000  # Linux hands out ports above 32767 for outgoing connections.


def is_free(port: int) -> bool:
    """Tell whether a service could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Tell whether something accepts connections on this port of 127.0.0.1."""
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True


def random_start() -> int:
    """Return a port to look from, random so that two checkouts rarely look at the same ones."""
    return 20000 + secrets.randbelow(10000)


def next_free(start: int, taken: set[int]) -> int:
    """Return the first free port from `start` on that is not in `taken`.

    Raises:
        StackError: if there is none.
    """
    for port in range(start, LAST_PORT):
        if port not in taken and is_free(port):
            return port
    raise StackError(
        f"No port from {start} to {LAST_PORT} of {HOST} is free.", "Stop a program and try again."
    )
