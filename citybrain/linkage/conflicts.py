"""One fact, one source (一数一源): where departments state an attribute differently, and whose word counts."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from citybrain.errors import ContractError, nearest
from citybrain.linkage.names import sql_enterprise_stem, sql_folded_name
from citybrain.sql import literal, quote
from citybrain.warehouse.secrets import sql_pseudonym

STANDARD_AUTHORITY = Path(__file__).with_name("authority.toml")
Authority = Mapping[str, Mapping[str, Sequence[str]]]
"""Kind -> attribute -> departments, the first that states it counts."""


@dataclass(frozen=True)
class Subject:
    """What is compared: persons or enterprises, by their valid identifier."""

    kind: str
    identifier: str
    person_key: str
    """SQL of the key that the conflicts bear, of `identifier`."""
    credit_code: str
    attributes: Mapping[str, str]
    """Attribute -> SQL of what a row states of it."""
    folded: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    """Attribute -> what makes SQL of a stated value comparable, and of no value none. It is slow, so only the newest
    values are folded, not every row of every day."""


PERSON = Subject(
    "person", "resident_id", sql_pseudonym("identifier", "person"), "NULL::VARCHAR",
    {
        "person_name": "person_name", "sex": "CASE WHEN sex IN ('1', '2') THEN sex END",
        "birth_on": "birth_on::VARCHAR", "phone": "phone", "area": "area",
    },
    {"person_name": sql_folded_name},
)  # fmt: skip
ENTERPRISE = Subject(
    "enterprise", "credit_code", "NULL::BIGINT", "identifier",
    {"enterprise_name": "enterprise_name", "area": "area", "staff": "staff::VARCHAR"},
    {"enterprise_name": sql_enterprise_stem},
)  # fmt: skip


def load_authority(file: Path = STANDARD_AUTHORITY) -> Authority:
    """Whose word counts, from a TOML file of a table for each kind: attribute = [departments].

    Raises:
        ContractError: not TOML, an unknown kind or attribute, or something other than a list of departments.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(file.name, "this is no TOML", found=str(error)) from error
    known = {s.kind: s.attributes for s in (PERSON, ENTERPRISE)}
    for kind, attributes in content.items():
        if kind not in known:
            raise ContractError(
                file.name, f"[{kind}] is unknown", expected=" or ".join(known), remedy=nearest(kind, known)
            )
        for attribute, departments in attributes.items():
            if attribute not in known[kind]:
                raise ContractError(
                    file.name, f"[{kind}] has no attribute {attribute}", expected=", ".join(known[kind]),
                    remedy=nearest(attribute, known[kind]),
                )  # fmt: skip
            if not isinstance(departments, list) or not all(isinstance(d, str) for d in departments):
                raise ContractError(file.name, f"{kind}.{attribute} must be a list of departments")
    return content


def find_conflicts(
    con: duckdb.DuckDBPyConnection, subject: Subject, mentions: str, authority: Authority, schema: str = "linkage"
) -> int:
    """Compares what departments state of one person or enterprise; adds to two tables of a schema, returns the
    conflicts.

    Of each department the newest row that states the attribute counts, and only rows with a valid identifier.

    - `attribute_agreement`, one row an attribute and pair of departments: kind, attribute, left_department,
    right_department, pairs
      (subjects of which both state it), agreeing, agreement_pct.
    - `attribute_conflicts`, one row a subject and attribute with several values: kind, person_key BIGINT, credit_code,
    attribute,
      departments VARCHAR[], value_keys BIGINT[] (keyed pseudonyms of the values, in the same order: equal ones are
      equal; the values
      themselves stay in the vault), winner (department whose word counts), decided_by (authority or recency).
    """
    own = quote(schema)
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {own}")
    con.execute(f"CREATE TABLE IF NOT EXISTS {own}.attribute_agreement ({_AGREEMENT})")
    con.execute(f"CREATE TABLE IF NOT EXISTS {own}.attribute_conflicts ({_CONFLICTS})")
    for table in ("attribute_agreement", "attribute_conflicts"):
        con.execute(f"DELETE FROM {own}.{table} WHERE kind = $kind", {"kind": subject.kind})
    _create_stated(con, subject, mentions)
    for attribute in subject.attributes:
        con.execute(f"INSERT INTO {own}.attribute_agreement {_sql_agreement(subject, attribute)}")
        ranked = authority.get(subject.kind, {}).get(attribute, ())
        con.execute(f"INSERT INTO {own}.attribute_conflicts {_sql_conflicts(subject, attribute, ranked)}")
    con.execute("DROP TABLE conflict_stated")
    counted = con.execute(f"SELECT count(*) FROM {own}.attribute_conflicts WHERE kind = $kind", {"kind": subject.kind})
    return int(counted.fetchall()[0][0])


