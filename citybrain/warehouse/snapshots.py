"""Snapshots: immutable DuckDB files beside one another, and a link that says which one is served."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import AccessError, BuildError, nearest
from citybrain.project import Paths, Project
from citybrain.warehouse.engine import connect

KEPT = 7
"""How many snapshots stay for rolling back; older numbers are made again with `build --as-of`."""


@dataclass(frozen=True)
class SnapshotInfo:
    """One published file: `as_of` is None where everything known was taken."""

    snapshot: str
    file: Path
    built_at: dt.datetime
    as_of: dt.datetime | None
    size: int
    is_served: bool


def served_file(paths: Paths) -> Path | None:
    """The file that readers open now, or None before the first build."""
    try:
        return (paths.snapshots / (paths.snapshots / "current").readlink()).resolve(strict=True)
    except FileNotFoundError:
        return None


def list_snapshots(project: Project) -> list[SnapshotInfo]:
    """Every snapshot kept, newest first."""
    served = served_file(project.paths)
    return [_info(file, served) for file in _newest_first(project.paths)]


def _newest_first(paths: Paths) -> list[Path]:
    """By when they were published; names of past views sort otherwise."""
    return sorted(paths.snapshots.glob("*.duckdb"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)


def _info(file: Path, served: Path | None) -> SnapshotInfo:
    con = connect(file, read_only=True)
    try:
        row = con.execute("SELECT built_at, as_of FROM meta.snapshot").fetchone()
    finally:
        con.close()
    built_at, as_of = row or (None, None)
    return SnapshotInfo(file.stem, file, built_at, as_of, file.stat().st_size, file.resolve() == served)


def publish(paths: Paths, built: Path, snapshot: str, *, serve: bool) -> Path:
    """Moves a finished file among the snapshots and, if `serve`, turns the readers to it, atomically.

    Raises:
        BuildError: the snapshot folder cannot be written.
    """
    target = paths.snapshots / f"{snapshot}.duckdb"
    try:
        paths.snapshots.mkdir(parents=True, exist_ok=True)
        with built.open("rb") as finished:
            os.fsync(finished.fileno())
        built.replace(target)
        if serve:
            _point(paths, target)
    except OSError as error:
        raise BuildError(
            str(paths.snapshots),
            "the snapshot cannot be published",
            found=error.strerror or "",
            remedy="Make room or give the right to write",
        ) from error
    _prune(paths)
    return target


def roll_back(project: Project, snapshot: str) -> SnapshotInfo:
    """Serves a kept snapshot again.

    Raises:
        AccessError: no snapshot of that name is kept.
    """
    kept = {s.snapshot: s for s in list_snapshots(project)}
    if snapshot not in kept:
        raise AccessError(
            snapshot, "no such snapshot is kept", remedy="`citybrain snapshots` lists them." + nearest(snapshot, kept)
        )
    _point(project.paths, kept[snapshot].file)
    return _info(kept[snapshot].file, kept[snapshot].file.resolve())


def _point(paths: Paths, target: Path) -> None:
    beside = paths.snapshots / f"current.{os.getpid()}"
    beside.unlink(missing_ok=True)
    beside.symlink_to(target.name)
    beside.replace(paths.snapshots / "current")


def _prune(paths: Paths) -> None:
    """Readers that still hold a removed file keep it until they let go."""
    served = served_file(paths)
    for file in _newest_first(paths)[KEPT:]:
        if file.resolve() != served:
            file.unlink()


def copy_served(paths: Paths, to: Path) -> bool:
    """Copies the served file as the start of the next one; False where there is none."""
    served = served_file(paths)
    if served is None:
        return False
    shutil.copyfile(served, to)
    return True
