"""One snapshot file in the making: only what changed since the served one is computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

from citybrain.areas import AreaTree
from citybrain.build.declarations import Declarations
from citybrain.build.fingerprints import FORMAT, Parts, areas_fingerprint, cube_sources, digest, fingerprints
from citybrain.build.linking import link_records, linkage_fingerprints, linked_tables, with_links
from citybrain.build.reference import write_areas, write_feeds, write_snapshot
from citybrain.build.sealing import seal_identities
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
from citybrain.schema.shared import SHARED_TABLES
from citybrain.sql import literal, quote
from citybrain.warehouse import (
    arm_pseudonyms,
    connect,
    copy_served,
    create_records,
    record_fingerprints,
    served_file,
)


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
        self.con = connect(scratch=work)
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
        if unlinked:
            self._settle(self._link(progress, unlinked))
        self._create_records()
        changed = [m for m in self.declarations.models if self._is_stale(m.name)]
        for done, model in enumerate(changed):
            progress("models", done, len(changed), model.name)
            self._run_model(model)
        self._tell_of_feeds()
        self._build_reports(progress)
        self._build_cube(progress)
        self._judge_reports(progress)
        self._reconcile(progress)
        write_snapshot(self.con, self.project, self.snapshot, self.as_of, self.content)
        self._write_fingerprints()
        self._finish()
        return self.file

    def close(self) -> None:
        """Lets go of every file."""
        self.con.close()

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

    def _link(self, progress: Progress, stale: Sequence[str]) -> Parts:
        """Makes the stale parts of the linkage; the others came with the served snapshot."""
        progress("linkage", 0, 1, ", ".join(stale))
        previous = served_file(self.project.paths) if self.as_of is None else None
        links = link_records(
            self.con, self.project, self.declarations.contracts, self.batches, self.as_of, previous, stale
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

    def _run_model(self, model: Model) -> None:
        self.con.execute(f"CREATE OR REPLACE TABLE {model.name} AS {model.sql}")
        self._one_row_a_key(model)
        self.built.append(model.name)

    def _one_row_a_key(self, model: Model) -> None:
        """Run = test: the declared key of a table identifies one row.

        Two feeds or files may state one key differently. The row that came last counts then, and a finding says so: one
        department's overlap must not stop the others.
        """
        key = SHARED_TABLES[model.name.split(".")[1]].key
        if not key:
            return
        columns = ", ".join(quote(k) for k in key)
        present = " AND ".join(f"{quote(k)} IS NOT NULL" for k in key)
        row = self.con.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM {model.name} WHERE {present} GROUP BY ALL HAVING count(*) > 1)"
        ).fetchone()
        if row is None or not row[0]:
            return
        self.con.execute(
            f"CREATE OR REPLACE TABLE {model.name} AS SELECT * FROM {model.name} QUALIFY NOT ({present})"
            f" OR row_number() OVER (PARTITION BY {columns} ORDER BY batch DESC, source_line DESC) = 1"
        )
        self.findings.append(
            f"{model.name}: {row[0]} keys ({', '.join(key)}) are stated by more than one row; the one that came last counts."
            ' Let one feed deliver them, or state `delivery = "upsert"`.'
        )

    def _tell_of_feeds(self) -> None:
        """Feeds, batches, terms and columns of contracts, and why rows were set aside."""
        contracts = self.declarations.contracts
        known = [b for b in self.batches if self.as_of is None or b.received_at <= self.as_of]
        write_feeds(self.con, self.project.paths, contracts, self.batches, self.as_of)
        write_contracts(self.con, contracts)
        write_delivered_columns(self.con, contracts, known)
        write_quarantine_reasons(self.con, self.project.paths, contracts, known)

    def _build_reports(self, progress: Progress) -> None:
        if self._is_stale("shared.reports"):
            progress("reports", 0, 1, "")
            build_reports(self.con, self.project, self.declarations.contracts, self.batches, self.as_of)
            self.built.append("shared.reports")

    def _build_cube(self, progress: Progress) -> None:
        sources = cube_sources(self.declarations.indicators)
        stale = [s for s in sources if self._is_stale(f"cube {s}")]
        if stale or self._is_stale("dictionary"):
            progress("indicators", 0, 1, ", ".join(stale))
            before = defined(self.con)
            day = (self.as_of or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(self.project.timezone)).date()
            build_cube(self.con, self.declarations.indicators, day, stale if len(stale) < len(sources) else None)
            self.built += [f"cube {s}" for s in stale]
            self.findings += silent_changes(before, defined(self.con))

    def _judge_reports(self, progress: Progress) -> None:
        said, now = self.declarations, last_known(self.batches, self.as_of)
        verdicts: dict[str, Callable[[], object]] = {
            "marts.zeros": lambda: build_zeros(self.con, said.zero_rules),
            "marts.value_states": lambda: build_value_states(self.con, said.indicators),
            "marts.outliers": lambda: build_outliers(self.con),
            "marts.validation": lambda: build_validation(self.con, said.validation),
            "marts.delays": lambda: build_delays(self.con, said.clocks, now, self.project.timezone),
        }
        for part, judge in verdicts.items():
            if self._is_stale(part):
                progress("verdicts", 0, 1, part)
                judge()
                self.built.append(part)

    def _reconcile(self, progress: Progress) -> None:
        rules = self.declarations.reconciliations
        stale = [r.id for r in rules if self._is_stale(f"reconciliation {r.id}")]
        if stale or self.had.keys() - self.wanted.keys():
            progress("reconciliation", 0, 1, ", ".join(stale))
            self.findings += build_reconciliation(self.con, rules, stale).findings
            self.built += [f"reconciliation {rule}" for rule in stale]

    def _write_fingerprints(self) -> None:
        self.con.execute("CREATE OR REPLACE TABLE meta.parts (part VARCHAR, fingerprint VARCHAR)")
        self.con.executemany("INSERT INTO meta.parts VALUES (?, ?)", sorted(self.wanted.items()))

    def _finish(self) -> None:
        """Flushes the file and lets go of it, so that it can be moved."""
        self.con.execute("CHECKPOINT snapshot")
        self.con.execute("USE memory")
        self.con.execute("DETACH snapshot")
