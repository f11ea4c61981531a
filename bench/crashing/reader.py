"""What a stranger sees of a dataset, once or all the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import requests

from bench.crashing.words import DRAFT, versions, word

SECONDS = 30
PAUSE = 0.02
LASTING = {"metadata", "rows"}
"""What must not go back to the old version once the new one was seen."""


class Reader:
    """Asks the portal anonymously, and returns the versions that an answer has words of."""

    def __init__(self, url: str, name: str, resource_id: str) -> None:
        self._url = url
        self._name = name
        self._resource = resource_id
        self._http = requests.Session()

    def shown(self) -> set[int] | None:
        """Read the dataset's metadata."""
        return self._versions("/api/3/action/package_show", id=self._name)

    def told(self) -> set[int] | None:
        """Read the rows of its table."""
        path = "/api/3/action/datastore_search"
        return self._versions(path, resource_id=self._resource, limit="100")

    def found(self) -> set[int] | None:
        """Look for it by its name."""
        return self._versions("/api/3/action/package_search", fq=f"name:{self._name}")

    def page(self) -> set[int] | None:
        """Read its page, on which titles of earlier versions may stand as well."""
        return self._versions(f"/dataset/{self._name}")

    def found_by(self, version: int) -> set[int] | None:
        """Look for the word of a version, without counting that the answer repeats it.

        Similar words are found as well, so that other datasets may be among the results.
        """
        answer = self._get("/api/3/action/package_search", q=word(version), rows="100")
        if answer is None:
            return None
        return versions(str(answer.json()["result"]["results"]))

    def _versions(self, path: str, **query: str) -> set[int] | None:
        answer = self._get(path, **query)
        return None if answer is None else versions(answer.text)

    def _get(self, path: str, **query: str) -> requests.Response | None:
        """Return a good answer, or None: while something is down nothing is shown at all."""
        try:
            answer = self._http.get(self._url + path, params=query, timeout=SECONDS)
        except requests.RequestException:
            return None
        return answer if answer.status_code == 200 else None


@dataclass
class Watch:
    """What a stranger has seen of one dataset.

    Args:
        reader: how he looks.
        old: the version that was public before.
        new: the version that is being decided about.
    """

    reader: Reader
    old: int
    new: int
    decided: threading.Event = field(default_factory=threading.Event)
    wrong: list[str] = field(default_factory=list)
    answers: int = 0
    _seen_new: set[str] = field(default_factory=set[str])

    @property
    def saw_new(self) -> bool:
        """Whether the new version was seen at all."""
        return bool(self._seen_new)

    def look(self) -> None:
        """Look at it once in each way."""
        reader = self.reader
        either = {self.old, self.new}
        # How it is asked, and the versions of which the answer must show one, wholly.
        steps: dict[str, tuple[Callable[[], set[int] | None], set[int] | None]] = {
            "rows": (reader.told, either),
            "search": (reader.found, either),
            "search for the new": (lambda: reader.found_by(self.new), None),
            "search for a draft": (lambda: reader.found_by(DRAFT), None),
            "page": (reader.page, None),
            "metadata": (reader.shown, either),
        }
        newer: list[str] = []
        for name, (ask, possible) in steps.items():
            seen = ask()
            was_decided = self.decided.is_set()
            if seen is not None:
                self.answers += 1
                self._judge(name, seen, possible, was_decided, newer)
                if self.new in seen:
                    newer.append(name)
            time.sleep(PAUSE)

    def _judge(
        self, name: str, seen: set[int], possible: set[int] | None, decided: bool, newer: list[str]
    ) -> None:
        """Note what is wrong with one answer; `newer` showed the new version in this round."""
        if DRAFT in seen or (possible and not (len(seen) == 1 and seen <= possible)):
            self.wrong.append(f"{name} showed {sorted(seen)} from {self.old}, {self.new}")
        if self.new in seen:
            if not decided:
                self.wrong.append(f"{name} showed {self.new} before it was decided")
            self._seen_new.add(name)
        elif name == "metadata" and newer:
            self.wrong.append(f"{newer} showed {self.new} before the metadata did")
        elif name in self._seen_new & LASTING:
            self.wrong.append(f"{name} went back to {self.old}")


class Stranger:
    """Somebody who looks at datasets all the time, in a thread of his own.

    Every second look is at the one that is attended to, the others take turns.
    """

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = watches
        self._attended = watches[0]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def attend(self, watch: Watch) -> None:
        """Look at this one more often from now on."""
        self._attended = watch

    def __enter__(self) -> Stranger:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        for other in cycle(self._watches):
            for watch in (self._attended, other):
                if self._ended.is_set():
                    return
                watch.look()
