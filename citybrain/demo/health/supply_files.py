"""卫健 and 应急: stocks by week, what was issued and what was received by month, from one simulation."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import DISCREPANCY_COLUMNS, Planted, World, merge
from citybrain.demo.health.series import Series, day_text, deliver_series, gathered, text_writer
from citybrain.demo.health.sheets import SheetStyle
from citybrain.demo.health.supplies import ITEMS, Supplies
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.randomness import stream

RULE = "supplies_issued_received"
WAN = 10_000
STOCK_HEADERS = {
    "facility": "机构名称", "place": "所在乡镇", "item_name": "物资名称", "on": "盘点日期", "stock": "库存数量",
    "used": "当日消耗", "unit": "单位",
}  # fmt: skip
ISSUE_HEADERS = {
    "document_no": "调拨单号", "item_name": "物资", "amount": "发放数量", "unit": "单位", "on": "发放日期",
    "facility": "接收单位", "place": "接收单位所在地", "handler": "经办人",
}  # fmt: skip
RECEIPT_HEADERS = {
    "document_no": "单据号", "item_name": "物资品名", "amount": "签收数量", "on": "签收日期", "facility": "签收单位",
    "place": "乡镇", "note": "备注",
}  # fmt: skip
UNITS = ("只", "只", "件", "副", "升", "升", "人份")
STOCK = Series("health/supply_stock/物资库存_", ".csv", STOCK_HEADERS, text_writer("gb18030"), "10:30")
ISSUES = Series(
    "emergency/supplies_issued/应急物资发放_", ".xlsx", ISSUE_HEADERS,
    SheetStyle(f"{COUNTY_NAME}应急物资发放明细表", note="注：数量含“万”的按万计。", hidden="单位代码").write,
    "16:00", month=True,
)  # fmt: skip
RECEIPTS = Series(
    "health/supplies_received/物资签收_", ".csv", RECEIPT_HEADERS, text_writer("utf-8-sig", ";"), "15:20", month=True
)
UNREADABLE = 0.004
FIRST_STOCK = 7


def write_supply_files(world: World, hospitals: pl.DataFrame, supplies: Supplies) -> Planted:
    """Writes stocks, issues and receipts below the extracts; returns what was planted."""
    rng = stream(world.seed, "supply files")
    planted = [_write_stocks(rng, world, hospitals, supplies)]
    lines = supplies.lines
    issued = lines.filter(pl.col("lost") != "received_not_sent").with_columns(
        at="hospital", on_day="day", amount=_in_wan(pl.col("quantity"))
    )
    planted.append(deliver_series(world, ISSUES, _named(world, hospitals, issued))[1])
    received = lines.filter(pl.col("received").is_not_null(), pl.col("received_day") < world.days).with_columns(
        at="receiver", on_day="received_day", amount=pl.col("received").cast(pl.String)
    )
    received = received.sort("on_day", "document_no", "item")
    planted.append(deliver_series(world, RECEIPTS, _named(world, hospitals, received))[1])
    planted.append(Planted(discrepancies=_discrepancies(world, hospitals, lines)))
    return merge(planted)


def _in_wan(quantity: pl.Expr) -> pl.Expr:
    """Great quantities in units of ten thousand, as offices write them."""
    wan = (quantity / WAN).round(3).cast(pl.String).str.strip_suffix(".0") + "万"
    return pl.when(quantity >= WAN).then(wan).otherwise(quantity.cast(pl.String))


def _named(world: World, hospitals: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """With the texts of the lists; `at` is the hospital and `on_day` the day that a list states."""
    townships = [world.county.townships[t].name for t in hospitals["township"]]
    at = lines["at"].to_numpy()
    return lines.with_columns(
        facility=gathered(hospitals["facility_name"].to_list(), at),
        place=gathered(townships, at),
        item_name=gathered(ITEMS, lines["item"].to_numpy()),
        unit=gathered(UNITS, lines["item"].to_numpy()),
        on=day_text("on_day", "%Y/%-m/%-d"),
        handler=pl.lit("物资保障组"),
        note=pl.when(pl.col("lost") == "received_not_sent").then(pl.lit("社会捐赠")).otherwise(pl.lit("")),
        file_day="on_day",
    )


def _write_stocks(rng: np.random.Generator, world: World, hospitals: pl.DataFrame, supplies: Supplies) -> Planted:
    """The stocks of every Sunday."""
    sundays = np.arange(FIRST_STOCK - 1, world.days, 7)
    day, hospital, item = (
        axis.ravel() for axis in np.meshgrid(sundays, np.arange(len(hospitals)), np.arange(len(ITEMS)), indexing="ij")
    )
    spoilt = rng.random(len(day)) < UNREADABLE
    stock = pl.Series(supplies.stock[hospital, item, day]).cast(pl.String)
    rows = pl.DataFrame({
        "at": hospital, "item": item.astype(np.int64), "on_day": day.astype(np.int64), "lost": np.full(len(day), ""),
        "stock": pl.Series(["账实不符"]).gather(np.zeros(len(day), dtype=np.int64)).zip_with(pl.Series(spoilt), stock),
        "used": pl.Series(supplies.used[hospital, item, day]).cast(pl.String),
        "fault": gathered(["", "stock_unreadable"], spoilt.astype(np.int64)),
    })  # fmt: skip
    return deliver_series(world, STOCK, _named(world, hospitals, rows))[1]


def _discrepancies(world: World, hospitals: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that do not agree; references are the document and the item, area is that of the hospital it was issued to.

    A line that came in part is `partial`: both sides have it, with different quantities.
    """
    codes = [world.county.townships[t].code for t in hospitals["township"]]
    both = lines.filter((pl.col("lost") != "") | (pl.col("received_day") >= world.days))
    ref = pl.col("document_no") + ":" + gathered(ITEMS, both["item"].to_numpy())
    is_late = pl.col("received_day") >= world.days
    kind = (
        pl.when(is_late & (pl.col("lost") != "received_not_sent")).then(pl.lit("sent_not_received")).otherwise("lost")
    )
    with_kind = both.with_columns(kind=kind, ref=ref, area=gathered(codes, both["hospital"].to_numpy()))
    with_kind = with_kind.filter(~(is_late & (pl.col("kind") == "received_not_sent")))
    return with_kind.select(
        rule=pl.lit(RULE),
        area_code="area",
        period_on=day_text("day").str.to_date(),
        kind="kind",
        left_ref=pl.when(pl.col("kind") == "received_not_sent").then(pl.lit("")).otherwise("ref"),
        right_ref=pl.when(pl.col("kind") == "sent_not_received").then(pl.lit("")).otherwise("ref"),
    ).cast(pl.Schema(DISCREPANCY_COLUMNS))
