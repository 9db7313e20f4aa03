"""One delivery through reading and checking into the accepted and the quarantine zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import duckdb

from citybrain.areas import AreaTree, place_texts
from citybrain.contracts.contract import Contract
from citybrain.errors import BuildError, DeliveryError
from citybrain.ingest.archive import archived_path
from citybrain.ingest.batches import Batch, RowState, feed_folder
from citybrain.ingest.check import CheckPlan, Places, sql_check, sql_clean_text
from citybrain.ingest.mapping import bind_columns
from citybrain.ingest.planning import planned_for
from citybrain.ingest.set_aside import write_set_aside
from citybrain.project import Project
from citybrain.readers import RawTable, ReadOptions, read_table
from citybrain.semantics import Context
from citybrain.sql import literal, quote

_ROWS = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 5000"
"""Names and numbers gain nothing from a dictionary; giving it up early saves a tenth of the pass."""

LISTED_TEXTS = 20_000
"""Up to so many distinct area texts are looked up in a list; measured: 3,000 cost nothing, 2 million cost minutes."""


@dataclass(frozen=True)
class Desk:
    """What every delivery is checked with."""

    project: Project
    areas: AreaTree
    con: duckdb.DuckDBPyConnection
    work: Path


def accept(desk: Desk, contract: Contract, batch: Batch, earlier: Sequence[Batch]) -> Batch:
    """Reads, checks and stores one delivery; returns its batch with the counts, ready to be committed.

    Raises:
        DeliveryError: the file cannot be read, lacks a required column, or is outside `[expect]`.
        BuildError: the zones cannot be written.
    """
    try:
        with TemporaryDirectory(dir=desk.work) as folder, planned_for(desk.con, batch.size):
            return _accept(replace(desk, work=Path(folder)), contract, batch, earlier)
    except duckdb.Error as error:
        raise _by_who_must_act(error, batch) from error


def _accept(desk: Desk, contract: Contract, batch: Batch, earlier: Sequence[Batch]) -> Batch:
    raw = _open(desk, contract, batch)
    plan = _plan(desk, contract, batch, raw)
    rows = desk.work / batch.rows_name
    desk.con.execute(f"COPY ({sql_check(plan, batch.batch)}) TO {literal(rows)} ({_ROWS})")
    aside = desk.work / f"aside-{batch.rows_name}"
    write_set_aside(desk.con, plan, rows, [_rows_file(desk, e) for e in earlier], aside)
    counted = _count(desk.con, _described(batch, raw, plan), rows, aside)
    _expect(contract, counted)
    _move_in(desk, counted, rows, aside)
    return counted


def _open(desk: Desk, contract: Contract, batch: Batch) -> RawTable:
    """Opens the archived bytes under their own file name, which says the kind and stands in every message."""
    named = desk.work / batch.file_name
    named.symlink_to(archived_path(desk.project.paths.archive, batch.sha256).resolve())
    source = contract.source
    options = ReadOptions(
        kind=source.kind, encoding=source.encoding, delimiter=source.delimiter, header_row=source.header_row,
        sheet=source.sheet, rows=source.rows, table=source.table, query=source.query, datum=source.datum,
        expected_headers=contract.headers, reader=contract.reader,
    )  # fmt: skip
    return _shaped(desk.con, contract, read_table(named, options, desk.con, desk.work))


def _shaped(con: duckdb.DuckDBPyConnection, contract: Contract, raw: RawTable) -> RawTable:
    """The table after the contract's own SELECT, which reads `source` (every column, and `source_line`)."""
    if not contract.sql:
        return raw
    line = quote(raw.line_column) if raw.line_column else f"{raw.first_line - 1} + row_number() OVER ()"
    source = f"SELECT *, {line} AS source_line FROM {raw.relation}"
    selected = f"(WITH source AS ({source}) SELECT * FROM (\n{contract.sql}\n))"
    columns = [row[0] for row in con.execute(f"DESCRIBE FROM {selected}").fetchall()]
    headers = tuple(c for c in columns if c != "source_line")
    texts = ", ".join(f"{quote(h)}::VARCHAR AS {quote(h)}" for h in headers)
    kept = ", source_line" if "source_line" in columns else ", NULL::BIGINT AS source_line"
    return replace(raw, relation=f"(SELECT {texts}{kept} FROM {selected})", headers=headers, line_column="source_line")


