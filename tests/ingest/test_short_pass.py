"""The short pass gives what the long way gives: every row, value, reason and line; only the way is shorter."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from citybrain.areas import load_areas
from citybrain.contracts import load_contracts
from citybrain.ingest import (
    Batch,
    Desk,
    checked,
    ingest_new,
    load_batches,
    short_pass,
    sql_stored,
    stored_files,
    together,
)
from citybrain.project import load_project
from citybrain.sql import literal
from citybrain.warehouse import connect_for_checking

CONTRACT = """title = "户籍登记"
record = "resident"
delivery = "{delivery}"
[owner]
purposes = ["administration"]
[source]
path = "registry*.csv"
[columns]
resident_id = "身份证号"
person_name = "姓名"
sex = "性别"
birth_on = {{ from = "出生日期", invalid = "blank" }}
area = {{ from = "乡镇代码", as = "code" }}
address = "户籍地址"
household = "户号"
phone = "联系电话"
registered_on = "登记日期"
[replace.sex]
"男孩" = "1"
"""
HEADER = "姓名,身份证号,性别,出生日期,乡镇代码,户籍地址,户号,联系电话,登记日期"
TOWNS = ("379901100", "379901101", "379901200")
ODD: dict[str, Sequence[str]] = {
    "name": (" 王小 明", "无", "不详", "未知", "未来", "Ａｎｎａ", "阿依古丽·买买提", "王*", "王\u200b五", "12", "合计", "-"),
    "id": ("", "12345", "3.79901E+17", "  {} ", "{}x", "３７９９０１", "379901198002300011", "1e5", "37990119800101001e"),
    "sex": ("男孩", "男性", "?", "Ｍ", "0", ""),
    "day": (
        "2020/1/4", "20200104", "2020年1月4日", "2020-02-30", "4/1/2020", "2020\\1\\4", "2020 1 4", "2020-1/4",
        "1月4日", "43834", "0001-01-01", "2020-1-4 08:00", "", "2020-01-04 ", "epoch", "不详",
    ),
    "town": ("379901", "379901100000", "城关镇", "999999999", " 379901100", "", "３７９９０１１００"),
    "text": ("、甲", "无", "（null）", "=1+1", "a\tb", " x ", "１２号", "城关镇　一村", "NULL", "n/a", "。", "x" * 300),
    "phone": ("0531-88888888", "+86 13812345678", "1381234567e", "1.3812345e10", "13812345678 ", "12345", "138 1234 5678"),
}  # fmt: skip


def rows(make_id: Any, count: int, seed: int, share: float) -> list[str]:
    """Lines of a registry; of each cell this share is written in no usual way, or wrong, and some rows come twice."""
    rng = random.Random(seed)

    def cell(kind: str, usual: str) -> str:
        odd = rng.choice(ODD[kind]).format(usual) if rng.random() < share else usual
        return odd.replace(",", "，")

    lines = []
    for number in range(count):
        born = dt.date(1950, 1, 1) + dt.timedelta(days=rng.randrange(24_000))
        registered = dt.date(2000, 1, 1) + dt.timedelta(days=rng.randrange(7_000))
        lines.append(
            ",".join([
                cell("name", rng.choice("王李张刘陈") + rng.choice("伟芳娜敏静")),
                cell("id", make_id(number % 1000, born=f"{born:%Y%m%d}")),
                cell("sex", rng.choice("男女")),
                cell("day", born.isoformat()),
                cell("town", rng.choice(TOWNS)),
                cell("text", f"{rng.randrange(300)}号"),
                cell("text", f"H{number:09d}"),
                rng.choice(("", cell("phone", f"138{rng.randrange(10**8):08d}"))),
                cell("day", f"{registered:%Y-%m-%d}"),
            ])
        )  # fmt: skip
        if rng.random() < 0.01:
            lines.append(rng.choice(lines))
    return lines


def take(city: Any) -> Batch:
    project = load_project(city.root)
    project.paths.work.mkdir(parents=True, exist_ok=True)
    con = connect_for_checking(project.paths.work)
    report = ingest_new([Desk(project, load_areas(project), con, project.paths.work)], load_contracts(project))
    con.close()
    assert not report.errors
    return report.batches[-1]


def outcome(city: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Every stored row by its position, every row set aside, and what the ledger counts."""
    paths = load_project(city.root).paths
    batches = load_batches(paths)
    files = [file for batch in batches for file in stored_files(paths, batch)]
    aside = ", ".join(literal(file) for file in sorted(paths.quarantine.glob("*/*/*.parquet")))
    with duckdb.connect() as con:
        stored = con.execute(
            "SELECT * EXCLUDE (_line, _first_line), coalesce(_line, _first_line + row) AS line"
            f" FROM {sql_stored(files)} ORDER BY _batch, row"
        ).fetchall()
        set_aside = con.execute(f"FROM read_parquet([{aside}], filename = TRUE) ORDER BY filename, row").fetchall()
    counted = ("rows_in", "accepted", "quarantined", "duplicate", "layout", "blanked", "findings")
    return stored, [row[:-1] for row in set_aside], [[getattr(b, name) for name in counted] for b in batches]


