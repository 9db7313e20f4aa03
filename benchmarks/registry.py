"""A household registry of any size and the city project that takes it, written by DuckDB in one statement.

It is no demo: no world behind it, only rows of the right shapes and lengths with faults at stated rates. 3,000 villages
in 300 townships. Of the residents 0.5 % have a broken check digit, 0.2 % an unknown village, 0.2 % an impossible date;
0.1 % stand there twice; 2 % of the dates are written with slashes and 10 % of the phones are missing.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

WORK = Path(__file__).resolve().parent / "work"
TOWNSHIPS, VILLAGES_EACH = 300, 10
COUNTY = "991200"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

CITY = """name = "Benchmark"
timezone = "Asia/Shanghai"
[[levels]]
code = "county"
title = "县"
[[levels]]
code = "township"
title = "乡镇"
[[levels]]
code = "village"
title = "村"
[[areas]]
path = "data/areas.csv"
level_column = "level"
code = "code"
name = "name"
parent = "parent"
"""
CONTRACT = """title = "户籍登记"
record = "resident"
delivery = "full"
[owner]
purposes = ["administration"]
[source]
path = "registry*.csv"
[columns]
resident_id = "身份证号"
person_name = "姓名"
sex = "性别"
birth_on = "出生日期"
area = { from = "村代码", as = "code" }
address = "户籍地址"
household = "户号"
phone = "联系电话"
registered_on = "登记日期"
"""


@dataclass(frozen=True)
class Registry:
    """A city project whose only delivery is one registry file."""

    project: Path
    file: Path
    rows: int


def villages() -> list[str]:
    """The 12-digit codes of all villages."""
    return [f"{COUNTY}{t:03d}{v:03d}" for t in range(100, 100 + TOWNSHIPS) for v in range(200, 200 + VILLAGES_EACH)]


def make_registry(residents: int, encoding: str = "UTF-8") -> Registry:
    """The registry of that size, written once and then found again."""
    project = WORK / f"registry-{residents}-{encoding.lower()}"
    file = project / "data" / "extracts" / "registry.csv"
    # The last thing written, so that a half-made registry is made again.
    done = project / "city.toml"
    if not done.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        if encoding == "UTF-8":
            _write_rows(file, residents)
        else:
            _encode(make_registry(residents).file, file, encoding)
        _write_declarations(project)
        done.write_text(CITY, encoding="utf-8")
    return Registry(project, file, residents + residents // 1000)


def _write_declarations(project: Path) -> None:
    codes = villages()
    townships = sorted({code[:9] + "000" for code in codes})
    rows = [(COUNTY + "000000", "基准县", "county", "")]
    rows += [(code, f"{int(code[6:9])}镇", "township", COUNTY + "000000") for code in townships]
    rows += [(code, f"{int(code[6:9])}镇{int(code[9:])}村", "village", code[:9] + "000") for code in codes]
    text = "\n".join(",".join(row) for row in [("code", "name", "level", "parent"), *rows])
    (project / "data" / "areas.csv").write_text(text + "\n", encoding="utf-8")
    connector = project / "connectors" / "police" / "registry.toml"
    connector.parent.mkdir(parents=True, exist_ok=True)
    connector.write_text(CONTRACT, encoding="utf-8")


def _encode(source: Path, target: Path, encoding: str) -> None:
    with target.open("wb") as output:
        subprocess.run(["iconv", "-f", "UTF-8", "-t", encoding, str(source)], stdout=output, check=True)


def _write_rows(file: Path, residents: int) -> None:
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = TRUE")
        con.execute(f"COPY ({_sql_rows(residents)}) TO '{file}' (FORMAT csv, HEADER)")


def _sql_pick(texts: Sequence[str], salt: int) -> str:
    listed = ", ".join(f"'{text}'" for text in texts)
    return f"list_extract([{listed}], 1 + (hash(n, {salt}) % {len(texts)})::INT)"


def _sql_rows(residents: int) -> str:
    """Rows in the columns of CONTRACT; every thousandth resident comes twice."""
    weighted = " + ".join(f"{weight} * substr(body, {at}, 1)::INT" for at, weight in enumerate(WEIGHTS, 1))
    return f"""
WITH numbered AS (
  SELECT CASE WHEN n < {residents} THEN n ELSE (n - {residents}) * 1000 END AS n
  FROM range({residents + residents // 1000}) r(n)
),
people AS (
  SELECT n, DATE '1930-01-01' + (hash(n, 1) % 33000)::INT AS born, (hash(n, 2) % {TOWNSHIPS})::INT AS township,
    (hash(n, 3) % {VILLAGES_EACH})::INT AS village, hash(n, 4) % 1000 AS fault, hash(n, 5) % 100 AS style
  FROM numbered
),
bodied AS (
  -- The serial is the row number in base 1000 spread over area and order digits, so that no two people share an ID.
  SELECT *, printf('37%04d', (n // 1000) % 10000) || strftime(born, '%Y%m%d') || printf('%03d', n % 1000) AS body
  FROM people
),
checked AS (
  SELECT *, substr('10X98765432', (({weighted}) % 11)::INT + 1, 1) AS digit FROM bodied
)
SELECT {_sql_pick(SURNAMES, 6)} || {_sql_pick(GIVEN, 7)} || {_sql_pick([*GIVEN, ""], 8)} AS "姓名",
  body || CASE WHEN fault < 5 THEN translate(digit, '0123456789X', '12345678900') ELSE digit END AS "身份证号",
  CASE WHEN substr(body, 17, 1)::INT % 2 = 1 THEN '男' ELSE '女' END AS "性别",
  CASE WHEN fault IN (5, 6) THEN '1960-02-30' WHEN style < 2 THEN strftime(born, '%Y/%-m/%-d')
    ELSE strftime(born, '%Y-%m-%d') END AS "出生日期",
  '{COUNTY}' || CASE WHEN fault IN (7, 8) THEN '999999'
    ELSE printf('%03d%03d', 100 + township, 200 + village) END AS "村代码",
  (100 + township) || '镇' || (200 + village) || '村' || (hash(n, 9) % 300) || '号' AS "户籍地址",
  printf('H%09d', n // 3) AS "户号",
  CASE WHEN style < 90 THEN '13' || printf('%09d', (hash(n, 10) % 1000000000)::BIGINT) END AS "联系电话",
  strftime(DATE '1990-01-01' + (hash(n, 11) % 10000)::INT, '%Y-%m-%d') AS "登记日期"
FROM checked"""
