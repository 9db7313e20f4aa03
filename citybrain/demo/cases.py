"""卫健: the report cards of cases, nested JSON, one file a week with the cards that are new or have changed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl

from citybrain.demo.faults import Fault
from citybrain.demo.geography import County
from citybrain.demo.outbreak import age_on
from citybrain.demo.period import LOCAL, day, deliver
from citybrain.demo.randomness import stream

FOLDER = "health/cases"
SLIPS = {
    "id_mistyped": 0.02, "id_placeholder": 0.03, "age_placeholder": 0.02, "phone_placeholder": 0.03,
    "township_missing": 0.015, "village_unknown": 0.02, "village_missing": 0.04,
}  # fmt: skip
"""Kind -> share of cards whose first version has it; the next week's file corrects those that cost the row."""
CORRECTED = ("id_mistyped", "township_missing", "village_unknown")
TWICE_IN_A_WEEK = 0.1
"""Of the cards suspected and confirmed in one week: the suspected version is left in the file, above the other."""
CLOCK = "09:10"


def write_case_files(seed: int, county: County, cases: pl.DataFrame, days: int, extracts: Path) -> list[Fault]:
    """Writes a file for every week with cards below `extracts`, on the Monday after it; returns what was planted."""
    versions = _versions(seed, cases, days)
    (extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    faults = []
    for week in range((days + 6) // 7):
        last = min(7 * week + 6, days - 1)
        year, number, _ = day(7 * week).isocalendar()
        file = f"{FOLDER}/cases_{year}-W{number:02d}.json"
        cards = versions.filter(pl.col("week") == week)
        if not len(cards):
            continue
        listed = [_card(county, row) for row in cards.iter_rows(named=True)]
        content = {"上报单位": "青禾县疾病预防控制中心", "截止日期": str(day(last)), "报告": listed}
        (extracts / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        deliver(extracts / file, last + 1, CLOCK)
        slips = cards.with_row_index("line", offset=1).filter(pl.col("kind") != "")
        faults += [Fault(file, *slip) for slip in slips.select("line", "kind", "case_no").iter_rows()]
    return faults


def _versions(seed: int, cases: pl.DataFrame, days: int) -> pl.DataFrame:
    """One row for each time a card is sent, in file order: the card, `week`, `kind` of slip, `is_confirmed`.

    A card is sent in the week of its report, again in the week of its confirmation, and again when it is corrected.
    """
    rng = stream(seed, "case cards")
    shares = list(SLIPS.values())
    kind = pl.Series([*SLIPS, ""]).gather(rng.choice(len(SLIPS) + 1, len(cases), p=[*shares, 1 - sum(shares)]))
    ordered = cases.sort("reported_day", "reported_minute", "case_no")
    ordered = ordered.with_columns(kind=kind, draw=pl.Series(rng.random(len(cases))))
    first = ordered.with_columns(week=pl.col("reported_day") // 7)
    later = pl.col("confirmed_day") // 7
    confirmed = ordered.with_columns(week=later, kind=pl.lit("")).filter(later > pl.col("reported_day") // 7)
    mended = first.filter(pl.col("kind").is_in(CORRECTED)).with_columns(week=pl.col("week") + 1, kind=pl.lit(""))
    again = pl.concat([confirmed, mended]).unique(["case_no", "week"], keep="first", maintain_order=True)
    weekly = pl.concat([first, again]).with_columns(is_confirmed=pl.col("confirmed_day") // 7 <= pl.col("week"))
    stale = first.filter(
        (pl.col("confirmed_day") > pl.col("reported_day")) & (later == pl.col("week")),
        pl.col("draw") < TWICE_IN_A_WEEK,
        pl.col("kind") == "",
    ).with_columns(kind=pl.lit("card_twice"), is_confirmed=pl.lit(False))
    # The stale version stands above: ties are ordered by what is confirmed.
    order = ["week", "reported_day", "reported_minute", "case_no", "is_confirmed"]
    return pl.concat([weekly, stale]).filter(pl.col("week") < (days + 6) // 7).with_columns(
        age=age_on(pl.col("birth_on"), pl.col("reported_day"))
    ).sort(order)  # fmt: skip


def _card(county: County, row: dict[str, Any]) -> dict[str, Any]:
    """The card as the reporting system exports it; days are the instants at which they began in China."""
    village = county.villages[row["village"]]
    kind, number = row["kind"], row["resident_id"]
    slip: dict[str, dict[str, str | None]] = {
        "id_mistyped": {"id": number[:14] + str((int(number[14]) + 3) % 10) + number[15:]},
        "id_placeholder": {"id": "不详"},
        "age_placeholder": {"age": "不详"},
        "phone_placeholder": {"phone": "—"},
        "township_missing": {"township": "", "village": ""},
        "village_unknown": {"village": "外来务工宿舍"},
        "village_missing": {"village": None},
    }
    stated: dict[str, str | None] = slip.get(kind, {})
    township = county.townships[village.township].name
    return {
        "卡号": row["case_no"],
        "患者": {
            "姓名": row["person_name"],
            "性别": "男" if row["is_male"] else "女",
            "年龄": stated.get("age", row["age"]),
            "证件号": stated.get("id", number),
            "联系电话": stated.get("phone", row["phone"]),
        },
        "现住址": {"乡镇": stated.get("township", township), "村": stated.get("village", village.name)},
        "病例分类": "确诊病例" if row["is_confirmed"] else "疑似病例",
        "时间": {
            "发病": _instant(row["onset_day"], 0),
            "确诊": _instant(row["confirmed_day"], 0) if row["is_confirmed"] else None,
            "报告": _instant(row["reported_day"], row["reported_minute"]),
        },
    }


def _instant(number: int, minute: int) -> str:
    """The instant in UTC, as JavaScript writes it."""
    local = dt.datetime.combine(day(number), dt.time(), LOCAL) + dt.timedelta(minutes=minute)
    return local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
