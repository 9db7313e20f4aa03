"""乡镇: grids (网格) as their workers counted them; some villages never counted, some long ago, some stand twice."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts, village_codes, village_texts
from citybrain.demo.communities.neighbourhoods import Neighbourhoods
from citybrain.demo.departments import DISCREPANCY_COLUMNS, Planted, World, merge
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, spelled, write_register

FILE = "township/grids_20200119.xlsx"
COUNTED = dt.date(2020, 1, 18)
LONG_AGO = dt.date(2017, 11, 20)
RULE = "residents_grids"
EMPTY, STALE, DOUBLED = 0.03, 0.03, 0.025
"""Share of the villages whose grids nobody counted, whose count is that of years ago, and that stand twice."""
KINDS = {"empty": "sent_not_received", "stale": "date_shift", "doubled": "duplicate"}
LEAST_PEOPLE = 40
"""Smaller villages are counted well."""
MISCOUNT = 0.006
"""An honest count misses or invents so many."""
STALE_SHARE = (0.45, 0.65)
"""What an old count is of the present one, at least and at most."""
OUTSIDERS_TOWN, OUTSIDERS_VILLAGE = 0.03, 0.004
"""People from other counties, as a share of those at home."""
FORM = Form(
    title="网格基础信息汇总表", sheet="网格", above=dict.fromkeys(("常住人口", "其中户籍不在本村（社区）"), "人口（人）"),
    total="网格名称", notes=("说明：楼栋为格、社区为网；人口为实际居住人口。", "填报单位：县委政法委社会治理科"),
)  # fmt: skip
SLIPS = {
    "village_unknown": Slip("村（社区）", 0.006, ("机关家属院", "园区", "临时安置点")),
    "households_vague": Slip("户数", 0.006, ("约百户", "几十户", "若干")),
}
FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日")


def grid_codes(county_codes: pl.Series, serial: np.ndarray) -> pl.Series:
    """Codes of grids: the village and a serial number from 1. There is no national code for grids."""
    return county_codes + pl.Series(serial + 1).cast(pl.String).str.zfill(3)


def write_grids(world: World, places: Neighbourhoods) -> Planted:
    """Writes the list below the extracts, and says what it holds and where it cannot agree with the registry."""
    rng = stream(world.seed, "grids")
    grids = _counted(rng, world, places)
    rows = _rows(rng, world, grids)
    written = write_register(
        world, FILE, plant_slips(rng, rows, SLIPS), FORM, min(day_number(COUNTED) + 1, world.days), "14:00"
    )
    return merge([written, Planted(discrepancies=_planted(world, grids))])


def _counted(rng: np.random.Generator, world: World, places: Neighbourhoods) -> pl.DataFrame:
    """One row a line of the list: village, serial, people (null: nobody counted), strangers, how (kind or "")."""
    village = np.repeat(np.arange(len(places.grids)), places.grids)
    serial = np.concatenate([np.arange(n) for n in places.grids])
    number = places.grids[village]
    is_town = np.array([v.is_community for v in world.county.villages])[village]
    own = _dealt(places.at_home[village], serial, number)
    outside = rng.binomial(own, np.where(is_town, OUTSIDERS_TOWN, OUTSIDERS_VILLAGE))
    strangers = _dealt(places.moved_in[village], serial, number) + outside
    own = own + rng.binomial(own, MISCOUNT) - rng.binomial(own, MISCOUNT)
    how = _ways(rng, places)[village]
    shrink = np.where(how == "stale", rng.uniform(*STALE_SHARE, len(places.grids))[village], 1.0)
    people = np.round((own + strangers) * shrink).astype(np.int64)
    table = pl.DataFrame(
        {
            "village": village,
            "serial": serial,
            "people": people,
            "strangers": np.minimum(np.round(strangers * shrink).astype(np.int64), people),
            "how": pl.Series(how, dtype=pl.String),
        }
    )
    table = table.with_columns(
        pl.when(pl.col("how") != "empty").then(pl.col(name)).alias(name) for name in ("people", "strangers")
    )
    # The second codes follow those of the village.
    again = table.filter(pl.col("how") == "doubled").with_columns(
        pl.col("serial") + pl.Series(places.grids).gather(table.filter(pl.col("how") == "doubled")["village"])
    )
    return pl.concat([table, again]).sort("village", "serial")


def _ways(rng: np.random.Generator, places: Neighbourhoods) -> np.ndarray:
    """What is wrong with the count of each village: a kind of KINDS, or ""."""
    # In a village of a handful of people nothing shows, whatever is wrong with it.
    draw = np.where(places.at_home > LEAST_PEOPLE, rng.random(len(places.grids)), 1.0)
    return np.array([*KINDS, ""], dtype=object)[np.searchsorted(np.cumsum([EMPTY, STALE, DOUBLED]), draw, side="right")]


def _dealt(total: np.ndarray, place: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """The share of one of several equal parts; the parts add up to the total."""
    return total // parts + (place < total % parts)


def _rows(rng: np.random.Generator, world: World, grids: pl.DataFrame) -> pl.DataFrame:
    county, village = world.county, grids["village"].to_numpy()
    people = grids["people"].fill_null(0).to_numpy()
    homes = np.maximum(1, np.round(people / rng.uniform(2.5, 3.2, grids.height))).astype(np.int64)
    is_town = np.array([v.is_community for v in county.villages])[village]
    houses = np.maximum(1, np.where(is_town, homes // 24, homes))
    is_old = (grids["how"] == "stale").to_numpy()
    lag = pl.Series(rng.integers(0, 6, grids.height))
    counted = pl.select(pl.when(pl.Series(is_old)).then(pl.lit(LONG_AGO)).otherwise(pl.lit(COUNTED))).to_series()
    counted = counted.dt.offset_by("-" + lag.cast(pl.String) + "d")
    is_empty = pl.Series(grids["people"].is_null())
    nothing = pl.repeat("", grids.height, eager=True)
    return pl.DataFrame(
        {
            "网格编码": grid_codes(village_codes(county, village), grids["serial"].to_numpy()),
            "网格名称": village_texts(county, village) + "第" + (grids["serial"] + 1).cast(pl.String) + "网格",
            "乡镇（街道）": town_texts(rng, county, village),
            "村（社区）": village_texts(county, village),
            "楼栋数": houses,
            "户数": nothing.zip_with(is_empty, pl.Series(homes).cast(pl.String)),
            "常住人口": grids["people"],
            "其中户籍不在本村（社区）": grids["strangers"],
            "核实日期": nothing.zip_with(
                is_empty, spelled(counted, FORMATS, county.township_of[village] % len(FORMATS))
            ),
            "备注": gathered(["", "待核实"], is_empty.to_numpy().astype(np.int64)),
        }
    )


def _planted(world: World, grids: pl.DataFrame) -> pl.DataFrame:
    """One row a village whose count is empty, stale or doubled: the village on the left, its first grid on the right."""
    wrong = grids.filter(pl.col("how") != "").unique("village", keep="first", maintain_order=True)
    codes = village_codes(world.county, wrong["village"].to_numpy())
    table = wrong.select(
        rule=pl.lit(RULE), area_code=codes, period_on=pl.lit(COUNTED),
        kind=pl.col("how").replace_strict(KINDS, return_dtype=pl.String),
        left_ref=codes, right_ref=grid_codes(codes, wrong["serial"].to_numpy()),
    )  # fmt: skip
    return table.select(pl.col(name).cast(dtype) for name, dtype in DISCREPANCY_COLUMNS.items())
