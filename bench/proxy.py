"""nginx with the shipped configuration in front of a portal that is measured, on the loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

SHIPPED = Path(__file__).parent.parent / "docs" / "nginx" / "portal.conf"
PROCESSES = 2
PATIENCE = 10.0

_AROUND = """\
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes {processes};
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/portal.conf;
}}
"""


def program() -> str | None:
    """Return where nginx is, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def in_front_of(url: str) -> Iterator[str | None]:
    """Yield the address of nginx in front of `url`; None, with a line that says so, without it."""
    nginx = program()
    if nginx is None:
        print("nginx is not installed here: left out. (On Debian: apt install nginx-light)\n")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as name:
        folder, port = Path(name), _free_port()
        _configure(folder, urlsplit(url).netloc, port)
        command = [nginx, "-p", name, "-e", f"{name}/error.log", "-c", f"{name}/nginx.conf"]
        process = subprocess.Popen(command, cwd=name)
        try:
            _wait_for(port, process, folder / "error.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _configure(folder: Path, portal: str, port: int) -> None:
    text = SHIPPED.read_text("utf-8")
    for shipped, here in (
        ("server 127.0.0.1:5000;", f"server {portal};"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/var/cache/nginx/portal", f"{folder}/cache"),
    ):
        if text.count(shipped) != 1:
            raise RuntimeError(f"{SHIPPED.name} has no single “{shipped}” to put in its place.")
        text = text.replace(shipped, here)
    (folder / "portal.conf").write_text(text, "utf-8")
    # Its workers give up root, and then cannot write into a folder that is root's alone.
    user = "user root;" if os.geteuid() == 0 else ""
    around = _AROUND.format(folder=folder, processes=PROCESSES, user=user)
    (folder / "nginx.conf").write_text(around, "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start: {log.read_text('utf-8')[-500:]}")
