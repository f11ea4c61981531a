"""Many requests for one page over a few connections, with a client that costs next to nothing."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 4
SECONDS = 120.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """An answer as bytes."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, or an empty text."""
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""


def get(address: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask once."""
    return _Connection(address, headers or {}).ask()


def per_second(
    address: str, number: int, headers: Mapping[str, str] | None = None, status: int = 200
) -> float:
    """Ask `number` times over `CONNECTIONS` connections; return the requests per second.

    A server that keeps connections open is asked over the same ones.

    Raises:
        RuntimeError: for an answer with another status.
    """
    share = max(1, number // CONNECTIONS)

    def work(connection: _Connection) -> None:
        for _ in range(share):
            connection.expect(status)

    connections = [_Connection(address, headers or {}) for _ in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        list(pool.map(work, connections))
        return share * CONNECTIONS / (time.perf_counter() - began)


def per_second_of(addresses: Sequence[str]) -> float:
    """Ask for each address once, `CONNECTIONS` at a time; return the requests per second."""
    connections = [_Connection(address, {}) for address in addresses]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        list(pool.map(_Connection.expect, connections))
        return len(addresses) / (time.perf_counter() - began)


class _Connection:
    """One HTTP/1.1 connection, opened again when the server closes it."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(address)
        self._peer = (parts.hostname or "127.0.0.1", parts.port or 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._socket: socket.socket | None = None

    def expect(self, status: int = 200) -> None:
        """Ask, and raise RuntimeError for another status."""
        answer = self.ask()
        if answer.status != status:
            raise RuntimeError(f"Answered {answer.status}: {answer.body[:200]!r}")

    def ask(self) -> Answer:
        """Send the request and read the answer to its end."""
        open_ = self._socket or socket.create_connection(self._peer, SECONDS)
        open_.sendall(self._request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(open_)
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head.split(None, 2)[1])
        length = _LENGTH.search(head)
        if length is None and status != 304:
            raise RuntimeError("The answer does not say how long it is.")
        rest = [body]
        missing = (int(length[1]) if length and status != 304 else 0) - len(body)
        while missing > 0:
            rest.append(self._more(open_))
            missing -= len(rest[-1])
        self._socket = open_
        if _CLOSES.search(head):
            open_.close()
            self._socket = None
        return Answer(status, head, b"".join(rest))

    @staticmethod
    def _more(open_: socket.socket) -> bytes:
        received = open_.recv(1 << 16)
        if not received:
            raise RuntimeError("The server closed the connection too early.")
        return received