def _plan(desk: Desk, contract: Contract, batch: Batch, raw: RawTable) -> CheckPlan:
    bound = bind_columns(contract, raw.headers, batch.file_name)
    context = Context(_local_day(batch.received_at, desk.project), desk.project.timezone)
    plan = CheckPlan(contract, raw, bound, context)
    return replace(plan, places=_place(desk, plan))


def _place(desk: Desk, plan: CheckPlan) -> dict[str, Places]:
    """Places the texts of each area column before the pass, so that the pass only looks them up."""
    places = {}
    for name, column in plan.contract.record.columns().items():
        text = sql_clean_text(plan, name)
        if column.semantic != "area" or text.startswith("NULL"):
            continue
        mapping = plan.contract.columns[name]
        how = mapping.as_ or ("name" if mapping.parts else "auto")
        if how == "code" and len(desk.areas.code_spellings) <= LISTED_TEXTS:
            places[name] = _code_places(desk, mapping.level)
            continue
        texts = f"texts_{name}"
        desk.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {texts} AS SELECT DISTINCT text FROM"
            f" (SELECT {text} AS text FROM {plan.raw.relation}) WHERE text IS NOT NULL"
        )
        placed = place_texts(desk.con, desk.areas, texts, how, mapping.level or None)
        places[name] = Places(placed, _list_places(desk.con, placed, f"places_{name}"))
    return places


def _code_places(desk: Desk, level: str) -> Places:
    """Every spelling of every code of the tree, placed once for all deliveries: no need to look into the file."""
    name = f"places_of_codes_{level}"
    if not desk.con.execute("SELECT 1 FROM duckdb_types() WHERE type_name = $name", {"name": name}).fetchone():
        desk.con.register("code_spellings", desk.areas.code_spellings.to_arrow())
        placed = place_texts(desk.con, desk.areas, "code_spellings", "code", level or None)
        desk.con.unregister("code_spellings")
        _list_places(desk.con, placed, name)
    return Places("", name)


def _list_places(con: duckdb.DuckDBPyConnection, placed: str, name: str) -> str:
    """Lists few placed texts under that name for looking up without a join; '' if they are too many."""
    row = con.execute(f"SELECT count(*) FROM {placed}").fetchone()
    if row is None or not 0 < row[0] <= LISTED_TEXTS:
        return ""
    con.execute(f"DROP TYPE IF EXISTS {name}")
    con.execute(f"CREATE TYPE {name} AS ENUM (SELECT text FROM {placed} ORDER BY text)")
    con.execute(f"SET VARIABLE {name}_codes = (SELECT list(area_code ORDER BY text) FROM {placed})")
    con.execute(f"SET VARIABLE {name}_reasons = (SELECT list(reason ORDER BY text) FROM {placed})")
    return name


def _local_day(instant: dt.datetime, project: Project) -> dt.date:
    return instant.astimezone(ZoneInfo(project.timezone)).date()


def _described(batch: Batch, raw: RawTable, plan: CheckPlan) -> Batch:
    facts = {
        "kind": raw.kind, "encoding": raw.encoding, "delimiter": raw.delimiter, "sheet": raw.sheet,
        "header_line": str(raw.header_line or ""),
    }  # fmt: skip
    return replace(
        batch,
        headers=raw.headers,
        reader={k: v for k, v in facts.items() if v},
        findings=(*raw.findings, *plan.bound.findings),
        layout=sum(row.kind != "header" for row in raw.layout),
    )


