"""Text files in the encodings of departments, written chunk by chunk."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ENCODINGS = ("utf-8", "gb18030")


@contextmanager
def open_encoded(path: Path, encoding: str) -> Iterator[IO[bytes]]:
    """A file that takes UTF-8 bytes and holds them in `encoding` (utf-8 or gb18030).

    Python's codec is slower than `iconv` and gives private-use characters for some rare Han characters in names.

    Raises:
        ValueError: another encoding; not every name can be written in it.
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"The encoding {encoding} is not one of {', '.join(ENCODINGS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        if encoding == "utf-8":
            yield file
            return
        command = ["iconv", "-f", "UTF-8", "-t", encoding.upper()]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file) as converter:
            assert converter.stdin is not None
            yield converter.stdin
            converter.stdin.close()
        if converter.returncode:
            raise OSError(f"iconv could not write {path.name}")
