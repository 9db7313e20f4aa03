"""乡镇: which cases the townships took over, one workbook a week, and what does not agree with the list of the health side."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import DISCREPANCY_COLUMNS, Planted, World, merge
from citybrain.demo.health.series import Series, deliver_series, gathered, instant_text
from citybrain.demo.health.sheets import SheetStyle
from citybrain.demo.mentions import FIRST_OUTSIDER, written_people
from citybrain.demo.names import COUNTY_CODE, COUNTY_NAME
from citybrain.demo.outbreak import DAY_MINUTES, in_office_hours
from citybrain.demo.randomness import stream

RULE = "cases_case_receipts"
SHARES = {"sent_not_received": 0.04, "wrong_township": 0.03, "duplicate": 0.03, "date_shift": 0.03}
"""Kind -> share of the confirmed cards that were pushed."""
RUMOURS = 0.03
"""Receipts of cases that nobody reported, by confirmed card."""
FIRST_WEEK = 1
HEADERS = {
    "place": "乡镇（街道）", "case_no": "病例编号", "name_written": "姓名", "id_written": "身份证号", "received": "接收时间",
    "contacted": "首次联系时间", "answered": "反馈时间", "note": "备注",
}  # fmt: skip
STYLE = SheetStyle(
    f"{COUNTY_NAME}病例推送接收台账",
    dict.fromkeys(("接收时间", "首次联系时间", "反馈时间"), "处置进度"),
    note="填表人：各乡镇（街道）疫情防控办公室",
    hidden="字典",
)
SERIES = Series("township/case_receipts/病例接收台账_", ".xlsx", HEADERS, STYLE.write, "17:10")
WEEK_MINUTES = 7 * DAY_MINUTES
SHIFTS = (-2, -1, 3, 4)
"""Days by which a receipt is dated wrong."""


def write_receipts(world: World, cards: pl.DataFrame, unheard: pl.DataFrame) -> Planted:
    """Writes the townships' workbooks of the cards (with their way) that were pushed within the period.

    `unheard` are people with a fever whom no clinic saw: some of them are cases to their township.
    """
    rng = stream(world.seed, "case receipts")
    pushed = _with_kinds(rng, world, cards.filter(pl.col("pushed_at") < world.days * DAY_MINUTES))
    receipts = pl.concat([_received(rng, world, pushed), _rumours(rng, world, pushed, unheard)])
    receipts = receipts.filter(pl.col("received_at") < world.days * DAY_MINUTES)
    written = written_people(rng, receipts)
    placed, planted = deliver_series(world, SERIES, _versions(rng, world, written))
    newest = placed.unique(["case_no", "township"], keep="last", maintain_order=True)
    return merge([planted, Planted(discrepancies=_discrepancies(world, pushed, newest))])


def _with_kinds(rng: np.random.Generator, world: World, pushed: pl.DataFrame) -> pl.DataFrame:
    """With `lost`: what goes wrong with each ("" for nothing)."""
    shares = list(SHARES.values())
    drawn = gathered([*SHARES, ""], rng.choice(len(SHARES) + 1, len(pushed), p=[*shares, 1 - sum(shares)]))
    is_known = pl.col("received_at") < world.days * DAY_MINUTES
    return pushed.with_columns(
        lost=pl.when(pl.col("person") >= FIRST_OUTSIDER)
        .then(pl.lit("lives_outside"))
        .when(pl.col("is_suspect"))
        .then(pl.lit("definition"))
        .when(is_known)
        .then(drawn)
        .otherwise(pl.lit("sent_not_received"))
    )


def _received(rng: np.random.Generator, world: World, pushed: pl.DataFrame) -> pl.DataFrame:
    """One row a receipt: the card, the township that wrote it down, and when as it says."""
    here = pushed.filter(~pl.col("lost").is_in(["sent_not_received", "lives_outside"]))
    twice = here.filter(pl.col("lost") == "duplicate").with_columns(lost=pl.lit("duplicate_again"))
    rows = pl.concat([here, twice])
    count = len(world.county.townships)
    elsewhere = rows["lost"].is_in(["wrong_township", "duplicate_again"]).to_numpy()
    other = (rows["township"].to_numpy() + rng.integers(1, max(count, 2), len(rows))) % count
    township = np.where(elsewhere, other, rows["township"].to_numpy())
    shift = np.where((rows["lost"] == "date_shift").to_numpy(), rng.choice(SHIFTS, len(rows)), 0) * DAY_MINUTES
    received = rows["received_at"].to_numpy() + shift
    # What would be dated after the end of the period is dated too early instead.
    received = np.where(received >= world.days * DAY_MINUTES, received - 2 * shift, received)
    return rows.with_columns(home="township").with_columns(
        township=pl.Series(township.astype(np.int32)), received_at=pl.Series(received), heard_at="received_at"
    )


def _rumours(rng: np.random.Generator, world: World, pushed: pl.DataFrame, unheard: pl.DataFrame) -> pl.DataFrame:
    """Receipts of people with a fever whom nobody reported, under numbers of the township's own."""
    candidates = unheard.filter(pl.col("day").is_between(18, world.days - 8)).unique("person", maintain_order=True)
    candidates = candidates.filter(~pl.col("person").is_in(pushed["person"].implode()))
    count = min(round(RUMOURS * pushed.filter(~pl.col("is_suspect")).height), len(candidates))
    chosen = candidates[np.sort(rng.choice(len(candidates), count, replace=False))] if count else candidates.clear()
    township = pl.Series(world.county.township_of[chosen["village"].to_numpy()].astype(np.int32))
    heard = pl.Series(in_office_hours(rng, chosen["day"].to_numpy().astype(np.int64) * DAY_MINUTES + 600))
    rows = chosen.with_columns(
        case_no=pl.lit(f"{COUNTY_CODE}-2020-T") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6),
        lost=pl.lit("received_not_sent"),
        township=township,
        home=township,
        pushed_at=pl.lit(None, pl.Int64),
        received_at=heard,
        heard_at=heard,
        contacted_at=heard + 200,
        feedback_at=heard + 1_600,
    )
    missing = [pl.lit(None, dtype).alias(n) for n, dtype in pushed.schema.items() if n not in rows.columns]
    return rows.with_columns(missing).select(*pushed.columns, "home", "heard_at").cast(pushed.schema)


