"""公安: residence permits of people registered in other counties, the whole list every month, as a workbook."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import outsiders, written_people
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import FIRST_DAY, day_number
from citybrain.demo.present_addresses import present_addresses
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import (
    Form,
    Slip,
    gathered,
    misstate_births,
    plant_slips,
    repeat_some,
    same,
    spelled,
    write_register,
)

FIRST_NUMBER = 0
"""Outsiders from this number on hold permits."""
HOLDERS_A_RESIDENT = 0.012
LISTS = (dt.date(2020, 1, 2), dt.date(2020, 2, 3), dt.date(2020, 3, 1))
"""Days of the lists: everybody whose permit is valid that day."""
BORN_OTHERWISE, TWICE, NO_EMPLOYER = 0.012, 0.003, 0.35
SLIPS = {
    "date_impossible": Slip("发证日期", 0.002, ("2019.2.30", "2018-04-31", "2019年13月5日")),
    "permit_missing": Slip("居住证编号", 0.005, ("", "/", "—")),
}
FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%Y%m%d")
FORM = Form(
    title="流动人口居住证登记台账", sheet="居住证", notes=("说明：本表由各派出所流管系统导出。", "制表人：户政科"),
    hidden={"证件状态": ("有效", "注销", "过期")},
)  # fmt: skip


class ResidencePermits:
    """Feed `public_security.residence_permits`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Holders of permits are not registered here: nothing to see."""

    def finish(self) -> Planted:
        """Writes the lists of the period."""
        rows = _rows(self._world)
        days = [on for on in LISTS if day_number(on) < self._world.days]
        return merge(self._list(rows, on) for on in days)

    def _list(self, rows: pl.DataFrame, on: dt.date) -> Planted:
        valid = rows.filter(pl.col("_issued") <= on, pl.col("_until") >= on)
        rng = stream(self._world.seed, f"permits of {on}")
        listed = repeat_some(rng, valid, TWICE)
        file = f"public_security/residence_permits_{on:%Y%m}.xlsx"
        return write_register(self._world, file, listed, FORM, day_number(on), "15:30")


def _rows(world: World) -> pl.DataFrame:
    """Everybody who ever holds a permit in the period, written down once."""
    rng = stream(world.seed, "residence permits")
    count = max(40, round(world.residents * HOLDERS_A_RESIDENT))
    people = written_people(rng, outsiders(rng, FIRST_NUMBER, count))
    is_town = np.array([v.is_community for v in world.county.villages])
    weights = world.county.weights * np.where(is_town, 3.0, 1.0)
    village = rng.choice(len(weights), count, p=weights / weights.sum())
    address, place_kind = present_addresses(rng, world.county, village)
    issued = pl.repeat(FIRST_DAY, count, eager=True).dt.offset_by(
        pl.Series(-rng.integers(-45, 360, count)).cast(pl.String) + "d"
    )  # fmt: skip
    firm = rng.integers(0, world.firms.height, count)
    works = pl.Series(rng.random(count) >= NO_EMPLOYER)
    rows = pl.DataFrame(
        {
            "居住证编号": same("JZ3799", count) + issued.dt.strftime("%Y")
            + pl.Series(np.arange(count)).cast(pl.String).str.zfill(7),
            "姓名": people["name_written"],
            "性别": people["sex_written"],
            "公民身份号码": people["id_written"],
            "出生日期": people["birth_on"],
            "户籍所在地": people["origin"],
            "现居住地址": address,
            "从业单位": world.firms["enterprise_name"].gather(firm).zip_with(works, gathered(["无", ""], firm % 2)),
            "联系电话": people["phone_written"],
            "发证日期": spelled(issued, FORMATS, rng.integers(0, len(FORMATS), count)),
            "有效期至": issued.dt.offset_by("1y"),
            "_person": people["person"],
            "_fault": people["mention_fault"],
            "_born": people["birth_on"],
            "_issued": issued,
            "_until": issued.dt.offset_by("1y"),
        }
    )  # fmt: skip
    rows = plant_slips(rng, misstate_births(rng, rows, "出生日期", BORN_OTHERWISE), SLIPS)
    # A line has one fault that costs it at most; the address tells where the others went.
    placed = pl.when(pl.col("_kind") == "").then(pl.Series(place_kind)).otherwise("_kind")
    rows = rows.with_columns(_kind=placed)
    lost = (pl.col("_kind") != "") & pl.Series(place_kind != "") & (pl.col("_kind") != pl.Series(place_kind))
    return rows.filter(~lost)
