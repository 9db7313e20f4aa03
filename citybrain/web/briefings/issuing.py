"""Issuing takes some seconds: it goes on in a thread, and every server process can tell how far it is.

What is known of one run lies in a file of the archive, which is locked for as long as somebody works on it; the system lets go
of the lock when that process dies, however it dies. A second request for the same paper finds the file locked and joins in.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from citybrain.errors import AccessError, BuildError, CityBrainError

_RUN = re.compile(r"[0-9a-f]{20}")
_KEPT_SECONDS = 86_400


class Step(StrEnum):
    """What is being done, in its order; the last three are ends."""

    COMPOSE = "compose"
    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    DONE = "done"
    FAILED = "failed"
    BROKEN = "broken"
    """The server stopped meanwhile."""


@dataclass(frozen=True)
class Paper:
    """What is to be issued."""

    week: str
    area: str
    language: str
    snapshot: str
    """The one that the preview showed, whatever has been published since."""

    @property
    def run(self) -> str:
        """The name of the run that makes it."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    paper: Paper
    step: Step = Step.COMPOSE
    issue: str = ""
    """Id of what was issued, when done."""
    trouble: str = ""
    """Why it failed."""


Work = Callable[[Paper, Callable[[str], None]], str]
"""Issues a paper, telling each step, and returns the id of the issue."""


class Issuing:
    """The runs of an archive."""

    def __init__(self, archive: Path, work: Work) -> None:
        self._folder, self._work = archive / ".issuing", work

    def start(self, paper: Paper) -> str:
        """Begins, unless somebody is at it already, and returns the name of the run. Raises BuildError."""
        with self._gate():
            self._clean()
            file = (self._folder / f"{paper.run}.json").open("a+", encoding="utf-8")
            if not _locked(file):
                file.close()
                return paper.run
            _tell(file, Progress(paper))
        threading.Thread(target=self._run, args=(paper, file), name=f"issuing-{paper.run}").start()
        return paper.run

    def progress(self, run: str) -> Progress:
        """How far it is. Raises AccessError for a run that nobody knows."""
        known = self._folder / f"{run}.json"
        unknown = AccessError("briefing", "no such run", remedy="The archive lists what was issued")
        if not _RUN.fullmatch(run) or not known.exists():
            raise unknown
        with self._gate(), known.open("r+", encoding="utf-8") as file:
            try:
                said: dict[str, Any] = json.load(file)
            except ValueError:
                # The machine stopped before a word was written.
                raise unknown from None
            progress = Progress(Paper(**said["paper"]), Step(said["step"]), said["issue"], said["trouble"])
            is_idle = _locked(file)
        return replace(progress, step=Step.BROKEN) if is_idle and not is_over(progress) else progress

    def _run(self, paper: Paper, file: IO[str]) -> None:
        now = Progress(paper)

        def tell(progress: Progress) -> None:
            with self._gate():
                _tell(file, progress)

        with file:
            try:
                issue = self._work(paper, lambda step: tell(replace(now, step=Step(step))))
                tell(replace(now, step=Step.DONE, issue=issue))
            except CityBrainError as error:
                tell(replace(now, step=Step.FAILED, trouble=error.sentence()))
            except Exception:
                logging.getLogger(__name__).exception("a briefing could not be issued")
                tell(replace(now, step=Step.FAILED))

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Held for moments only, while a file is looked at or written, so that nobody reads half a file."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            gate = (self._folder / "gate").open("a", encoding="ascii")
        except OSError as error:
            raise BuildError(
                str(self._folder.parent), "the archive cannot be written", found=error.strerror or "",
                remedy="Whoever runs the server gives it the right to write there",
            ) from error  # fmt: skip
        with gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _clean(self) -> None:
        for old in self._folder.glob("*.json"):
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                with old.open("a", encoding="utf-8") as file:
                    if _locked(file):
                        old.unlink()


def is_over(progress: Progress) -> bool:
    """Whether nothing more will happen."""
    return progress.step in (Step.DONE, Step.FAILED, Step.BROKEN)


def _locked(file: IO[str]) -> bool:
    """Takes the lock of a run for as long as the file is open; False where somebody has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell(file: IO[str], progress: Progress) -> None:
    file.seek(0)
    file.truncate()
    json.dump(asdict(progress), file)
    file.flush()
