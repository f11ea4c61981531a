"""Ports and secrets of a stack, made at the first `up` and kept in settings.json."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from stack import files, ports
from stack.errors import StackError


@dataclass
class Settings:
    """What a stack remembers.

    Args:
        ports: port of each service on 127.0.0.1, by the service's name.
        secrets: password or key, by its name.
    """

    ports: dict[str, int] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def secret(self, name: str) -> str:
        """Return the secret of that name, made of 32 random bytes on first use."""
        return self.secrets.setdefault(name, secrets.token_hex(32))


def load(path: Path) -> Settings:
    """Read settings.json; a missing file gives empty settings.

    Raises:
        StackError: if the file is not what `save` wrote.
    """
    if not path.exists():
        return Settings()
    try:
        content = json.loads(path.read_text())
        return Settings(
            ports={str(name): int(port) for name, port in content["ports"].items()},
            secrets={str(name): str(secret) for name, secret in content["secrets"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StackError(
            f"{path} cannot be read as settings ({type(error).__name__}: {error}).",
            "It holds the passwords of the databases beside it: put a good copy back, "
            "or start anew without data by ./portal reset.",
        ) from None


def save(path: Path, settings: Settings) -> None:
    """Write settings.json, readable by its owner only."""
    files.write(path, json.dumps(asdict(settings), indent=2) + "\n")


def choose_ports(
    settings: Settings,
    names: Iterable[str],
    running: set[str],
    preferred: Mapping[str, int] | None = None,
) -> list[str]:
    """Give each named service a free port, keeping those that it has where possible.

    A running service keeps its port; one with a preferred port gets that or the next free one.
    Returns one sentence for each port that had to change.
    """
    remarks: list[str] = []
    for name in names:
        port = settings.ports.get(name)
        if name in running or (port and ports.is_free(port)):
            continue
        taken = set(settings.ports.values())
        start = (preferred or {}).get(name) or ports.random_start()
        settings.ports[name] = ports.next_free(start, taken)
        if port:
            remarks.append(
                f"port {port} of {name} is taken by another program, "
                f"so it moves to {settings.ports[name]}"
            )
    return remarks
