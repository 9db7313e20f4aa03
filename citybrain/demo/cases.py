"""卫健: the report cards of cases, nested JSON, one file a week with the cards that are new or have changed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl

from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import mention_table, written_people
from citybrain.demo.outbreak import DAY_MINUTES, age_on
from citybrain.demo.period import LOCAL, day, deliver
from citybrain.demo.randomness import stream

WEEK_MINUTES = 7 * DAY_MINUTES
FOLDER = "health/cases"
SLIPS = {
    "age_placeholder": 0.02, "phone_placeholder": 0.03, "township_missing": 0.015, "village_unknown": 0.02,
    "village_missing": 0.04,
}  # fmt: skip
"""Kind -> share of cards whose first version has it; the next week's file corrects those that cost the row."""
CORRECTED = ("township_missing", "village_unknown")
TWICE_IN_A_WEEK = 0.1
"""Of the cards suspected and confirmed in one week: the suspected version is left in the file, above the other."""
CLOCK = "09:10"


def write_case_files(world: World, cards: pl.DataFrame) -> Planted:
    """Writes a file for every week with cards below the extracts, on the Monday after it; returns what was planted.

    `cards` are cases with their way, `workplace`, and `is_suspect` for those that no laboratory ever confirmed.
    """
    versions = _versions(world, cards)
    (world.extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    planted = []
    for week in range(world.weeks):
        last = min(7 * week + 6, world.days - 1)
        year, number, _ = day(7 * week).isocalendar()
        file = f"{FOLDER}/cases_{year}-W{number:02d}.json"
        rows = versions.filter(pl.col("week") == week).with_row_index("line", offset=1)
        if not len(rows):
            continue
        listed = [_card(world, row, (last + 1) * DAY_MINUTES) for row in rows.iter_rows(named=True)]
        content = {"上报单位": "青禾县疾病预防控制中心", "截止日期": str(day(last)), "报告": listed}
        (world.extracts / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        deliver(world.extracts / file, last + 1, CLOCK)
        slips = rows.filter(pl.col("kind") != "").select(
            pl.lit(file).alias("file"), pl.col("line").cast(pl.Int64), "kind", detail="case_no"
        )
        planted.append(Planted(slips, mention_table(file, rows["line"], rows["person"], rows["mention_fault"])))
    return merge(planted)


def _versions(world: World, cards: pl.DataFrame) -> pl.DataFrame:
    """One row for each time a card is sent, in file order: the card, `week`, `kind` of slip, `is_confirmed`.

    A card is sent in the week of its report, again in the weeks of its confirmation and its push, and when corrected.
    """
    rng = stream(world.seed, "case cards")
    shares = list(SLIPS.values())
    kind = pl.Series([*SLIPS, ""]).gather(rng.choice(len(SLIPS) + 1, len(cards), p=[*shares, 1 - sum(shares)]))
    ordered = written_people(rng, cards.sort("reported_at", "case_no"))
    ordered = ordered.with_columns(kind=kind, draw=pl.Series(rng.random(len(cards))))
    first = ordered.with_columns(week=(pl.col("reported_at") // WEEK_MINUTES).cast(pl.Int64))
    later = [
        first.filter(at // WEEK_MINUTES > pl.col("week")).with_columns(week=at // WEEK_MINUTES, kind=pl.lit(""))
        for at in (pl.col("confirmed_at"), pl.col("pushed_at"))
    ]
    mended = first.filter(pl.col("kind").is_in(CORRECTED)).with_columns(week=pl.col("week") + 1, kind=pl.lit(""))
    again = pl.concat([*later, mended]).unique(["case_no", "week"], keep="first", maintain_order=True)
    known = (pl.col("confirmed_at") // WEEK_MINUTES <= pl.col("week")).fill_null(value=False)
    weekly = pl.concat([first, again]).with_columns(is_confirmed=known)
    stale = first.filter(
        pl.col("confirmed_at") > pl.col("reported_at"),
        pl.col("confirmed_at") // WEEK_MINUTES == pl.col("week"),
        pl.col("draw") < TWICE_IN_A_WEEK,
        pl.col("kind") == "",
    ).with_columns(kind=pl.lit("card_twice"), is_confirmed=pl.lit(False))
    # The stale version stands above: ties are ordered by what is confirmed.
    order = ["week", "reported_at", "case_no", "is_confirmed"]
    return pl.concat([weekly, stale]).filter(pl.col("week") < world.weeks).with_columns(
        age=age_on(pl.col("birth_on"), pl.col("reported_day"))
    ).sort(order)  # fmt: skip


def _card(world: World, row: dict[str, Any], end: int) -> dict[str, Any]:
    """The card as the reporting system exports it at minute `end`; instants are in UTC, days those at which they began."""
    village = world.county.villages[row["village"]]
    kind = row["kind"]
    slip: dict[str, dict[str, str | None]] = {
        "age_placeholder": {"age": "不详"},
        "phone_placeholder": {"phone": "—"},
        "township_missing": {"township": "", "village": ""},
        "village_unknown": {"village": "外来务工宿舍"},
        "village_missing": {"village": None},
    }
    stated: dict[str, str | None] = slip.get(kind, {})
    township = world.county.townships[village.township].name
    return {
        "卡号": row["case_no"],
        "报告单位": row["facility"],
        "患者": {
            "姓名": row["name_written"],
            "性别": row["sex_written"],
            "年龄": stated.get("age", row["age"]),
            "证件号": row["id_written"],
            "联系电话": stated.get("phone", row["phone_written"]),
            "工作单位": row["workplace"],
        },
        "现住址": {"乡镇": stated.get("township", township), "村": stated.get("village", village.name)},
        "病例分类": "确诊病例" if row["is_confirmed"] else "疑似病例",
        "时间": {
            "发病": _instant(row["onset_day"] * DAY_MINUTES),
            "首诊": _instant(row["visit_day"] * DAY_MINUTES),
            "确诊": _instant(row["confirmed_at"]) if row["is_confirmed"] else None,
            "报告": _instant(row["reported_at"]),
            "推送": _instant(row["pushed_at"]) if row["pushed_at"] < end else None,
        },
    }


def _instant(minutes: int) -> str:
    """The instant so many minutes after the first midnight, in UTC, as JavaScript writes it."""
    local = dt.datetime.combine(day(0), dt.time(), LOCAL) + dt.timedelta(minutes=minutes)
    return local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
