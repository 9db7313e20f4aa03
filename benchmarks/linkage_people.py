"""People of a registry and how departments write them down, with damage at stated rates and the truth beside.

The people are the demo county's; the damage is made here, so that what is measured was not made by whoever made the
rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.registry import WORK

OUTSIDERS_PCT = 6
"""Share of the mentions that speak of people of other counties, who are in no registry here."""
ID_FAULTS = {
    "substituted": 200, "swapped": 120, "dropped": 50, "doubled": 20, "cut": 30, "float": 40, "zeros": 20, "masked": 20,
    "missing": 100,
}  # fmt: skip
"""Of 10,000 mentions; all but `missing` are damaged numbers, five per cent together."""
NAME_FAULTS = {"traditional": 100, "by_ear": 50, "blank": 30}
MOVED_PCT, OTHER_PHONE_PCT, NO_PHONE_PCT = 12, 5, 3

MENTION_COLUMNS = (
    "table_name, batch, source_line, resident_id, id_written, person_name, sex, birth_on, age, phone, area, seen_on"
)


@dataclass(frozen=True)
class Made:
    """Where the mentions lie: the columns of the product's relation, and `person`, `fault`, which are the truth."""

    mentions: Path
    rows: int


def make_mentions(residents: int, events: int, seed: int, folder: Path = WORK) -> Made:
    """The registry of that many residents as mentions, and that many rows of other departments; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"linkage-{residents}-{events}-{seed}.parquet"
    if not file.exists():
        people = folder / f"linkage-people-{residents}-{seed}.parquet"
        _write_people(people, residents, events, seed)
        con = duckdb.connect()
        con.execute("SET temp_directory = $folder", {"folder": str(folder / "spill")})
        beside = file.with_suffix(".part")
        con.execute(f"COPY ({_sql_mentions(people, residents, events, seed)}) TO '{beside}' (FORMAT parquet)")
        con.close()
        beside.rename(file)
        people.unlink()
    return Made(file, residents + events)


def _write_people(file: Path, residents: int, events: int, seed: int) -> None:
    """Residents township by township, then outsiders under numbers of other counties; `person` counts on."""
    from citybrain.demo.county import township_count
    from citybrain.demo.geography import lay_out
    from citybrain.demo.people import people_of

    columns = ["person", "resident_id", "person_name", "is_male", "birth_on", "village", "phone"]
    county = lay_out(seed, township_count(residents))
    parts = [people_of(seed, county, t, residents).select(columns) for t in range(len(county.townships))]
    strangers = max(500, events * OUTSIDERS_PCT // 100 // 2)
    other = lay_out(seed + 1, township_count(strangers))
    outside = pl.concat([people_of(seed + 1, other, t, strangers).select(columns) for t in range(len(other.townships))])
    parts.append(_elsewhere(outside, residents))
    pl.concat(parts).write_parquet(file)


def _elsewhere(people: pl.DataFrame, first: int) -> pl.DataFrame:
    """The same people with numbers of other counties, phones of another series and person numbers from `first`."""
    from citybrain.demo.identifiers import id_texts

    issued = (421000 + people["village"].cast(pl.Int64) % 90).cast(pl.String)
    digits = (issued + people["resident_id"].str.slice(6, 11)).cast(pl.Int64).to_numpy()
    moved = people.with_columns(resident_id=id_texts(digits), phone="142" + pl.col("phone").str.slice(3))
    unique = moved.unique("resident_id", keep="first", maintain_order=True)
    return unique.with_columns(person=first + pl.int_range(pl.len(), dtype=pl.Int64))


def _sql_mentions(people: Path, residents: int, events: int, seed: int) -> str:
    """Registry and events under one another. Chance is a hash of the row and a number for what is decided."""

    def lot(what: int, of: int, row: str = "line") -> str:
        return f"(hash({row}, {seed}, {what}) % {of})::BIGINT"

    id_fault = _sql_choice(lot(1, 10_000), ID_FAULTS)
    name_fault = _sql_choice(lot(2, 10_000), NAME_FAULTS)
    count = f"(SELECT count(*) FROM '{people}')"
    return f"""
    WITH drawn AS (
      SELECT line, CASE WHEN {lot(3, 100)} < {OUTSIDERS_PCT} THEN {residents} + hash(line, {seed}, 4) % ({count} -
      {residents})
          ELSE hash(line, {seed}, 5) % {residents} END::BIGINT AS person,
        {id_fault} AS id_fault, {name_fault} AS name_fault, {lot(6, 10)} AS kind, 1 + {lot(7, 16)} AS place,
        {lot(8, 9)} AS turn
      FROM range({events}) AS r(line)
    ),
    told AS (
      SELECT d.*, p.* EXCLUDE (person), 200 + {lot(9, 80, "d.person")} AS elsewhere, DATE '2020-01-10' +
      {lot(10, 50)}::INTEGER AS seen,
        {lot(11, 100, "d.person")} < {MOVED_PCT} AS is_moved,
        CASE WHEN {lot(12, 100)} < {NO_PHONE_PCT} THEN NULL
          WHEN {lot(13, 100, "d.person")} < {OTHER_PHONE_PCT} THEN '141' ||
          lpad({lot(14, 100_000_000, "d.person")}::VARCHAR, 8, '0')
          ELSE phone END AS phone_now
      FROM drawn AS d JOIN '{people}' AS p ON p.person = d.person
    ),
    written AS (
      SELECT *, {_sql_damaged_id()} AS id_now, {_sql_damaged_name(seed)} AS name_now FROM told
    )
    SELECT 'residents' AS table_name, 1::INTEGER AS batch, person + 2 AS source_line, resident_id, resident_id AS
    id_written,
      person_name, CASE WHEN is_male THEN '1' ELSE '2' END AS sex, birth_on, NULL::INTEGER AS age, phone,
      village::VARCHAR AS area,
      DATE '2020-01-05' AS seen_on, 'public_security' AS department, person, '' AS fault
    FROM '{people}' WHERE person < {residents}
    UNION ALL
    SELECT CASE WHEN kind < 3 THEN 'screenings' WHEN kind < 6 THEN 'assistance' WHEN kind < 9 THEN 'cases' ELSE
    'test_results' END,
      2, line + 2, CASE WHEN id_fault = '' THEN resident_id END, id_now, name_now, CASE WHEN is_male THEN '1' ELSE '2'
      END,
      CASE WHEN kind BETWEEN 3 AND 5 OR kind = 9 THEN birth_on END,
      CASE WHEN kind IN (6, 7, 8) THEN date_diff('year', birth_on, seen) - (strftime(seen, '%m%d') < strftime(birth_on,
      '%m%d'))::INT END,
      CASE WHEN kind < 9 THEN phone_now END,
      CASE WHEN kind < 9 THEN CASE WHEN is_moved THEN elsewhere ELSE village END END::VARCHAR, seen,
      CASE WHEN kind BETWEEN 3 AND 5 THEN 'civil_affairs' ELSE 'health' END, person, concat_ws('+', nullif(id_fault,
      ''), CASE WHEN name_now <> person_name THEN name_fault END)
    FROM written"""


def _sql_choice(lot: str, rates: dict[str, int]) -> str:
    bound, branches = 0, []
    for name, rate in rates.items():
        bound += rate
        branches.append(f"WHEN {lot} < {bound} THEN '{name}'")
    return f"CASE {' '.join(branches)} ELSE '' END"


def _sql_damaged_id() -> str:
    n, at = "resident_id", "place"
    swapped = f"left({n}, {at}) || substr({n}, {at} + 2, 1) || substr({n}, {at} + 1, 1) || substr({n}, {at} + 3)"
    # Equal neighbours cannot be swapped: then the digit is mistyped instead.
    digit = f"((substr({n}, {at} + 1, 1)::INTEGER + 1 + turn) % 10)::VARCHAR"
    substituted = f"left({n}, {at}) || {digit} || substr({n}, {at} + 2)"
    return f"""CASE id_fault WHEN '' THEN {n} WHEN 'missing' THEN NULL WHEN 'substituted' THEN {substituted}
      WHEN 'swapped' THEN CASE WHEN {swapped} = {n} THEN {substituted} ELSE {swapped} END
      WHEN 'dropped' THEN left({n}, {at}) || substr({n}, {at} + 2) WHEN 'doubled' THEN left({n}, {at} + 1) ||
      substr({n}, {at} + 1)
      WHEN 'cut' THEN left({n}, 13 + turn % 4) WHEN 'float' THEN left({n}, 1) || '.' || substr({n}, 2, 5) || 'E+17'
      WHEN 'zeros' THEN left({n}, 15) || '000' WHEN 'masked' THEN left({n}, 6) || '********' || right({n}, 4) END"""


def _sql_damaged_name(seed: int) -> str:
    """Old characters, another character of the given name, a blank inside."""
    from citybrain.demo import names

    plain, old = ("".join(map(chr, codes)) for codes in (names.TRADITIONAL.keys(), names.TRADITIONAL.values()))
    heard = f"substr('{''.join(names.CHARACTERS)}', 1 + (hash(line, {seed}, 20) % {len(names.CHARACTERS)})::BIGINT, 1)"
    return f"""CASE name_fault WHEN 'traditional' THEN translate(person_name, '{plain}', '{old}')
      WHEN 'by_ear' THEN left(person_name, length(person_name) - 1) || {heard}
      WHEN 'blank' THEN left(person_name, 1) || ' ' || substr(person_name, 2) ELSE person_name END"""