def watched_short_passes(monkeypatch: pytest.MonkeyPatch, worth: int) -> list[int]:
    """How many rows each short pass leaves open, once deliveries of so many bytes are worth one."""
    left: list[int] = []

    def open_rows(*arguments: Any) -> int:
        left.append(short_pass.open_rows(*arguments))
        return left[-1]

    for module in (checked, together):
        monkeypatch.setattr(module, "WORTH_BYTES", worth)
        monkeypatch.setattr(module, "open_rows", open_rows)
    return left


@pytest.fixture
def city(small_city: Any) -> Any:
    small_city.contract("police.registry", CONTRACT.format(delivery="full"))
    return small_city


@pytest.mark.parametrize("delivery", ["full", "append", "upsert"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_both_ways_give_the_same_rows_values_reasons_and_lines(  # type: ignore[no-untyped-def]
    city, make_resident_id, monkeypatch, delivery: str, is_alone: bool
) -> None:
    city.contract("police.registry", CONTRACT.format(delivery=delivery))
    for seed in (1, 2):
        text = "\n".join([HEADER, *rows(make_resident_id, 1500, seed, 0.008), *rows(make_resident_id, 1500, seed, 0.3)])
        city.deliver(f"registry_{seed}.csv", text + "\n", f"2020-02-1{seed}T08:00:00+00:00")
    passes = watched_short_passes(monkeypatch, worth=1)
    monkeypatch.setattr("citybrain.ingest.short_pass.SAMPLE_ROWS", 1000)
    if is_alone:
        monkeypatch.setattr("citybrain.ingest.parcels.SMALL", 1)
    # Of deliveries taken together all rows stand in one Parquet.
    assert (take(city).rechecked > 300) == is_alone
    assert len(passes) == 1 + is_alone
    assert sum(passes) > 600
    short = outcome(city)
    for zone in ("accepted", "quarantine", "batches", "archive"):
        for file in sorted((city.root / "data" / zone).rglob("*.*")):
            file.unlink()
    assert watched_short_passes(monkeypatch, worth=1 << 40) == []
    assert take(city).rechecked == 0
    long = outcome(city)
    for ours, theirs in zip(short, long, strict=True):
        assert ours == theirs
    assert long[2][-1][2] > 100


def test_a_second_build_keeps_both_files_and_reads_nothing_again(city, make_resident_id, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(checked, "WORTH_BYTES", 1)
    monkeypatch.setattr("citybrain.ingest.short_pass.SAMPLE_ROWS", 1000)
    city.deliver(
        "registry.csv", "\n".join([HEADER, *rows(make_resident_id, 1000, 3, 0.0), *rows(make_resident_id, 9, 3, 0.5)])
    )
    city.build()
    first = city.rows("SELECT count(*), count(DISTINCT source_line) FROM shared.residents")
    files = sorted((city.root / "data" / "accepted").rglob("*.parquet"))
    assert len(files) == 2
    assert not city.build().published
    assert sorted((city.root / "data" / "accepted").rglob("*.parquet")) == files
    assert city.rows("SELECT count(*), count(DISTINCT source_line) FROM shared.residents") == first


def test_a_delivery_in_no_usual_spelling_goes_the_long_way(city, make_resident_id, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(checked, "WORTH_BYTES", 1)
    lines = [line.replace("号,", "号　,") for line in rows(make_resident_id, 500, 4, 0.0)]
    city.deliver("registry.csv", "\n".join([HEADER, *lines]))
    assert take(city).rechecked == 0


def test_every_clerk_writes_days_in_a_way_of_his_own_and_none_is_read_twice(
    city, make_resident_id, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(checked, "WORTH_BYTES", 1)
    monkeypatch.setattr("citybrain.ingest.short_pass.SAMPLE_ROWS", 50)
    lines = rows(make_resident_id, 500, 5, 0.0)
    for number, line in enumerate(lines):
        rest, day = line[:-10], line[-10:]
        year, month, date = day.split("-")
        ways = (
            day,
            day.replace("-", ""),
            day.replace("-", "/"),
            day.replace("-", "."),
            f"{year}年{int(month)}月{int(date)}日",
        )
        phone = ("", "—", "/", "无", "13812345678")[number % 3]
        lines[number] = ",".join([*rest.split(",")[:-2], phone, ways[number % 5]])
    city.deliver("registry.csv", "\n".join([HEADER, *lines]))
    batch = take(city)
    assert (batch.rechecked, batch.quarantined) == (0, 0)
    with duckdb.connect() as con:
        stored = sql_stored(stored_files(load_project(city.root).paths, batch))
        assert con.execute(f"SELECT count(registered_on), count(phone) FROM {stored}").fetchone() == (len(lines), 0)


def test_a_header_that_hides_the_number_of_a_row_changes_no_line(city, make_resident_id, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    city.contract("police.registry", CONTRACT.format(delivery="full").replace('as = "code"', 'as = "auto"'))
    monkeypatch.setattr("citybrain.ingest.parcels.SMALL", 1)
    lines = [f"{line},{number + 7000}" for number, line in enumerate(rows(make_resident_id, 40, 8, 0.0))]
    city.deliver("registry.csv", "\n".join([f"{HEADER},ROWID", *lines]))
    batch = take(city)
    with duckdb.connect() as con:
        stored = sql_stored(stored_files(load_project(city.root).paths, batch))
        assert con.execute(f"SELECT list(_line ORDER BY _line) FROM {stored}").fetchall()[0][0] == list(
            range(2, len(lines) + 2)
        )


@pytest.mark.parametrize("delivery", ["full", "append"])
@pytest.mark.parametrize("way", ["address", "auto"])
def test_places_looked_up_in_a_list_or_by_a_join_are_the_same_in_both_ways(  # type: ignore[no-untyped-def]
    city, make_resident_id, monkeypatch, delivery: str, way: str
) -> None:
    contract = CONTRACT.format(delivery=delivery).replace('"乡镇代码", as = "code"', f'"乡镇代码", as = "{way}"')
    city.contract("police.registry", contract)
    towns = ("城关镇{}号", "河西{}号", "城关镇河西{}路{}号", "379901100", "某处{}号", "", "{}号城关镇", "Ａ{}座")
    for seed in (1, 2):
        rng = random.Random(seed)
        cells = [line.split(",") for line in rows(make_resident_id, 600, seed, 0.1)]
        for row in cells:
            row[4] = rng.choice(towns).format(rng.randrange(200), rng.randrange(9))
        city.deliver(
            f"registry_{seed}.csv", "\n".join([HEADER, *map(",".join, cells)]), f"2020-02-1{seed}T08:00:00+00:00"
        )
    monkeypatch.setattr("citybrain.ingest.short_pass.WORTH_SHARE", 0.0)
    found = []
    for small, worth, listed in itertools.product((1, 1 << 20), (1, 1 << 40), (20_000, 0)):
        passes = watched_short_passes(monkeypatch, worth)
        monkeypatch.setattr("citybrain.ingest.parcels.SMALL", small)
        monkeypatch.setattr("citybrain.ingest.places.LISTED_TEXTS", listed)
        take(city)
        assert bool(passes) == (worth == 1)
        stored, aside, counts = outcome(city)
        # A join keeps no order: rows are told by their lines.
        found.append((sorted(map(repr, [[*r[:-2], r[-1]] for r in stored])), len(aside), counts))
        for zone in ("accepted", "quarantine", "batches", "archive"):
            for file in sorted((city.root / "data" / zone).rglob("*.*")):
                file.unlink()
    assert all(one == found[0] for one in found)
    assert found[0][2][0][1] > 100
