"""卫健 and 应急: the lists of institutions, shelters, storehouses and fire stations, and what lies in the storehouses."""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely

from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.facilities import seat_township
from citybrain.demo.health.gcj02 import gcj02
from citybrain.demo.health.series import (
    Series,
    Writer,
    day_text,
    deliver_series,
    gathered,
    planted_in,
    text_writer,
)  # fmt: skip
from citybrain.demo.health.sheets import SheetStyle
from citybrain.demo.names import COUNTY_CODE, COUNTY_NAME
from citybrain.demo.period import deliver
from citybrain.demo.randomness import stream

LISTED_DAY, RESERVE_DAYS = 7, (0, 31, 55)
"""Days of the lists, and on which the storehouses were counted."""
STAFF, PLACE = "人员编制", "坐标（高德）"
INSTITUTION_HEADERS = {
    "facility_code": "机构代码", "facility_name": "机构名称", "kind": "机构类别", "place": "所在乡镇（街道）", "address": "地址",
    "beds": "床位数", "doctors": "医生", "nurses": "护士", "fever": "是否设发热门诊", "east": "经度", "north": "纬度",
    "phone": "值班电话",
}  # fmt: skip
INSTITUTIONS = SheetStyle(
    f"{COUNTY_NAME}医疗卫生机构一览表", {"医生": STAFF, "护士": STAFF, "经度": PLACE, "纬度": PLACE},
    total=("床位数", "医生", "护士"), note="说明：村卫生室人员为注册乡村医生。", hidden="参数",
)  # fmt: skip
SITE_HEADERS = {
    "facility_code": "编号", "facility_name": "名称", "kind": "类型", "place": "所属乡镇", "address": "位置", "beds": "容纳人数",
    "east": "经度", "north": "纬度", "phone": "联系电话",
}  # fmt: skip
RESERVE_HEADERS = {
    "facility_name": "仓库名称", "place": "所在地", "item_name": "物资名称", "stock": "数量", "unit": "单位", "on": "盘点日期",
    "note": "备注",
}  # fmt: skip
RESERVES = Series(
    "emergency/reserves/应急物资储备_", ".xlsx", RESERVE_HEADERS,
    SheetStyle(f"{COUNTY_NAME}应急物资储备台账", note="填表人：县应急管理局物资科").write, "17:00", month=True,
)  # fmt: skip
GOODS = (
    ("帐篷", "顶", 220), ("棉被", "床", 1_500), ("口罩", "只", 60_000), ("防护服", "件", 900), ("84消毒液", "升", 2_600),
    ("方便食品", "箱", 1_200), ("发电机", "台", 24), ("抽水泵", "台", 40), ("编织袋", "条", 18_000),
)  # fmt: skip
"""Item, unit and usual amount of the county's storehouse for 60,000 people."""
TAKEN = ("口罩", "防护服", "84消毒液")
"""What the epidemic takes."""
ZONE, ZONE_EVERY = "高新技术产业园", 23


def write_facility_lists(world: World, institutions: pl.DataFrame) -> Planted:
    """Writes the three lists below the extracts; returns what was planted."""
    rng = stream(world.seed, "facility lists")
    sites = _sites(rng, world)
    return merge([_institutions(world, institutions), _write_sites(world, sites), _reserves(rng, world, sites)])


