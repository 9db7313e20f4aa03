"""Linkage within a build: whose row each one is, before any model joins them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from citybrain.build.fingerprints import Parts, digest
from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch
from citybrain.linkage import (
    ENTERPRISE,
    PERSON,
    Linkage,
    find_conflicts,
    link_enterprises,
    link_people,
    load_authority,
    sql_enterprise_mentions,
    sql_person_mentions,
)
from citybrain.project import Project
from citybrain.schema.records import RECORD_TYPES
from citybrain.warehouse import Linked

SCHEMA = "linkage"
VERSION = "1"
"""Raise it when the rules of linkage change: links are then made anew."""
LINKS = {"person_links": ("resident_id", "person_key"), "enterprise_links": ("credit_code", "credit_code")}
"""Table of links -> identifier of the record types it speaks of, and the column that it gives."""


@dataclass(frozen=True)
class Links:
    """What linkage found: for each record table that has links, their fingerprint; and what people should know."""

    parts: Parts
    findings: tuple[str, ...] = ()


def linkage_fingerprint(project: Project, inputs: Parts, areas: str) -> str:
    """Of everything that decides the links: the rows of every record type that names somebody, areas, decisions."""
    named = [r for r in RECORD_TYPES.values() if {"resident_id", "credit_code"} & r.columns().keys()]
    decisions = decisions_file(project)
    decided = decisions.read_text(encoding="utf-8") if decisions.exists() else ""
    return digest(VERSION, areas, decided, *(inputs[f"records.{r.table}"] for r in named))


def decisions_file(project: Project) -> Path:
    """Where answers to the pairs of the review are kept."""
    return project.paths.data / "decisions" / "linkage.jsonl"


def link_records(
    con: duckdb.DuckDBPyConnection, project: Project, contracts: Sequence[Contract], batches: Sequence[Batch],
    as_of: dt.datetime | None, previous: Path | None,
) -> Links:  # fmt: skip
    """Links persons and enterprises of all feeds; the tables of `docs/linkage.md` are then in schema `linkage`.

    Reads the accepted zone and `shared.areas`; `previous` is the snapshot before, for merges and splits.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW person_mentions AS {sql_person_mentions(project, contracts, batches, as_of)}"
    )
    firms = sql_enterprise_mentions(project, contracts, batches, as_of)
    con.execute(f"CREATE OR REPLACE TEMP VIEW enterprise_mentions AS {firms}")
    known_at = (as_of or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(tzinfo=None)
    given = Linkage(decisions_file(project), previous, "shared.area_ancestors", known_at)
    people = link_people(con, "person_mentions", given, SCHEMA)
    row = con.execute("SELECT area_name FROM shared.areas WHERE depth = 0").fetchone()
    places = (row[0],) if row else ()
    link_enterprises(con, "enterprise_mentions", places, "shared.area_ancestors", SCHEMA)
    authority = load_authority()
    for subject, mentions in ((PERSON, "person_mentions"), (ENTERPRISE, "enterprise_mentions")):
        find_conflicts(con, subject, mentions, authority, SCHEMA)
    for mentions in ("person_mentions", "enterprise_mentions"):
        con.execute(f"DROP VIEW {mentions}")
    waiting = (
        (f"linkage: {people.review} pairs wait for a decision (`citybrain link review`).",) if people.review else ()
    )
    return Links(_parts(con), waiting)


def with_links(inputs: Parts, links: Parts) -> Parts:
    """The fingerprints of `records.<table>` as models see them: what was delivered, and whose row it is."""
    found = {record: [v for n, v in sorted(links.items()) if f"records.{n.split()[-1]}" == record] for record in inputs}
    return {record: digest(value, *found[record]) if found[record] else value for record, value in inputs.items()}


def linked_tables(parts: Parts) -> dict[str, list[Linked]]:
    """Record table -> where the identifiers of its rows stand, for the tables of which linkage found rows."""
    tables: dict[str, list[Linked]] = {}
    for name in sorted(n for n in parts if n.startswith("links ")):
        _, given, table = name.split()
        relation = next(links for links, (_, gives) in LINKS.items() if gives == given)
        tables.setdefault(table, []).append(Linked(f"snapshot.{SCHEMA}.{relation}", given))
    return tables


def _parts(con: duckdb.DuckDBPyConnection) -> Parts:
    """`links <table>`: of the links of each record table, whatever their order."""
    parts: Parts = {}
    for table, (_, given) in LINKS.items():
        rows = con.execute(
            f"SELECT table_name, count(*), bit_xor(hash(batch, source_line, {given})) FROM {SCHEMA}.{table} GROUP BY 1"
        ).fetchall()
        parts |= {f"links {given} {name}": f"{count}:{content}" for name, count, content in rows}
    return parts
