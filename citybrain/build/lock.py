"""One build at a time: a lock that the system lets go of when the process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from citybrain.errors import BuildError
from citybrain.project import Paths


@contextmanager
def build_lock(paths: Paths) -> Iterator[None]:
    """Holds the project's build lock.

    Raises:
        BuildError: another build holds it, or the data folder cannot be written.
    """
    try:
        paths.data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(paths.data / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BuildError(
            str(paths.data), "the data folder cannot be written", found=error.strerror or "",
            remedy="Give the user that runs CityBrain the right to write, or state another folder under [paths] in city.toml",
        ) from error  # fmt: skip
    with os.fdopen(descriptor, "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildError(
                str(paths.data), "another build is running", found=f"process {lock.read().strip() or 'unknown'}",
                remedy="Wait until it has finished; nothing was changed",
            ) from error  # fmt: skip
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