def _institutions(world: World, table: pl.DataFrame) -> Planted:
    """Health institutions, as a workbook with coordinates as a map service gives them."""
    east, north = gcj02(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    names = gathered([t.name for t in world.county.townships], table["township"].to_numpy())
    villages = [v.name for v in world.county.villages]
    village = pl.Series([villages[v] if v is not None else "镇区" for v in table["village"]])
    rows = table.with_columns(
        place=names,
        address=names + village,
        fever=pl.when("has_fever_clinic").then(pl.lit("是")).otherwise(pl.lit("否")),
        east=pl.Series(np.round(east, 6)),
        north=pl.Series(np.round(north, 6)),
    )
    file = "health/facilities/医疗机构一览表.xlsx"
    return _write_list(world, file, INSTITUTION_HEADERS, INSTITUTIONS.write, rows)


def _sites(rng: np.random.Generator, world: World) -> pl.DataFrame:
    """Shelters (one a township and two more in the seat), three storehouses and the fire stations."""
    county, seat = world.county, seat_township(world.county)
    towns = [t for t in range(len(county.townships)) if t != seat]
    rows: list[tuple[str, str, int, int | None]] = [
        (f"{p.name}中心学校应急避难场所", "应急避难场所", t, int(rng.integers(300, 1_500)))
        for t, p in enumerate(county.townships)
    ]
    rows += [
        (name, "应急避难场所", seat, int(rng.integers(2_000, 8_000)))
        for name in ("人民广场应急避难场所", "体育场避难场所")
    ]
    rows += [(f"{COUNTY_NAME}应急物资储备库", "储备库", seat, None)]
    rows += [(f"{county.townships[t].name}应急物资分库", "储备库", t, None) for t in towns[:2]]
    rows += [(f"{COUNTY_NAME}消防救援站", "消防救援站", seat, None)]
    rows += [(f"{county.townships[t].name}消防站", "消防站", t, None) for t in towns[1::4]]
    schema = {"facility_name": pl.String, "kind": pl.String, "township": pl.Int64, "beds": pl.Int64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    places = np.array([
        shapely.get_coordinates(shapely.point_on_surface(county.coverage.villages[int(rng.choice(county.villages_of(t)))]))[0]
        for t in table["township"]
    ])  # fmt: skip
    return table.with_columns(
        facility_code=pl.lit(f"{COUNTY_CODE}YJ") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4),
        place=gathered([t.name for t in county.townships], table["township"].to_numpy()),
        address=pl.lit(""),
        east=pl.Series(np.round(places[:, 0], 6)),
        north=pl.Series(np.round(places[:, 1], 6)),
        phone=pl.lit("0539-39") + pl.int_range(10_000, 10_000 + len(table)).cast(pl.String),
    )


def _write_sites(world: World, sites: pl.DataFrame) -> Planted:
    """Sites of the emergency bureau; one in a hundred or so is placed in a zone that is no township."""
    is_zone = np.arange(len(sites)) % ZONE_EVERY == ZONE_EVERY - 1
    rows = sites.with_columns(
        place=pl.when(pl.Series(is_zone)).then(pl.lit(ZONE)).otherwise("place"),
        fault=gathered(["", "township_unknown"], is_zone.astype(np.int64)),
    )
    return _write_list(world, "emergency/facilities/应急设施.tsv", SITE_HEADERS, text_writer("gb18030", "\t"), rows)


def _reserves(rng: np.random.Generator, world: World, sites: pl.DataFrame) -> Planted:
    """What the storehouses hold, counted three times: less and less of what the epidemic takes."""
    houses = sites.filter(pl.col("kind") == "储备库")
    scale = max(world.residents / 60_000, 0.2)
    parts = []
    for counted, number in enumerate(d for d in RESERVE_DAYS if d < world.days):
        for h, house in enumerate(houses.iter_rows(named=True)):
            for item, unit, usual in GOODS:
                left = 0.4**counted if item in TAKEN else 1.0
                amount = int(usual * scale * (1.0 if h == 0 else 0.15) * left * rng.uniform(0.9, 1.1))
                parts.append((house["facility_name"], house["place"], item, amount, unit, number))
    schema = {
        "facility_name": pl.String, "place": pl.String, "item_name": pl.String, "stock": pl.Int64, "unit": pl.String,
        "file_day": pl.Int64,
    }  # fmt: skip
    rows = pl.DataFrame(parts, schema=schema, orient="row")
    rows = rows.with_columns(on=day_text("file_day", "%Y年%-m月%-d日"), note=pl.lit(""))
    return deliver_series(world, RESERVES, rows)[1]


def _write_list(world: World, file: str, headers: dict[str, str], write: Writer, rows: pl.DataFrame) -> Planted:
    """Writes a list that is handed over once."""
    path = world.extracts / file
    path.parent.mkdir(parents=True, exist_ok=True)
    first = write(path, rows.select(pl.col(name).alias(header) for name, header in headers.items()))
    deliver(path, LISTED_DAY, "14:30")
    return planted_in(rows.with_columns(file=pl.lit(file), line=first + pl.int_range(pl.len(), dtype=pl.Int64)))
