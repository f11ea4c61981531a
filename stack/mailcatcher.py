"""SMTP server that delivers to a folder: `python -m stack.mailcatcher PORT FOLDER`."""

import asyncio
import sys
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Catcher:
    """Writes each message to a file of its own, named by time of arrival and number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store one message (the name of this method is aiosmtpd's)."""
        moment = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S.%f")
        path = self.folder / f"{moment}-{next(self.numbers):04}.eml"
        half = path.with_suffix(".new")
        half.write_bytes(envelope.original_content or b"")
        half.replace(path)
        return "250 Message stored"


async def serve(port: int, folder: Path) -> None:
    """Accept mail on the port of 127.0.0.1 until the process is ended."""
    catcher = Catcher(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(catcher), HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
