"""Runs a command each minute, as a cron job would: `python -m stack.ticker COMMAND …`."""

import subprocess
import sys
import time

PERIOD = 60.0


def main(command: list[str]) -> None:
    """Run the command once per period until the process is ended; a failure is the log's matter."""
    while True:
        began = time.monotonic()
        done = subprocess.run(command, check=False)
        if done.returncode:
            print(f"The tick failed with exit code {done.returncode}.", flush=True)
        time.sleep(max(0.0, PERIOD - (time.monotonic() - began)))


if __name__ == "__main__":
    main(sys.argv[1:])
