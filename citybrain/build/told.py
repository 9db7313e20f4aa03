"""What the catalogue and the quality page tell of feeds: terms of contracts, columns, and why rows were set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch, current_batches
from citybrain.ingest.mapping import unknown_headers
from citybrain.ingest.waiting import sql_waiting
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
"""One row a batch that counts now, column and reason: how many rows wait in quarantine for it. A row may have several."""

DRIFT = """CREATE OR REPLACE TABLE meta.delivered_columns (feed VARCHAR, place INTEGER, header VARCHAR, is_known BOOLEAN,
  deliveries INTEGER, of_deliveries INTEGER, first_at TIMESTAMP, last_at TIMESTAMP, last_of_feed_at TIMESTAMP)"""
"""One row a feed and source column that any delivery that could be read had: whether the contract knows it, in how many of the
deliveries it stood, when first and last (UTC), and when the feed was delivered last."""


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


def write_delivered_columns(
    con: duckdb.DuckDBPyConnection, contracts: Sequence[Contract], batches: Sequence[Batch]
) -> None:
    """Writes `meta.delivered_columns`: how the columns of each feed drifted. Returned workbooks say nothing of that."""
    con.execute(DRIFT)
    for contract in contracts:
        mine = [b for b in batches if b.feed == contract.feed and b.headers and not b.corrects]
        if not mine:
            continue
        mine.sort(key=lambda b: b.order)
        headers = dict.fromkeys(h for b in mine for h in b.headers)
        unknown = set(unknown_headers(contract, headers))
        having: dict[str, list[dt.datetime]] = {h: [] for h in headers}
        for batch in mine:
            for header in dict.fromkeys(batch.headers):
                having[header].append(batch.received_at)
        newest = max(b.received_at for b in mine)
        con.executemany(
            "INSERT INTO meta.delivered_columns VALUES (?, ?, ?, ?, ?, ?, ?::TIMESTAMPTZ AT TIME ZONE 'UTC',"
            " ?::TIMESTAMPTZ AT TIME ZONE 'UTC', ?::TIMESTAMPTZ AT TIME ZONE 'UTC')",
            [
                (contract.feed, n, h, h not in unknown, len(days), len(mine), min(days), max(days), newest)
                for n, (h, days) in enumerate(having.items())
            ],
        )


def write_quarantine_reasons(
    con: duckdb.DuckDBPyConnection, paths: Paths, contracts: Sequence[Contract], batches: Sequence[Batch]
) -> None:
    """Writes `marts.quarantine_reasons`: counts only, no cell of any row; not of rows that a returned workbook settled."""
    con.execute(REASONS)
    for contract in contracts:
        current = current_batches(batches, contract)
        if waiting := sql_waiting(paths, current, current):
            con.execute(
                "INSERT INTO marts.quarantine_reasons\n"
                "SELECT $feed, batch, split_part(told, ':', 1), split_part(told, ':', 2), count(*)\n"
                f"FROM (SELECT batch, unnest(reasons) AS told FROM ({waiting})) GROUP BY ALL ORDER BY ALL",
                {"feed": contract.feed},
            )
