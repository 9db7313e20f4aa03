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
        "birth_on": "birth_on", "phone": "phone", "area": "area",
    },
    {"person_name": sql_folded_name},
)  # fmt: skip
ENTERPRISE = Subject(
    "enterprise", "credit_code", "NULL::BIGINT", "identifier",
    {"enterprise_name": "enterprise_name", "area": "area", "staff": "staff"},
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
    departments = _create_stated(con, subject, mentions)
    _create_pairs(con, subject)
    for attribute in subject.attributes:
        con.execute(f"INSERT INTO {own}.attribute_agreement {_sql_agreement(subject, attribute, departments)}")
        ranked = authority.get(subject.kind, {}).get(attribute, ())
        con.execute(f"INSERT INTO {own}.attribute_conflicts {_sql_conflicts(subject, attribute, departments, ranked)}")
    con.execute("DROP TABLE conflict_pairs")
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


_DAY, _RANK = 1 << 16, 1 << 50
"""What a day and a rank weigh in the number by which the winner is found, beside the place of the department: lower wins."""


def _create_stated(con: duckdb.DuckDBPyConnection, subject: Subject, mentions: str) -> list[str]:
    """`conflict_stated`: the newest value of each attribute by subject and department, of subjects that more than one
    states. Departments stand there as their place in the list that is returned, which is in order.

    The department with the most rows is the registry: only its rows about those whom others know too are taken up.
    """
    counted = con.execute(f"SELECT department, count(*) FROM {mentions} GROUP BY department").fetchall()
    departments = sorted(department for department, _ in counted)
    registry = literal(min(counted, key=lambda c: (-c[1], c[0]))[0]) if counted else "NULL"
    others = _sql_newest(subject, mentions, departments, f"department <> {registry}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE conflict_stated AS {others}")
    known = f"department = {registry} AND hash({subject.identifier}) IN (SELECT hash(identifier) FROM conflict_stated)"
    con.execute(f"INSERT INTO conflict_stated {_sql_newest(subject, mentions, departments, known)}")
    return departments


def _sql_newest(subject: Subject, mentions: str, departments: Sequence[str], rows: str) -> str:
    """SELECT identifier, department, and of each attribute the newest value and its day, of some rows of the mentions."""
    # Newest day first, then the later batch and line: one number orders all three.
    order = f"{_AT} * 100000000000000 + batch::BIGINT * 1000000000 + source_line"
    newest = ", ".join(
        f"arg_max({sql}, {order}) AS {quote(name)}, max({_AT}) FILTER (WHERE ({sql}) IS NOT NULL) AS {quote(name + ' at')}"
        for name, sql in subject.attributes.items()
    )
    comparable = ", ".join(f"{fold(quote(name))} AS {quote(name)}" for name, fold in subject.folded.items())
    places = "".join(f" WHEN {literal(d)} THEN {n}" for n, d in enumerate(departments))
    place = f"CASE department{places} END" if places else "NULL"
    return f"""
    SELECT * REPLACE ({comparable}) FROM (
      SELECT {subject.identifier} AS identifier, ({place})::USMALLINT AS department, {newest}
      FROM {mentions} WHERE {subject.identifier} IS NOT NULL AND {rows} GROUP BY ALL)"""


def _create_pairs(con: duckdb.DuckDBPyConnection, subject: Subject) -> None:
    """`conflict_pairs`: identifier, left and right department, and of each attribute whether both state the same;
    NULL where one does not state it. Made once: the join is the same for every attribute.
    """
    same = ", ".join(f"l.{quote(a)} = r.{quote(a)} AS {quote(a)}" for a in subject.attributes)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE conflict_pairs AS
        SELECT l.identifier, l.department AS left_place, r.department AS right_place, {same}
        FROM conflict_stated AS l JOIN conflict_stated AS r
          ON l.identifier = r.identifier AND l.department < r.department"""
    )


def _sql_agreement(subject: Subject, attribute: str, departments: Sequence[str]) -> str:
    same = quote(attribute)
    return f"""
    SELECT {literal(subject.kind)}, {literal(attribute)}, {_sql_name("left_place", departments)} AS left_department,
      {_sql_name("right_place", departments)} AS right_department, count(*), count(*) FILTER (WHERE {same}),
      100.0 * count(*) FILTER (WHERE {same}) / count(*)
    FROM conflict_pairs WHERE {same} IS NOT NULL GROUP BY left_place, right_place ORDER BY left_place, right_place"""


def _sql_conflicts(subject: Subject, attribute: str, departments: Sequence[str], ranked: Sequence[str]) -> str:
    value, at = quote(attribute), quote(attribute + " at")
    ranks = "".join(f" WHEN {departments.index(d)} THEN {n}" for n, d in enumerate(ranked) if d in departments)
    rank = f"(CASE department{ranks} ELSE {len(ranked)} END)::BIGINT" if ranks else f"{len(ranked)}::BIGINT"
    # Few are stated differently: who they are is told by the pairs, and only they are put together.
    return f"""
    WITH stated AS (
      SELECT identifier, department, {value}::VARCHAR AS value,
        {rank} * {_RANK} + ({_RANK // _DAY // 2} - {at}) * {_DAY} + department AS claim
      FROM conflict_stated WHERE {value} IS NOT NULL
        AND identifier IN (SELECT identifier FROM conflict_pairs WHERE NOT {value})
    ),
    keyed AS (SELECT value, {sql_pseudonym("value", "value")} AS key FROM (SELECT DISTINCT value FROM stated)),
    several AS (
      SELECT identifier, list_sort(list({{'department': department, 'key': key}})) AS said, min(claim) AS best
      FROM stated JOIN keyed USING (value) GROUP BY identifier
    )
    SELECT {literal(subject.kind)}, {subject.person_key}, {subject.credit_code}, {literal(attribute)},
      list_transform(said, lambda s: {_sql_name("s.department", departments)}), list_transform(said, lambda s: s.key),
      {_sql_name(f"best % {_DAY}", departments)}, CASE WHEN best // {_RANK} < {len(ranked)} THEN 'authority' ELSE 'recency' END
    FROM several ORDER BY identifier"""


def _sql_name(place: str, departments: Sequence[str]) -> str:
    """SQL of the name of the department at a place."""
    return f"([{', '.join(map(literal, departments))}]::VARCHAR[])[{place} + 1]"
