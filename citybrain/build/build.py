"""The whole way of the data in the right order, under one lock: ingest, models, indicators, vault, publish."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from citybrain.areas import AreaTree, load_areas
from citybrain.build.declarations import KEPT, Declarations, load_declarations
from citybrain.build.lock import build_lock
from citybrain.build.snapshot import SnapshotBuilder
from citybrain.contracts.contract import Contract
from citybrain.errors import BuildError, CityBrainError
from citybrain.ingest import Desk, IngestReport, Progress, findings_of, ingest_new
from citybrain.project import Project
from citybrain.warehouse import connect_for_checking, publish

DESKS = min(4, os.cpu_count() or 1)
"""Feeds that are read side by side: one a processor, and no more than fit in memory together."""


@dataclass(frozen=True)
class FeedReport:
    """What one feed brought into this build."""

    feed: str
    batches_new: int = 0
    rows_in: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    layout: int = 0
    out_of_scope: int = 0
    findings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuildReport:
    """What one build did."""

    snapshot: str
    published: bool
    """False when nothing had changed, or for a past `as_of`, which is kept but not served."""
    feeds: tuple[FeedReport, ...]
    findings: tuple[str, ...]
    models_built: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)


def build(project: Project, as_of: dt.datetime | None = None, progress: Progress | None = None) -> BuildReport:
    """Takes what is new and publishes a snapshot of what is known, or was known at `as_of`.

    A delivery that cannot be taken is reported and stops nothing else. A snapshot of a past `as_of` is kept beside
    the others and not served. Killed at any moment, the served snapshot stays whole and the next build goes on.

    Raises:
        ContractError: a declaration is wrong; nothing was read.
        BuildError: another build runs, or the disk, a folder or the engine refuses.
    """
    clock = _Clock()
    progress = progress or (lambda *_: None)
    with build_lock(project.paths), _work_folder(project) as work, _engine_errors(project):
        with clock.timing("declarations"):
            declarations = load_declarations(project)
        with clock.timing("areas"):
            areas = load_areas(project)
        with clock.timing("ingest"):
            taken = _ingest(project, areas, declarations, work, progress)
        builder = SnapshotBuilder(project, declarations, areas, taken.batches, as_of, work)
        try:
            with clock.timing("models"):
                built = builder.run(progress)
            published = built is not None and as_of is None
            if built is not None:
                with clock.timing("publish"):
                    publish(project.paths, built, builder.snapshot, serve=published)
        finally:
            builder.close()
    findings = (*areas.findings, *taken.findings, *sorted(builder.findings))
    return BuildReport(
        builder.snapshot, published, _feeds(declarations.contracts, taken), findings, tuple(sorted(builder.built)),
        clock.seconds,
    )  # fmt: skip


def _ingest(
    project: Project, areas: AreaTree, declarations: Declarations, work: Path, progress: Progress
) -> IngestReport:
    """Takes what is new, at desks that are closed whatever happens."""
    with ExitStack() as engines:
        desks = [
            Desk(project, areas, engines.enter_context(connect_for_checking(work, DESKS)), work) for _ in range(DESKS)
        ]
        return ingest_new(desks, declarations.contracts, progress)


def _feeds(contracts: Sequence[Contract], taken: IngestReport) -> tuple[FeedReport, ...]:
    reports = []
    for contract in contracts:
        fresh = [b for b in taken.fresh if b.feed == contract.feed]
        counted = ("rows_in", "accepted", "quarantined", "duplicate", "layout", "out_of_scope")
        reports.append(
            FeedReport(
                contract.feed,
                len(fresh),
                **{name: sum(getattr(b, name) for b in fresh) for name in counted},
                findings=findings_of(fresh),
                errors=tuple(error for feed, error in taken.errors if feed == contract.feed),
            )
        )
    return tuple(reports)


class _Clock:
    """Seconds by stage, for the report."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - began, 3)


@contextmanager
def _work_folder(project: Project) -> Iterator[Path]:
    """The scratch folder, private to the owner; emptied of what a killed build left, but not of area tree and declarations."""
    work = project.paths.work
    try:
        for left in work.glob("*") if work.exists() else ():
            if left.name.startswith("areas-") or left.name == KEPT:
                continue
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        for private in (work, project.paths.accepted, project.paths.quarantine, project.paths.archive):
            private.mkdir(parents=True, exist_ok=True)
            private.chmod(0o700)
    except OSError as error:
        raise _disk(project, error) from error
    yield work


@contextmanager
def _engine_errors(project: Project) -> Iterator[None]:
    """Turns what disk and engine throw into one sentence with a remedy."""
    try:
        yield
    except CityBrainError:
        raise
    except OSError as error:
        raise _disk(project, error) from error
    except duckdb.Error as error:
        raise BuildError(
            str(project.paths.data), "the engine refused a step of the build", found=type(error).__name__,
            remedy="Make room (disk, memory) and build again; the served snapshot is untouched. Details: the log in data/work",
        ) from error  # fmt: skip


def _disk(project: Project, error: OSError) -> BuildError:
    return BuildError(
        str(error.filename or project.paths.data), "the project's folder cannot be written", found=error.strerror or "",
        remedy="Make room or give the right to write, and build again; the served snapshot is untouched",
    )  # fmt: skip