_AGREEMENT = """kind VARCHAR, attribute VARCHAR, left_department VARCHAR, right_department VARCHAR, pairs BIGINT,
agreeing BIGINT,
  agreement_pct DOUBLE"""
_CONFLICTS = """kind VARCHAR, person_key BIGINT, credit_code VARCHAR, attribute VARCHAR, departments VARCHAR[],
value_keys BIGINT[],
  winner VARCHAR, decided_by VARCHAR"""
_AT = "date_diff('day', DATE '1900-01-01', coalesce(seen_on, DATE '1900-01-01'))::BIGINT"


def _create_stated(con: duckdb.DuckDBPyConnection, subject: Subject, mentions: str) -> None:
    """`conflict_stated`: the newest value of each attribute by subject and department, of subjects that more than one
    states.

    The department with the most rows is the registry: only its rows about those whom others know too are taken up.
    """
    who = f"hash({subject.identifier})"
    # Newest day first, then the later batch and line: one number orders all three.
    order = f"{_AT} * 100000000000000 + batch::BIGINT * 1000000000 + source_line"
    newest = ", ".join(
        f"arg_max({sql}, {order}) AS {quote(name)}, max({_AT}) FILTER (WHERE ({sql}) IS NOT NULL) AS {quote(name + ' at')}"
        for name, sql in subject.attributes.items()
    )
    comparable = ", ".join(f"{fold(quote(name))} AS {quote(name)}" for name, fold in subject.folded.items())
    counted = con.execute(
        f"""SELECT department FROM {mentions} WHERE {subject.identifier} IS NOT NULL
        GROUP BY department ORDER BY count(*) DESC, department LIMIT 1"""
    ).fetchall()
    largest = literal(counted[0][0]) if counted else "NULL"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE conflict_stated AS
        SELECT * REPLACE ({comparable}) FROM (
        SELECT {subject.identifier} AS identifier, department, {newest} FROM {mentions}
        WHERE {subject.identifier} IS NOT NULL AND (department <> {largest}
          OR {who} IN (SELECT {who} FROM {mentions} WHERE {subject.identifier} IS NOT NULL AND department <> {largest}))
        GROUP BY identifier, department)"""
    )


def _sql_agreement(subject: Subject, attribute: str) -> str:
    value = quote(attribute)
    return f"""
    SELECT {literal(subject.kind)}, {literal(attribute)}, l.department, r.department, count(*),
      count(*) FILTER (WHERE l.{value} = r.{value}), 100.0 * count(*) FILTER (WHERE l.{value} = r.{value}) / count(*)
    FROM conflict_stated AS l JOIN conflict_stated AS r ON l.identifier = r.identifier AND l.department < r.department
    WHERE l.{value} IS NOT NULL AND r.{value} IS NOT NULL GROUP BY l.department, r.department ORDER BY ALL"""


def _sql_conflicts(subject: Subject, attribute: str, ranked: Sequence[str]) -> str:
    value, at = quote(attribute), quote(attribute + " at")
    ranks = "".join(f" WHEN {literal(d)} THEN {n}" for n, d in enumerate(ranked))
    rank = f"CASE department{ranks} ELSE {len(ranked)} END" if ranks else "0"
    # Few are stated differently: who they are is found by pairs, and only they are put together.
    return f"""
    WITH differing AS (
      SELECT DISTINCT l.identifier FROM conflict_stated AS l JOIN conflict_stated AS r
        ON l.identifier = r.identifier AND l.department < r.department AND l.{value} <> r.{value}
    ),
    stated AS (
      SELECT identifier, department, {value} AS value, {at} AS stated_at, {rank} AS rank
      FROM conflict_stated SEMI JOIN differing USING (identifier) WHERE {value} IS NOT NULL
    ),
    several AS (
      SELECT identifier, list(department ORDER BY department) AS departments, list(value ORDER BY department) AS
      stated_values,
        min_by(department, {{'rank': rank, 'age': -stated_at, 'department': department}}) AS winner, min(rank) AS best
      FROM stated GROUP BY identifier
    )
    SELECT {literal(subject.kind)}, {subject.person_key}, {subject.credit_code}, {literal(attribute)}, departments,
      list_transform(stated_values, lambda v: {sql_pseudonym("v", "value")}), winner,
      CASE WHEN best < {len(ranked)} THEN 'authority' ELSE 'recency' END
    FROM several ORDER BY identifier"""
