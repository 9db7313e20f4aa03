"""What the catalogue and the quality page tell of feeds: terms and columns of contracts, and why rows were set aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch, current_batches
from citybrain.ingest.batches import RowState, feed_folder
from citybrain.project import Paths

CONTRACTS = """CREATE OR REPLACE TABLE meta.contracts (feed VARCHAR, legal_basis VARCHAR, purposes VARCHAR[], contact VARCHAR,
  source VARCHAR)"""
"""One row a feed; `source` is the path below the extracts folder, or the kind of source where there is no path."""
COLUMNS = """CREATE OR REPLACE TABLE meta.contract_columns (feed VARCHAR, place INTEGER, role VARCHAR, column_name VARCHAR,
  semantic VARCHAR, headers VARCHAR[])"""
"""One row a source column or group of names for one: `role` is column (of the record type), measure (of an observation),
scope (decides what is ours), read_by_sql, or ignored (delivered, and not used); `semantic` is its semantic type."""
REASONS = """CREATE OR REPLACE TABLE marts.quarantine_reasons (feed VARCHAR, batch INTEGER, column_name VARCHAR, reason VARCHAR,
  rows BIGINT)"""
"""One row a batch that counts now, column and reason: how many rows were set aside for it. A row may have several."""


def write_contracts(con: duckdb.DuckDBPyConnection, contracts: Sequence[Contract]) -> None:
    """Writes `meta.contracts` and `meta.contract_columns`."""
    con.execute(CONTRACTS)
    con.execute(COLUMNS)
    terms = [
        (
            c.feed, c.owner.legal_basis, list(c.owner.purposes), c.owner.contact,
            c.source.path or ("database" if c.source.url else "reader"),
        )
        for c in contracts
    ]  # fmt: skip
    columns = [(c.feed, n, *row) for c in contracts for n, row in enumerate(_columns(c))]
    if terms:
        con.executemany("INSERT INTO meta.contracts VALUES (?, ?, ?, ?, ?)", terms)
    if columns:
        con.executemany("INSERT INTO meta.contract_columns VALUES (?, ?, ?, ?, ?, ?)", columns)


def _columns(contract: Contract) -> Iterator[tuple[str, str, str, list[str]]]:
    declared = contract.record.columns()
    for name, mapping in contract.columns.items():
        semantic = declared[name].semantic if name in declared else ""
        yield "column", name, mapping.as_ or semantic, [*mapping.headers, *mapping.parts]
    for measure, mapping in contract.values.items():
        yield "measure", measure, declared["value"].semantic, [*mapping.headers, *mapping.parts]
    for header in contract.scope:
        yield "scope", "", "", [header]
    for header in contract.sql_headers:
        yield "read_by_sql", "", "", [header]
    for header in contract.ignore:
        yield "ignored", "", "", [header]


def write_quarantine_reasons(
    con: duckdb.DuckDBPyConnection, paths: Paths, contracts: Sequence[Contract], batches: Sequence[Batch]
) -> None:
    """Writes `marts.quarantine_reasons`: counts only, no cell of any row."""
    con.execute(REASONS)
    for contract in contracts:
        mine = [b for b in current_batches(batches, contract) if b.quarantined]
        folder = feed_folder(paths.quarantine, contract.feed)
        if mine:
            con.execute(
                "INSERT INTO marts.quarantine_reasons\n"
                # The file of a batch is named `<batch>-<recipe>.parquet`.
                "SELECT $feed, CAST(split_part(parse_filename(filename), '-', 1) AS INTEGER), split_part(told, ':', 1),\n"
                "  split_part(told, ':', 2), count(*)\n"
                "FROM (SELECT filename, unnest(reasons) AS told FROM read_parquet($files, filename = true)\n"
                "  WHERE state = $state) GROUP BY ALL ORDER BY ALL",
                {
                    "feed": contract.feed, "files": [str(folder / b.rows_name) for b in mine],
                    "state": int(RowState.QUARANTINED),
                },
            )  # fmt: skip