def _count(con: duckdb.DuckDBPyConnection, batch: Batch, rows: Path, aside: Path) -> Batch:
    states = dict(con.execute(f"SELECT _state, count(*) FROM read_parquet({literal(rows)}) GROUP BY _state").fetchall())
    repeated = dict(
        con.execute(
            f"SELECT state, count(*) FROM read_parquet({literal(aside)})"
            f" WHERE state = {RowState.DUPLICATE:d} OR list_contains(reasons, 'key.conflict') GROUP BY state"
        ).fetchall()
    )
    blanked = con.execute(
        f"SELECT reason, count(*) FROM (SELECT unnest(reasons) AS reason FROM read_parquet({literal(aside)})"
        f" WHERE state = {RowState.ACCEPTED:d}) GROUP BY reason ORDER BY reason"
    ).fetchall()
    duplicate, conflicting = repeated.get(RowState.DUPLICATE, 0), repeated.get(RowState.QUARANTINED, 0)
    accepted = states.get(RowState.ACCEPTED, 0) - duplicate - conflicting
    quarantined = states.get(RowState.QUARANTINED, 0) + conflicting
    return replace(
        batch,
        rows_in=accepted + quarantined + duplicate,
        accepted=accepted,
        quarantined=quarantined,
        duplicate=duplicate,
        layout=batch.layout + states.get(RowState.LAYOUT, 0),
        out_of_scope=states.get(RowState.OUT_OF_SCOPE, 0),
        findings=batch.findings
        + tuple(
            f"`{column}` could not be read in {many} rows and was left empty there ({reason})."
            for column, reason, many in ((*why.split(":", 1), n) for why, n in blanked)
        ),
    )


def _expect(contract: Contract, batch: Batch) -> None:
    bounds = contract.expect
    low, high = bounds.min_rows, bounds.max_rows
    if (low is not None and batch.rows_in < low) or (high is not None and batch.rows_in > high):
        raise DeliveryError(
            batch.file_name,
            "the number of rows is outside what the contract expects, so nothing of it was loaded",
            found=f"{batch.rows_in} rows",
            expected=f"between {low or 0} and {high if high is not None else 'any number of'} rows",
            remedy=f"The department checks the extract; if it is right, widen [expect] in {contract.file.name}",
        )
    share = 100 * batch.quarantined / batch.rows_in if batch.rows_in else 0.0
    if bounds.max_quarantined_pct is not None and share > bounds.max_quarantined_pct:
        raise DeliveryError(
            batch.file_name,
            "too many rows break the contract, so nothing of it was loaded",
            found=f"{share:.1f} % of {batch.rows_in} rows",
            expected=f"at most {bounds.max_quarantined_pct:g} %",
            remedy=f"The department checks the extract; if it is right, widen [expect] in {contract.file.name}",
        )


def _rows_file(desk: Desk, batch: Batch) -> Path:
    return feed_folder(desk.project.paths.accepted, batch.feed) / batch.rows_name


def _move_in(desk: Desk, batch: Batch, rows: Path, aside: Path) -> None:
    for zone, file in ((desk.project.paths.quarantine, aside), (desk.project.paths.accepted, rows)):
        target = feed_folder(zone, batch.feed) / batch.rows_name
        target.parent.mkdir(parents=True, exist_ok=True)
        file.chmod(0o600)
        file.replace(target)


def _by_who_must_act(error: duckdb.Error, batch: Batch) -> BuildError | DeliveryError:
    """Names who must act, without DuckDB's own words: they may quote a cell."""
    if isinstance(error, duckdb.InvalidInputException | duckdb.ConversionException):
        return DeliveryError(
            batch.file_name,
            "the file is not a table from beginning to end",
            found="a row that cannot be split into the columns of the header",
            remedy="See it with `citybrain preview`; the department exports it again",
        )
    kind = "disk, folder or memory" if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException) else "engine"
    return BuildError(
        batch.file_name,
        f"the {kind} refused while the rows were checked",
        found=type(error).__name__,
        remedy="Make room (disk, memory) and build again; nothing was lost",
    )
