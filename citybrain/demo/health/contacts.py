"""卫健: who had met the cases, one workbook a week, and where the cases had been, nested JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from citybrain.demo.departments import Planted, World
from citybrain.demo.health.series import Series, day_text, deliver_series, drawn_words, gathered, instant_text
from citybrain.demo.health.sheets import SheetStyle
from citybrain.demo.mentions import written_people
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.outbreak import DAY_MINUTES
from citybrain.demo.randomness import stream

NEIGHBOURS_A_CASE = 2.2
PERSONAL = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")
RELATIONS = {"同事": 0.25, "邻居": 0.3, "聚餐": 0.2, "同乘": 0.15, "其他": 0.1}
NOT_REACHED, IMPOSSIBLE = 0.08, 0.004
QUARANTINE_DAYS = 14
CONTACT_HEADERS = {
    "case_no": "病例编号", "name_written": "姓名", "id_written": "证件号码", "phone_written": "联系电话", "place": "现住地址",
    "relation": "与病例关系", "met": "末次接触日期", "from_on": "隔离开始", "until_on": "解除隔离",
}  # fmt: skip
CONTACTS = Series(
    "health/contacts/密切接触者_", ".xlsx", CONTACT_HEADERS,
    SheetStyle(
        f"{COUNTY_NAME}密切接触者登记表", dict.fromkeys(("隔离开始", "解除隔离"), "集中隔离"),
        note="注：未联系上的密接者隔离日期留空。",
    ).write,
    "11:20",
)  # fmt: skip


def contacts_of(rng: np.random.Generator, people: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Who had met the cases of one township: households, and some of the village.

    Columns: those of the person, case_no, onset_day and reported_day of the case, relation.
    """
    known = cases.select("case_no", "onset_day", "reported_day", ill="person", household="household", at="village")
    family = people.join(known, on="household").filter(pl.col("person") != pl.col("ill"))
    family = family.select(*PERSONAL, "case_no", "onset_day", "reported_day", relation=pl.lit("家庭成员"))
    count = rng.poisson(NEIGHBOURS_A_CASE, len(cases))
    of = np.repeat(np.arange(len(cases)), count)
    ordered = people.sort("village", maintain_order=True)
    village = ordered["village"].to_numpy()
    at = known["at"].to_numpy()[of]
    first, last = np.searchsorted(village, at, side="left"), np.searchsorted(village, at, side="right")
    met = first + (rng.random(len(of)) * (last - first)).astype(np.int64)
    neighbours = pl.concat(
        [ordered[met].select(PERSONAL), known[of].select("case_no", "onset_day", "reported_day", "ill")],
        how="horizontal",
    ).with_columns(relation=drawn_words(rng, RELATIONS, len(of)))
    neighbours = neighbours.filter(pl.col("person") != pl.col("ill")).drop("ill")
    return pl.concat([family, neighbours]).unique(["case_no", "person"], keep="first", maintain_order=True)


def write_contacts(world: World, contacts: pl.DataFrame) -> tuple[pl.DataFrame, Planted]:
    """Writes a workbook a week and returns the contacts with `quarantined_day` (null: not reached)."""
    rng, count = stream(world.seed, "contacts"), len(contacts)
    met = np.maximum(contacts["onset_day"].to_numpy() + rng.integers(-1, 4, count), 0)
    met = np.minimum(met, contacts["reported_day"].to_numpy())
    begun = contacts["reported_day"].to_numpy() + rng.integers(0, 3, count)
    places = [world.county.townships[v.township].name + v.name for v in world.county.villages]
    is_lost = pl.Series(rng.random(count) < NOT_REACHED, dtype=pl.Boolean)
    spoilt = pl.Series(rng.random(count) < IMPOSSIBLE, dtype=pl.Boolean)
    rows = contacts.with_columns(
        met_day=pl.Series(met.astype(np.int64)),
        quarantined_day=pl.when(~is_lost & (pl.Series(begun) < world.days)).then(pl.Series(begun.astype(np.int64))),
        file_day=pl.col("reported_day"),
        fault=pl.when(spoilt).then(pl.lit("met_impossible")).otherwise(pl.lit("")),
        place=gathered(places, contacts["village"].to_numpy()),
    ).sort("reported_day", "case_no", "person")
    written = written_people(rng, rows).with_columns(
        met=pl.when(pl.col("fault") == "").then(day_text("met_day", "%Y.%-m.%-d")).otherwise(pl.lit("2020.2.30")),
        from_on=day_text("quarantined_day", "%Y-%m-%d"),
        until_day=pl.col("quarantined_day") + QUARANTINE_DAYS,
        detail="case_no",
    )
    return deliver_series(world, CONTACTS, written.with_columns(until_on=day_text("until_day", "%Y-%m-%d")))


