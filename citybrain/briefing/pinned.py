"""A city that stays at one snapshot, whatever is published meanwhile: all numbers of a briefing agree."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citybrain.errors import AccessError, BuildError, nearest
from citybrain.query import City, open_city


@contextmanager
def pinned_city(snapshots: Path, snapshot: str = "") -> Iterator[City]:
    """The city at a snapshot of the folder; without one, at the snapshot that is served now.

    Raises BuildError where none is served, AccessError where none of this id is kept.
    """
    file = _file_of(snapshots, snapshot)
    # A folder with a pointer of its own: the query layer follows pointers, and nobody turns this one.
    with tempfile.TemporaryDirectory(prefix="citybrain-briefing-") as folder:
        (Path(folder) / "current").symlink_to(file)
        yield open_city(Path(folder))


def _file_of(snapshots: Path, snapshot: str) -> Path:
    if snapshot:
        file = snapshots / f"{snapshot}.duckdb"
        kept = [f.stem for f in snapshots.glob("*.duckdb")]
        if snapshot not in kept:
            remedy = f"`citybrain snapshots` lists them.{nearest(snapshot, kept)}"
            raise AccessError(f"snapshot {snapshot}", "no such snapshot is kept", remedy=remedy)
        return file.resolve()
    try:
        return (snapshots / (snapshots / "current").readlink()).resolve(strict=True)
    except OSError:
        raise BuildError(
            str(snapshots), "no snapshot is published yet", remedy="Run `citybrain build` in the city project"
        ) from None
