"""One snapshot file in the making: only what changed since the served one is computed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from citybrain.areas import AreaTree
from citybrain.build.declarations import Declarations
from citybrain.build.fingerprints import FORMAT, Parts, areas_fingerprint, cube_sources, digest, fingerprints
from citybrain.build.keys import keep_one_row_a_key
from citybrain.build.linking import link_records, linkage_fingerprints, linked_tables, with_links
from citybrain.build.reference import write_areas, write_feeds, write_snapshot
from citybrain.build.sealing import seal_identities
from citybrain.build.side_by_side import Step, make_side_by_side
from citybrain.build.told import write_contracts, write_delivered_columns, write_quarantine_reasons
from citybrain.indicators import build_cube, defined, silent_changes
from citybrain.ingest import Batch, Progress
from citybrain.models import Model
from citybrain.project import Project
from citybrain.reconciliation import build_reconciliation
from citybrain.reporting import (
    build_delays,
    build_outliers,
    build_reports,
    build_validation,
    build_value_states,
    build_zeros,
    last_known,
)
from citybrain.sql import literal
from citybrain.warehouse import (
    arm_pseudonyms,
    connect,
    connect_beside,
    copy_served,
    create_records,
    record_fingerprints,
    served_file,
)

SIDE_BY_SIDE = min(2, os.cpu_count() or 1)
"""Steps made at a time: many use one processor, few use more than two."""
MOST_MEMORY = 2 << 30
"""Bytes for all steps together: a county of 10 million is built with them beside the programs that serve it. With all the
memory of the machine it is quicker by a tenth."""


class SnapshotBuilder:
    """Builds the file in the work folder; `snapshot` is its name and `built` what had to be computed."""

    def __init__(
        self, project: Project, declarations: Declarations, areas: AreaTree, batches: Sequence[Batch],
        as_of: dt.datetime | None, work: Path,
    ) -> None:  # fmt: skip
        self.project, self.declarations, self.areas = project, declarations, areas
        self.batches, self.as_of, self.work = batches, as_of, work
        self.built: list[str] = []
        self.findings: list[str] = []
        self.file = work / "snapshot.duckdb"
        self.con = connect(scratch=work, most_memory=MOST_MEMORY)
        arm_pseudonyms(self.con, project.paths)
        self.had = self._served_fingerprints()
        self.inputs = record_fingerprints(declarations.contracts, batches, as_of)
        self.linkage = linkage_fingerprints(project, self.inputs, areas.fingerprint)
        self.wanted: Parts = {}
        self.snapshot = self.content = ""

    def run(self, progress: Progress) -> Path | None:
        """Computes what changed; returns the finished file, or None if the served one says it all already.

        The vault is sealed beside it, and whole before the file is handed out; a past view leaves it alone.
        """
        if self.as_of is not None:
            return self._compute(progress)
        with ThreadPoolExecutor(1, "vault") as beside:
            sealed = beside.submit(
                seal_identities, self.project, self.declarations.contracts, self.batches, self.work, progress
            )
            file = self._compute(progress)
            sealed.result()
        return file

    def _compute(self, progress: Progress) -> Path | None:
        unlinked = [p for p, made_of in self.linkage.items() if not (self._may_stay() and self.had.get(p) == made_of)]
        if not unlinked:
            self._settle({n: v for n, v in self.had.items() if n.startswith("links ")})
            if self.had == self.wanted:
                self.snapshot = served_file(self.project.paths).stem  # type: ignore[union-attr]
                return None
        self._open_file()
        if self.had.get("shared.areas") != areas_fingerprint(self.areas):
            write_areas(self.con, self.areas)
        with self._connections() as connections:
            if unlinked:
                self._settle(self._link(connections, progress, unlinked))
            self._create_records()
            steps, begun = self._steps(), count()
            make_side_by_side(connections, steps, lambda name: progress("models", next(begun), len(steps), name))
        write_snapshot(self.con, self.project, self.snapshot, self.as_of, self.content)
        self._write_fingerprints()
        self._finish()
        return self.file

    def close(self) -> None:
        """Lets go of every file."""
        self.con.close()

    @contextmanager
    def _connections(self) -> Iterator[list[duckdb.DuckDBPyConnection]]:
        """As many connections to the file in the making as steps are made at a time."""
        with ExitStack() as opened:
            beside = [opened.enter_context(closing(connect_beside(self.con))) for _ in range(SIDE_BY_SIDE - 1)]
            for con in beside:
                arm_pseudonyms(con, self.project.paths)
                con.execute("USE snapshot")
            yield [self.con, *beside]

    def _open_file(self) -> None:
        """A copy of the served snapshot where part of it may stay; an empty file where all is new."""
        if self._may_stay():
            copy_served(self.project.paths, self.file)
        else:
            self.had = {}
        self.con.execute(f"ATTACH {literal(self.file)} AS snapshot")
        self.con.execute("USE snapshot")
        for schema in ("shared", "marts", "meta"):
            self.con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")

    def _may_stay(self) -> bool:
        """Whether parts of the served snapshot can be those of this one."""
        return self.as_of is None and self.had.get("format") == FORMAT

    def _link(
        self, connections: Sequence[duckdb.DuckDBPyConnection], progress: Progress, stale: Sequence[str]
    ) -> Parts:
        """Makes the stale parts of the linkage; the others came with the served snapshot."""
        progress("linkage", 0, 1, ", ".join(stale))
        previous = served_file(self.project.paths) if self.as_of is None else None
        links = link_records(
            connections, self.project, self.declarations.contracts, self.batches, self.as_of, previous, stale
        )
        self.findings += links.findings
        self.built += stale
        return links.parts

    def _settle(self, links: Parts) -> None:
        """What is wanted, now that the links are known; names the snapshot after it."""
        inputs = with_links(self.inputs, links)
        self.wanted = fingerprints(self.project, self.declarations, self.areas, self.batches, self.as_of, inputs)
        self.wanted |= links | self.linkage | {"format": FORMAT}
        self.content = digest(*(f"{name}:{value}" for name, value in sorted(self.wanted.items())))
        when = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}" if self.as_of is None else f"asof-{self.as_of:%Y%m%dT%H%M%S}"
        self.snapshot = f"{when}-{self.content[:8]}"

    def _create_records(self) -> None:
        create_records(
            self.con, self.project, self.declarations.contracts, self.batches, self.as_of, linked_tables(self.wanted)
        )

    def _served_fingerprints(self) -> dict[str, str]:
        served = served_file(self.project.paths)
        if served is None:
            return {}
        con = connect(served, read_only=True)
        try:
            return dict(con.execute("SELECT part, fingerprint FROM meta.parts").fetchall())
        finally:
            con.close()

    def _is_stale(self, part: str) -> bool:
        return self.had.get(part) != self.wanted[part]

    def _steps(self) -> list[Step]:
        """What is to be made of the records, in the order in which it begins; numbers come after all tables that they count."""
        stale = [model for model in self.declarations.models if self._is_stale(model.name)]
        tables = frozenset(model.name for model in stale)
        known = tables | {"shared.reports"}
        steps = [Step(model.name, partial(self._run_model, model), model.reads) for model in stale]
        # Reports are counted from what is told of feeds and batches.
        steps.append(Step("feeds", self._tell_of_feeds))
        steps += self._step("shared.reports", tables | {"feeds"}, self._build_reports)
        steps.append(Step("cube", self._build_cube, known))
        steps += self._step("marts.zeros", known, lambda con: build_zeros(con, self.declarations.zero_rules))
        steps.append(Step("reconciliation", self._reconcile, known))
        return steps + self._verdicts(known)

    def _verdicts(self, known: frozenset[str]) -> list[Step]:
        said, now = self.declarations, last_known(self.batches, self.as_of)
        of_zeros, of_cells = known | {"marts.zeros"}, known | {"cube"}
        return [
            *self._step("marts.value_states", of_zeros, lambda con: build_value_states(con, said.indicators)),
            *self._step("marts.outliers", known, build_outliers),
            *self._step("marts.validation", of_cells, lambda con: build_validation(con, said.validation)),
            *self._step("marts.delays", known, lambda con: build_delays(con, said.clocks, now, self.project.timezone)),
        ]

    def _step(
        self, part: str, needs: frozenset[str], make: Callable[[duckdb.DuckDBPyConnection], object]
    ) -> list[Step]:
        """The step that makes a part of the snapshot; none where it is what it should be."""
        if not self._is_stale(part):
            return []

        def build_part(con: duckdb.DuckDBPyConnection) -> None:
            make(con)
            self.built.append(part)

        return [Step(part, build_part, needs)]

    def _run_model(self, model: Model, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"CREATE OR REPLACE TABLE {model.name} AS {model.sql}")
        if finding := keep_one_row_a_key(con, model.name):
            self.findings.append(finding)
        self.built.append(model.name)

    def _tell_of_feeds(self, con: duckdb.DuckDBPyConnection) -> None:
        """Feeds, batches, terms and columns of contracts, and why rows were set aside."""
        contracts = self.declarations.contracts
        known = [b for b in self.batches if self.as_of is None or b.received_at <= self.as_of]
        write_feeds(con, self.project.paths, contracts, self.batches, self.as_of)
        write_contracts(con, contracts)
        write_delivered_columns(con, contracts, known)
        write_quarantine_reasons(con, self.project.paths, contracts, known)

    def _build_reports(self, con: duckdb.DuckDBPyConnection) -> None:
        build_reports(con, self.project, self.declarations.contracts, self.batches, self.as_of)

    def _build_cube(self, con: duckdb.DuckDBPyConnection) -> None:
        sources = cube_sources(self.declarations.indicators)
        stale = [s for s in sources if self._is_stale(f"cube {s}")]
        if stale or self._is_stale("dictionary"):
            before = defined(con)
            day = (self.as_of or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(self.project.timezone)).date()
            build_cube(con, self.declarations.indicators, day, stale if len(stale) < len(sources) else None)
            self.built += [f"cube {s}" for s in stale]
            self.findings += silent_changes(before, defined(con))

    def _reconcile(self, con: duckdb.DuckDBPyConnection) -> None:
        rules = self.declarations.reconciliations
        stale = [r.id for r in rules if self._is_stale(f"reconciliation {r.id}")]
        if stale or self.had.keys() - self.wanted.keys():
            self.findings += build_reconciliation(con, rules, stale).findings
            self.built += [f"reconciliation {rule}" for rule in stale]

    def _write_fingerprints(self) -> None:
        self.con.execute("CREATE OR REPLACE TABLE meta.parts (part VARCHAR, fingerprint VARCHAR)")
        self.con.executemany("INSERT INTO meta.parts VALUES (?, ?)", sorted(self.wanted.items()))

    def _finish(self) -> None:
        """Flushes the file and lets go of it, so that it can be moved."""
        self.con.execute("CHECKPOINT snapshot")
        self.con.execute("USE memory")
        self.con.execute("DETACH snapshot")
