"""工信: what companies made of emergency goods, day by day; nested JSON from the platform, one file a week."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from citybrain.demo.departments import FIRM_MENTION_COLUMNS, Planted, World, merge
from citybrain.demo.economy.activity import CLOSING_DAY, Activity
from citybrain.demo.economy.written_firms import BY_SYSTEM, written_firms
from citybrain.demo.faults import Fault, fault_table
from citybrain.demo.period import day, deliver
from citybrain.demo.randomness import stream

FOLDER = "industry"
GOODS = (("一次性医用口罩", "只", 9_000), ("医用防护服", "件", 120), ("84消毒液", "升", 600), ("KN95口罩", "只", 1_500))
"""What is made, in which unit, and how much by ten people and day."""
MADE_BY = {"C2770": (0, 1, 3), "C1711": (0, 1), "C2681": (2,)}
"""Goods that a trade turns to."""
LEAST_MAKERS, ONE_MAKER_TO = 4, 15_000
"""Makers in the smallest county, and residents by maker beyond."""
START_SPREAD = 12
"""Days within which all have begun."""
SLIPS = {"quantity_vague": (0.006, ("约一千", "未统计")), "day_impossible": (0.003, ("2020-02-30", "2020.2.31"))}
CLOCK = "10:15"


def makers_of(world: World, activity: Activity) -> pl.DataFrame:
    """The companies that make emergency goods, one row each good: columns of the firms, firm, good, capacity, begins."""
    rng = stream(world.seed, "makers of emergency goods")
    firms = world.firms.with_row_index("firm").with_columns(pl.col("firm").cast(pl.Int64))
    able = firms.filter(~pl.col("is_individual"), pl.Series(~activity.is_dormant))
    rank = pl.col("industry").is_in(list(MADE_BY)).cast(pl.Int8)
    count = max(LEAST_MAKERS, world.residents // ONE_MAKER_TO)
    chosen = able.sort(rank, "staff", "firm", descending=[True, True, False]).head(count)
    rows = []
    for place, (number, industry, staff) in enumerate(chosen.select("firm", "industry", "staff").iter_rows()):
        # A plant of another trade was turned over to masks.
        for good in MADE_BY.get(industry, (place % len(GOODS),)):
            size = max(staff, 10) / 10 * float(rng.uniform(0.7, 1.4))
            rows.append(
                (number, good, round(GOODS[good][2] * size, -1), CLOSING_DAY + int(rng.integers(0, START_SPREAD)))
            )
    schema = {"firm": pl.Int64, "good": pl.Int64, "capacity": pl.Float64, "begins": pl.Int64}
    goods = pl.DataFrame(rows, schema=schema, orient="row")
    return goods.join(chosen, on="firm", how="left", maintain_order="left")


def write_production(world: World, activity: Activity) -> Planted:
    """Writes one file for each week in which something was made, and says what they hold."""
    makers = makers_of(world, activity)
    one_each = makers.unique("firm", maintain_order=True)
    written = written_firms(stream(world.seed, "makers as written"), one_each, BY_SYSTEM)
    named = makers.join(
        written.select("firm", "code_written", "name_written", "firm_fault"), on="firm", maintain_order="left"
    )
    first_week = 7 * (CLOSING_DAY // 7)
    return merge(_week(world, named, first, min(first + 7, world.days)) for first in range(first_week, world.days, 7))


def _week(world: World, makers: pl.DataFrame, first: int, end: int) -> Planted:
    rng = stream(world.seed, f"production of day {first}")
    year, week, _ = day(first).isocalendar()
    file = f"{FOLDER}/production_{year}-W{week:02d}.json"
    faults: list[Fault] = []
    firms: list[dict] = []
    lines: list[tuple[int, str]] = []
    for (firm,), goods in makers.group_by("firm", maintain_order=True):
        listed = []
        for good in goods.iter_rows(named=True):
            days = _days(rng, good, first, end, (file, len(lines)), faults)
            lines += [(firm, good["firm_fault"])] * len(days)
            title, unit, _ = GOODS[good["good"]]
            listed.append({"品种": title, "单位": unit, "日产能": good["capacity"], "产量": days})
        town = world.county.townships[int(world.county.township_of[goods["village"][0]])]
        firms.append({
            "名称": goods["name_written"][0], "统一社会信用代码": goods["code_written"][0],
            "乡镇": town.name, "产品": listed,
        })  # fmt: skip
    if not lines:
        return Planted()
    document = {"报送单位": "县工业和信息化局", "周次": f"{year}年第{week}周", "企业": firms}
    path = world.extracts / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    deliver(path, end, CLOCK)
    mentions = pl.DataFrame(lines, schema={"firm": pl.Int64, "fault": pl.String}, orient="row").with_columns(
        file=pl.lit(file), line=1 + pl.int_range(len(lines), dtype=pl.Int64)
    )
    cast = [pl.col(name).cast(dtype) for name, dtype in FIRM_MENTION_COLUMNS.items()]
    return Planted(faults=fault_table(faults), firm_mentions=mentions.select(cast))


def _days(
    rng: np.random.Generator, good: dict, first: int, end: int, place: tuple[str, int], faults: list[Fault]
) -> list[dict]:
    """The days of one good of one maker; what is wrong with one of them goes to `faults`."""
    file, before = place
    days: list[dict] = []
    for number in range(max(first, good["begins"]), end):
        strength = min(1.0, 0.25 + 0.05 * (number - good["begins"])) * float(rng.uniform(0.8, 1.05))
        quantity = int(good["capacity"] * strength)
        entry: dict[str, object] = {"日期": day(number).isoformat(), "数量": quantity}
        draw = float(rng.random())
        for kind, (share, texts) in SLIPS.items():
            if 0 <= draw < share:
                header = "数量" if kind == "quantity_vague" else "日期"
                faults.append(Fault(file, before + len(days) + 1, kind, str(entry[header])))
                entry[header] = str(rng.choice(texts))
            draw -= share
        days.append(entry)
    return days