SITES = {
    "超市": ("好又多超市", "惠民超市", "金穗商场"),
    "农贸市场": ("中心农贸市场", "城北集贸市场"),
    "交通工具": ("县城至乡镇客运班车",),
    "餐饮": ("老街饭店", "聚福楼"),
    "医疗机构": ("村卫生室", "县人民医院门诊"),
    "住宅": ("本人住宅", "亲戚家中"),
}
"""Kind of place -> names."""
NOT_DISINFECTED = 0.12


def write_exposure_sites(world: World, cards: pl.DataFrame) -> Planted:
    """Writes one file a week: of each confirmed case the places where it had been, two to five of them."""
    rng = stream(world.seed, "exposure sites")
    confirmed = cards.filter(~pl.col("is_suspect")).sort("reported_at", "case_no")
    of = np.repeat(np.arange(len(confirmed)), rng.integers(2, 6, len(confirmed)))
    kinds = list(SITES)
    kind = rng.integers(0, len(kinds), len(of))
    name = [SITES[kinds[k]][int(rng.integers(len(SITES[kinds[k]])))] for k in kind]
    came = np.maximum(confirmed["onset_day"].to_numpy()[of] + rng.integers(-2, 4, len(of)), 0)
    came = np.minimum(came, confirmed["reported_day"].to_numpy()[of]) * DAY_MINUTES + rng.integers(
        7 * 60, 19 * 60, len(of)
    )
    clean = confirmed["reported_day"].to_numpy()[of] + rng.integers(0, 3, len(of))
    rows = confirmed[of].with_columns(
        site=pl.Series(name, dtype=pl.String),
        site_kind=gathered(kinds, kind),
        came=pl.Series(came.astype(np.int64)),
        left=pl.Series((came + rng.integers(10, 150, len(of))).astype(np.int64)),
        clean=pl.when(pl.Series(rng.random(len(of)) >= NOT_DISINFECTED, dtype=pl.Boolean)).then(
            pl.Series(clean.astype(np.int64))
        ),
        file_day=pl.col("reported_day"),
    ).unique(["case_no", "site", "came"], keep="first", maintain_order=True)  # fmt: skip
    write = _JsonWriter(world)
    texts = rows.with_columns(
        came=instant_text("came", "%Y-%m-%dT%H:%M:%S+08:00"),
        left=instant_text("left", "%Y-%m-%dT%H:%M:%S+08:00"),
        clean=day_text("clean"),
        township_name=gathered([t.name for t in world.county.townships], rows["township"].to_numpy()),
        village_name=gathered([v.name for v in world.county.villages], rows["village"].to_numpy()),
    )
    columns = ("case_no", "site", "site_kind", "township_name", "village_name", "came", "left", "clean")
    series = Series("health/exposure_sites/活动轨迹_", ".json", {c: c for c in columns}, write, "12:00")
    return deliver_series(world, series, texts)[1]


class _JsonWriter:
    """Writes the sites of a file below their cases."""

    def __init__(self, world: World) -> None:
        self._unit = f"{COUNTY_NAME}疾病预防控制中心"

    def __call__(self, path: Path, rows: pl.DataFrame) -> int:
        cases: dict[str, list[Mapping[str, str | None]]] = {}
        for row in rows.iter_rows(named=True):
            cases.setdefault(row["case_no"], []).append({
                "场所": row["site"], "类型": row["site_kind"], "乡镇": row["township_name"], "村": row["village_name"],
                "到达": row["came"], "离开": row["left"], "消毒日期": row["clean"],
            })  # fmt: skip
        listed = [{"病例编号": number, "轨迹": sites} for number, sites in cases.items()]
        content = {"上报单位": self._unit, "病例": listed}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return 1