def _versions(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each time a receipt is delivered, in file order: new, and again in the weeks of contact and answer."""
    is_short = rng.random(len(world.county.townships)) < 0.3
    places = gathered(
        [t.short_name if s else t.name for t, s in zip(world.county.townships, is_short, strict=True)],
        rows["township"].to_numpy(),
    )
    first = pl.max_horizontal(pl.col("heard_at"), pl.col("received_at")) // WEEK_MINUTES
    rows = rows.with_columns(place=places, week=pl.max_horizontal(first, pl.lit(FIRST_WEEK)))
    later = [
        rows.filter(pl.col(at) // WEEK_MINUTES > pl.col("week")).with_columns(week=pl.col(at) // WEEK_MINUTES)
        for at in ("contacted_at", "feedback_at")
    ]
    versions = pl.concat([rows, *later]).unique(["case_no", "township", "week"], keep="first", maintain_order=True)
    versions = versions.filter(pl.col("week") < world.weeks).with_columns(
        *(
            pl.when(pl.col(at) < (pl.col("week") + 1) * WEEK_MINUTES).then(at).alias(at)
            for at in ("contacted_at", "feedback_at")
        ),
        file_day=7 * pl.col("week"),
        note=pl.lit(""),
    )
    return (
        versions.with_columns(
            received=_as_written("received_at"), contacted=_as_written("contacted_at"), answered=_as_written("feedback_at")
        )
        .sort("week", "township", "received_at", "case_no")
    )  # fmt: skip


def _as_written(at: str) -> pl.Expr:
    """Every third township leaves the year out, another uses slashes."""
    return (
        pl.when(pl.col("township") % 3 == 0)
        .then(instant_text(at, "%-m月%-d日 %H:%M"))
        .when(pl.col("township") % 3 == 1)
        .then(instant_text(at, "%Y/%-m/%-d %H:%M"))
        .otherwise(instant_text(at, "%Y-%m-%d %H:%M"))
    )


def _discrepancies(world: World, pushed: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """What does not agree; references are case numbers, on the right with the township's code before them.

    Area is the township where the person lives, the day that of the push, or where nobody pushed, of the receipt.
    """
    codes = pl.Series([t.code for t in world.county.townships])
    lost = pushed.filter(pl.col("lost").is_in(["sent_not_received", "lives_outside"])).select(
        home="township", at="pushed_at", lost="lost", left="case_no", right=pl.lit("")
    )
    found = placed.filter(~pl.col("lost").is_in(["", "duplicate"])).select(
        home="home",
        at=pl.coalesce("pushed_at", "received_at"),
        lost=pl.col("lost").replace("duplicate_again", "duplicate"),
        left=pl.when(pl.col("lost").is_in(["received_not_sent"])).then(pl.lit("")).otherwise("case_no"),
        right=codes.gather(placed.filter(~pl.col("lost").is_in(["", "duplicate"]))["township"])
        + ":"
        + pl.col("case_no"),
    )
    both = pl.concat([lost, found])
    return both.select(
        rule=pl.lit(RULE),
        area_code=codes.gather(both["home"]),
        period_on=instant_text("at", "%Y-%m-%d").str.to_date(),
        kind="lost",
        left_ref="left",
        right_ref="right",
    ).cast(pl.Schema(DISCREPANCY_COLUMNS))
