"""One snapshot file in the making: only what changed since the served one is computed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from citybrain.areas import AreaTree
from citybrain.build.reference import write_areas, write_feeds, write_snapshot
from citybrain.contracts.contract import Contract
from citybrain.indicators import Indicator, build_cube
from citybrain.ingest import Batch, Progress, current_batches
from citybrain.models import Model
from citybrain.project import Project
from citybrain.schema.shared import SHARED_TABLES
from citybrain.sql import literal, quote
from citybrain.warehouse import (
    arm_pseudonyms,
    connect,
    copy_served,
    create_records,
    has_identities,
    seal_feed,
    served_file,
    vault_file,
)

if TYPE_CHECKING:
    from citybrain.build.build import Declarations

FORMAT = "1"
"""Raise it when the tables of `reference` change: every snapshot is then made from nothing."""


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
        inputs = create_records(self.con, project, declarations.contracts, batches, as_of)
        self.wanted = self._fingerprints(inputs)
        self.content = _digest(*(f"{name}:{value}" for name, value in sorted(self.wanted.items())))
        began = dt.datetime.now(dt.UTC)
        self.snapshot = (
            f"{began:%Y%m%dT%H%M%S}-{self.content[:8]}"
            if as_of is None
            else f"asof-{as_of:%Y%m%dT%H%M%S}-{self.content[:8]}"
        )
        self.had = self._served_fingerprints()

    def run(self, progress: Progress) -> Path | None:
        """Computes what changed; returns the finished file, or None if the served one says it all already."""
        self._seal_vault(progress)
        if self.as_of is None and self.had == self.wanted:
            self.snapshot = served_file(self.project.paths).stem  # type: ignore[union-attr]
            return None
        self.con.execute(f"ATTACH {literal(self._start_file())} AS snapshot")
        self.con.execute("USE snapshot")
        for schema in ("shared", "marts", "meta"):
            self.con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        changed = [m for m in self.declarations.models if self._is_stale(m.name)]
        if self._is_stale("shared.areas"):
            write_areas(self.con, self.areas)
        for done, model in enumerate(changed):
            progress("models", done, len(changed), model.name)
            self._run_model(model)
        self._build_cube(progress)
        write_feeds(self.con, self.declarations.contracts, self.batches, self.as_of)
        write_snapshot(self.con, self.project, self.snapshot, self.as_of, self.content)
        self._write_fingerprints()
        self._finish()
        return self.file

    def close(self) -> None:
        """Lets go of every file."""
        self.con.close()

    def _start_file(self) -> Path:
        """A copy of the served snapshot where part of it stays; nothing where all is new."""
        if self.as_of is None and any(self.had.get(n) == v for n, v in self.wanted.items()):
            copy_served(self.project.paths, self.file)
        else:
            self.had = {}
        return self.file

    def _fingerprints(self, inputs: dict[str, str]) -> dict[str, str]:
        """What each part of the snapshot is made of: equal fingerprints, equal content."""
        parts = inputs | {"shared.areas": _digest(FORMAT, self.areas.fingerprint)}
        for model in self.declarations.models:
            parts[model.name] = _digest(FORMAT, model.fingerprint(parts))
        for source in _cube_sources(self.declarations.indicators):
            told = [repr(i) for i in _of_source(self.declarations.indicators, source)]
            parts[f"cube {source}"] = _digest(FORMAT, parts.get(source, ""), parts["shared.areas"], *told)
        made = {n: v for n, v in parts.items() if n not in inputs}
        feeds = [f"{c.feed}:{c.title}:{c.owner}:{c.due}" for c in self.declarations.contracts]
        ledger = [f"{b.batch}:{b.recipe}:{b.error}" for b in self.batches]
        made["feeds"] = _digest(FORMAT, *feeds, *ledger, str(self.as_of))
        made["dictionary"] = _digest(FORMAT, *(repr(i) for i in self.declarations.indicators))
        made["project"] = _digest(FORMAT, self.project.name, self.project.timezone, repr(self.project.levels))
        return made

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

    def _build_cube(self, progress: Progress) -> None:
        sources = _cube_sources(self.declarations.indicators)
        stale = [s for s in sources if self._is_stale(f"cube {s}")]
        if stale or self._is_stale("dictionary"):
            progress("indicators", 0, 1, ", ".join(stale))
            day = (self.as_of or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(self.project.timezone)).date()
            build_cube(self.con, self.declarations.indicators, day, stale if len(stale) < len(sources) else None)
            self.built += [f"cube {s}" for s in stale]

    def _seal_vault(self, progress: Progress) -> None:
        """Seals anew the identities of feeds whose rows changed; a past view leaves the vault alone."""
        if self.as_of is not None:
            return
        for contract in self.declarations.contracts:
            if has_identities(contract):
                stamp = vault_file(self.project.paths, contract.feed).with_suffix(".parts")
                held = _digest(*(f"{b.batch}:{b.recipe}" for b in current_batches(self.batches, contract)))
                if not stamp.exists() or stamp.read_text(encoding="ascii") != held:
                    progress("vault", 0, 1, contract.feed)
                    self._seal(contract, stamp, held)

    def _seal(self, contract: Contract, stamp: Path, held: str) -> None:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        seal_feed(self.con, self.project.paths, contract, self.batches, self.work)
        stamp.write_text(held, encoding="ascii")

    def _write_fingerprints(self) -> None:
        self.con.execute("CREATE OR REPLACE TABLE meta.parts (part VARCHAR, fingerprint VARCHAR)")
        self.con.executemany("INSERT INTO meta.parts VALUES (?, ?)", sorted(self.wanted.items()))

    def _finish(self) -> None:
        """Flushes the file and lets go of it, so that it can be moved."""
        self.con.execute("CHECKPOINT snapshot")
        self.con.execute("USE memory")
        self.con.execute("DETACH snapshot")


def _cube_sources(indicators: Sequence[Indicator]) -> list[str]:
    return sorted({i.measure.source for i in indicators if i.measure})


def _of_source(indicators: Sequence[Indicator], source: str) -> list[Indicator]:
    """The indicators measured on a source table, and those that run on from them."""
    measured = {i.id for i in indicators if i.measure and i.measure.source == source}
    return [i for i in indicators if i.id in measured or (i.of in measured)]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
