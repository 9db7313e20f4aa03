"""人社: who is insured as employed where, the whole list every month as plain text."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_codes
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.identifiers import CREDIT_ALPHABET
from citybrain.demo.mentions import written_people
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, repeat_some, write_register

LISTS = (dt.date(2020, 1, 4), dt.date(2020, 2, 10))
INSURED = 0.75
"""Share of the staff of firms that is insured."""
ENDED, TWICE = 0.12, 0.002
WORKING_AGE = (dt.date(1960, 1, 1), dt.date(2001, 1, 1))
CODE_FAULTS = {"code_wrong_character": 0.004, "code_lower_case": 0.006, "code_missing": 0.008, "code_truncated": 0.002}
OCCUPATIONS = ("操作工", "销售", "管理人员", "会计", "司机", "技术员", "服务员", "保安")
SLIPS = {"date_impossible": Slip("就业日期", 0.002, ("2018-02-30", "2016-13-01", "2019-06-31"))}
FORM = Form()


class Employment:
    """Feed `human_resources.employment`; truth: `employments.parquet`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chosen: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps those who are insured: firms take people from the whole county."""
        rng = stream(self._world.seed, f"employment of {township}")
        able = people.filter(pl.col("birth_on").is_between(*WORKING_AGE))
        wanted = INSURED * int(self._world.firms["staff"].to_numpy().sum()) / self._world.residents * people.height
        count = min(rng.poisson(wanted), able.height)
        kept = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone")
        self._chosen.append(able[np.sort(rng.choice(able.height, count, replace=False))].select(kept))

    def finish(self) -> Planted:
        """Writes the lists of the period."""
        rows = self._rows()
        self._write_truth(rows)
        parts = []
        for on in LISTS:
            if day_number(on) >= self._world.days:
                continue
            known = rows.filter(pl.col("_begin") <= on)
            ended = pl.when(pl.col("_end") <= on).then(pl.col("_end"))
            listed = known.with_columns(ended.alias("终止日期"))
            rng = stream(self._world.seed, f"employment on {on}")
            file = f"human_resources/employment_{on:%Y%m}.csv"
            parts.append(
                write_register(self._world, file, repeat_some(rng, listed, TWICE), FORM, day_number(on), "17:10")
            )
        return merge(parts)

    def _rows(self) -> pl.DataFrame:
        world = self._world
        rng = stream(world.seed, "employment")
        people = written_people(rng, pl.concat(self._chosen))
        count = people.height
        staff = world.firms["staff"].to_numpy()
        firm = rng.choice(world.firms.height, count, p=staff / staff.sum())
        villages = world.firms["village"].to_numpy()[firm]
        begin = np.datetime64("2020-02-08") - (rng.exponential(1100, count).astype(np.int64) + 1).astype("m8[D]")
        end = np.where(
            rng.random(count) < ENDED, begin + rng.integers(20, 900, count).astype("m8[D]"), np.datetime64("NaT")
        )
        code, code_fault = spoil_codes(rng, world.firms["credit_code"].gather(firm))
        rows = pl.DataFrame(
            {
                "姓名": people["name_written"],
                "公民身份号码": people["id_written"],
                "单位统一社会信用代码": code,
                "单位名称": world.firms["enterprise_name"].gather(firm),
                "单位所在地代码": town_codes(world.county, villages) + "000",
                "工种": gathered(OCCUPATIONS, rng.integers(0, len(OCCUPATIONS), count)),
                "就业日期": pl.Series(begin.astype("M8[ms]")).cast(pl.Date).cast(pl.String),
                "终止日期": pl.Series(end.astype("M8[ms]")).cast(pl.Date),
                "_begin": pl.Series(begin.astype("M8[ms]")).cast(pl.Date),
                "_end": pl.Series(end.astype("M8[ms]")).cast(pl.Date),
                "_person": people["person"],
                "_fault": people["mention_fault"],
                "_firm": pl.Series(firm),
                "_firm_fault": code_fault,
            }
        )
        return plant_slips(rng, rows, SLIPS)

    def _write_truth(self, rows: pl.DataFrame) -> None:
        """`employments.parquet`: person, firm (row of the firms), started_on, ended_on."""
        self._world.truth.mkdir(parents=True, exist_ok=True)
        truth = rows.select(person="_person", firm="_firm", started_on="_begin", ended_on="_end")
        truth.write_parquet(self._world.truth / "employments.parquet")


def spoil_codes(rng: np.random.Generator, codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Credit codes as people write them down, and the kind of fault of each ("" for none)."""
    kinds = list(CODE_FAULTS)
    drawn = np.searchsorted(np.cumsum(list(CODE_FAULTS.values())), rng.random(len(codes)), side="right")
    for number, kind in enumerate(kinds):
        at = np.flatnonzero(drawn == number)
        if len(at):
            codes = codes.scatter(at, [_spoil_code(rng, kind, code) for code in codes.gather(at).to_list()])
    return codes, gathered([*kinds, ""], drawn)


def _spoil_code(rng: np.random.Generator, kind: str, code: str) -> str:
    if kind == "code_wrong_character":
        place = int(rng.integers(8, 18))
        other = str(rng.choice([c for c in CREDIT_ALPHABET if c != code[place]]))
        return code[:place] + other + code[place + 1 :]
    return {"code_lower_case": code.lower(), "code_missing": "", "code_truncated": code[:-1]}[kind]
