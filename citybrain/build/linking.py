"""Linkage within a build: whose row each one is, before any model joins them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from citybrain.build.fingerprints import Parts, digest
from citybrain.build.side_by_side import Step, make_side_by_side
from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch
from citybrain.linkage import (
    ENTERPRISE,
    PERSON,
    Linkage,
    Subject,
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

SCHEMA, ANCESTORS = "linkage", "shared.area_ancestors"
VERSION = "1"
"""Raise it when the rules of linkage change: links are then made anew."""
LINKS = {"person_links": ("resident_id", "person_key"), "enterprise_links": ("credit_code", "credit_code")}
"""Table of links -> identifier of the record types it speaks of, and the column that it gives."""
PERSONS, ENTERPRISES = "linkage persons", "linkage enterprises"
PERSON_VALUES, ENTERPRISE_VALUES = "linkage person values", "linkage enterprise values"
"""Parts of the linkage; the latter two are what departments state differently of persons and of enterprises."""


@dataclass(frozen=True)
class Links:
    """What linkage found: for each record table that has links, their fingerprint; and what people should know."""

    parts: Parts
    findings: tuple[str, ...] = ()


def linkage_fingerprints(project: Project, inputs: Parts, areas: str) -> Parts:
    """Of everything that decides each part of the linkage; what a part does not read is not in its fingerprint.

    Persons and enterprises: the rows of the record types that name one, the areas, and for persons the decisions.
    Compared values: the same rows and whose word counts; neither areas nor decisions, for only valid identifiers are
    compared.
    """
    decisions = decisions_file(project)
    decided = decisions.read_text(encoding="utf-8") if decisions.exists() else ""
    people, firms = (_naming(inputs, subject) for subject in (PERSON, ENTERPRISE))
    authority = load_authority()
    return {
        PERSONS: digest(VERSION, areas, decided, *people),
        ENTERPRISES: digest(VERSION, areas, *firms),
        PERSON_VALUES: digest(VERSION, repr(authority.get(PERSON.kind)), *people),
        ENTERPRISE_VALUES: digest(VERSION, repr(authority.get(ENTERPRISE.kind)), *firms),
    }


def _naming(inputs: Parts, subject: Subject) -> list[str]:
    """What is delivered of the record types that name a person, or an enterprise."""
    return [inputs[f"records.{r.table}"] for r in RECORD_TYPES.values() if subject.identifier in r.columns()]


def decisions_file(project: Project) -> Path:
    """Where answers to the pairs of the review are kept."""
    return project.paths.data / "decisions" / "linkage.jsonl"


def link_records(
    connections: Sequence[duckdb.DuckDBPyConnection], project: Project, contracts: Sequence[Contract],
    batches: Sequence[Batch], as_of: dt.datetime | None, previous: Path | None, stale: Collection[str],
) -> Links:  # fmt: skip
    """Makes the `stale` parts of the linkage; the tables of `docs/linkage.md` are then in schema `linkage`.

    Reads the accepted zone and `shared.areas`; `previous` is the snapshot before, for merges and splits. Parts that are
    not stale must stand in the schema already. Persons are linked beside all else, which writes no table that they read.
    """
    findings: list[str] = []
    people = sql_person_mentions(project, contracts, batches, as_of)
    firms = sql_enterprise_mentions(project, contracts, batches, as_of)

    def link_persons(con: duckdb.DuckDBPyConnection) -> None:
        known_at = (as_of or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(tzinfo=None)
        with _mentions(con, PERSON, people) as mentions:
            waiting = link_people(
                con, mentions, Linkage(decisions_file(project), previous, ANCESTORS, known_at), SCHEMA
            )
        if waiting.review:
            findings.append(f"linkage: {waiting.review} pairs wait for a decision (`citybrain link review`).")

    def compare_persons(con: duckdb.DuckDBPyConnection) -> None:
        with _mentions(con, PERSON, people) as mentions:
            find_conflicts(con, PERSON, mentions, load_authority(), SCHEMA)

    def link_firms(con: duckdb.DuckDBPyConnection) -> None:
        root = con.execute("SELECT area_name FROM shared.areas WHERE depth = 0").fetchall()
        with _mentions(con, ENTERPRISE, firms) as mentions:
            link_enterprises(con, mentions, root[0] if root else (), ANCESTORS, SCHEMA)

    def compare_firms(con: duckdb.DuckDBPyConnection) -> None:
        with _mentions(con, ENTERPRISE, firms) as mentions:
            find_conflicts(con, ENTERPRISE, mentions, load_authority(), SCHEMA)

    steps = (
        Step(PERSONS, link_persons),
        Step(PERSON_VALUES, compare_persons),
        Step(ENTERPRISES, link_firms),
        # Both comparisons write into the same two tables.
        Step(ENTERPRISE_VALUES, compare_firms, frozenset({PERSON_VALUES})),
    )
    connections[0].execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    make_side_by_side(connections, [step for step in steps if step.name in stale], lambda _: None)
    return Links(_parts(connections[0]), tuple(findings))


@contextmanager
def _mentions(con: duckdb.DuckDBPyConnection, subject: Subject, sql: str) -> Iterator[str]:
    """Name of a view of the rows that speak of a subject, for as long as it is needed: it reads the accepted zone.

    A table in its place is no quicker: writing the rows once costs what reading them five times does.
    """
    view = f"{subject.kind}_mentions"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {sql}")
    yield view
    con.execute(f"DROP VIEW {view}")


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
