"""How people are written down by departments: numbers mistyped, destroyed or left out, names by ear, old phones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.identifiers import compact_dates, id_texts
from citybrain.demo.registry_faults import fifteen_digits, transposed_digits, wrong_digit

MENTION_COLUMNS: dict[str, type[pl.DataType]] = {
    "file": pl.Categorical,
    "line": pl.Int64,
    "person": pl.Int64,
    "fault": pl.Categorical,
}
FIRST_OUTSIDER = 10**12
"""Person numbers of people of other counties begin here."""
OTHER_PHONES, CHANGED_PHONES = 143_0000_0000, 142_0000_0000
"""Mobile series that are not assigned to any operator."""
MISSING_TEXTS = ("", "", "", "无", "不详", "/")


@dataclass(frozen=True)
class MentionRates:
    """Share of the mentions that bear each fault; a mention bears one at most."""

    id_substitution: float = 0.010
    id_transposition: float = 0.006
    id_missing: float = 0.010
    id_15: float = 0.005
    id_float: float = 0.004
    id_truncated: float = 0.004
    id_lower_case: float = 0.030
    """Of the numbers ending in X only: a small x."""
    id_full_width: float = 0.002
    name_variant: float = 0.004
    name_homophone: float = 0.004
    phone_changed: float = 0.010


USUAL = MentionRates()
"""About five per cent of the lines bear a fault, four of them in the number."""
CAREFUL = MentionRates(
    id_substitution=0.002, id_transposition=0.001, id_missing=0, id_15=0.002, id_float=0, id_truncated=0,
    id_full_width=0.001, name_variant=0.004, name_homophone=0.001,
)  # fmt: skip
"""Where a card reader or a check of the number stands before the clerk."""

Rewrite = Callable[[np.random.Generator, str], str]
HOMOPHONES = dict(
    zip(
        "伟军丽静英玲红文建明志国海燕梅敏芳兰霞娟佳慧云莲珍凤玉爱杰涛超刚鹏华波浩健林阳山武新宁斌",
        "玮君莉靖瑛铃虹雯健铭智帼亥艳玫闵方岚夏鹃嘉惠芸连真奉钰瑷洁韬朝钢朋花博昊建琳洋珊五欣凝彬",
        strict=True,
    )
)
"""Characters of given names that sound alike."""


def _homophone(rng: np.random.Generator, name: str) -> str:
    """One character of the given name by ear; a name without such a character stays."""
    places = [i for i in range(1, len(name)) if name[i] in HOMOPHONES]
    if not places:
        return name
    at = int(rng.choice(places))
    return name[:at] + HOMOPHONES[name[at]] + name[at + 1 :]


REWRITES: dict[str, tuple[str, Rewrite]] = {
    "id_substitution": ("id_written", wrong_digit),
    "id_transposition": ("id_written", transposed_digits),
    "id_missing": ("id_written", lambda rng, number: str(rng.choice(MISSING_TEXTS))),
    "id_15": ("id_written", fifteen_digits),
    "id_float": ("id_written", lambda rng, number: f"{float(number[:17] + '0'):.5E}"),
    "id_truncated": ("id_written", lambda rng, number: number[:-1]),
    "id_lower_case": ("id_written", lambda rng, number: number.lower()),
    "id_full_width": ("id_written", lambda rng, number: number.translate(names.FULL_WIDTH)),
    "name_variant": ("name_written", lambda rng, name: name.translate(names.TRADITIONAL)),
    "name_homophone": ("name_written", _homophone),
    "phone_changed": ("phone_written", lambda rng, phone: str(CHANGED_PHONES + int(rng.integers(0, 10**8)))),
}
"""Kind -> the column it spoils, and how."""


def written_people(rng: np.random.Generator, people: pl.DataFrame, rates: MentionRates = USUAL) -> pl.DataFrame:
    """The people as a department writes them down, in the order and with all columns of `people`.

    `people` has person, resident_id, person_name, is_male, birth_on, phone. Added: id_written, name_written,
    sex_written (男, 女), phone_written, mention_fault (kind, or "" where all is as it should be).
    """
    kinds = [f.name for f in fields(rates) if f.name != "id_lower_case"]
    bounds = np.cumsum([getattr(rates, kind) for kind in kinds])
    drawn = np.searchsorted(bounds, rng.random(people.height), side="right")
    ends_in_x = people["resident_id"].str.ends_with("X").to_numpy()
    small_x = ends_in_x & (rng.random(people.height) < rates.id_lower_case) & (drawn == len(kinds))
    written = people.with_columns(
        id_written=pl.col("resident_id"),
        name_written=pl.col("person_name"),
        sex_written=pl.when("is_male").then(pl.lit("男")).otherwise(pl.lit("女")),
        phone_written=pl.col("phone"),
    )
    fault = np.full(people.height, "", dtype=object)
    for number, kind in [*enumerate(kinds), (-1, "id_lower_case")]:
        positions = np.flatnonzero(small_x if number < 0 else drawn == number)
        column, rewrite = REWRITES[kind]
        before = written[column].gather(positions).to_list()
        after = [rewrite(rng, text) for text in before]
        if len(positions):
            written = written.with_columns(written[column].scatter(positions, after))
        fault[positions] = [kind if old != new else "" for old, new in zip(before, after, strict=True)]
    return written.with_columns(mention_fault=pl.Series(fault, dtype=pl.String))


def mention_table(
    file: str | pl.Series, line: np.ndarray | pl.Series, person: np.ndarray | pl.Series, fault: pl.Series
) -> pl.DataFrame:
    """Who is meant on which line: file (below `extracts`), line (as the product counts), person, fault (or "").

    A workbook's line is its row, a text's the line of the file, a JSON list's the position from 1.
    """
    table = pl.DataFrame({"line": line, "person": person, "fault": fault})
    where = file if isinstance(file, pl.Series) else pl.lit(file)
    return table.with_columns(file=where).select(pl.col(name).cast(dtype) for name, dtype in MENTION_COLUMNS.items())


@dataclass(frozen=True)
class Origin:
    """Where people of other counties come from; the code is one that GB/T 2260 gives to no county."""

    code: int
    name: str
    percent: int


ORIGINS = (
    Origin(429901, "湖北省武汉市", 7), Origin(429902, "湖北省黄冈市", 3), Origin(419901, "河南省信阳市", 11),
    Origin(419902, "河南省周口市", 15), Origin(349901, "安徽省阜阳市", 14), Origin(329901, "江苏省徐州市", 12),
    Origin(139901, "河北省邯郸市", 12), Origin(339901, "浙江省温州市", 6), Origin(239901, "黑龙江省哈尔滨市", 10),
    Origin(519901, "四川省达州市", 10),
)  # fmt: skip
YOUNGEST = np.datetime64("2003-12-31")
BIRTHDAYS, ORDERS = 18_000, 499
"""Days on which outsiders were born, and order codes of each: pairs are dealt out so that no number comes twice."""
SCATTER = 3_571_433
"""Coprime with BIRTHDAYS * ORDERS."""


def outsiders(rng: np.random.Generator, first: int, count: int) -> pl.DataFrame:
    """Grown-up people of other counties, `count` of them, numbered from `FIRST_OUTSIDER + first`.

    Columns: person, resident_id (valid and unique), person_name, is_male, birth_on, phone, origin (province and city).
    Whoever calls takes a range of numbers of its own: people and permits below 3 million, health from 3 to 5, economy
    and communities from 5 to 8 million.

    Raises:
        ValueError: the range goes beyond the pairs of birthday and order code.
    """
    if first + count > BIRTHDAYS * ORDERS:
        raise ValueError(f"There are {BIRTHDAYS * ORDERS} outsiders at most")
    serial = first + np.arange(count, dtype=np.int64)
    origin = np.searchsorted(np.cumsum([o.percent for o in ORIGINS]), serial % 100, side="right")
    scattered = serial * SCATTER % (BIRTHDAYS * ORDERS)
    born = YOUNGEST - (scattered // ORDERS).astype("m8[D]")
    code = np.array([o.code for o in ORIGINS])[origin]
    is_male = rng.random(count) < 0.55
    order = 2 * (scattered % ORDERS) + 2 + is_male
    digits = (code * 10**8 + compact_dates(born)) * 1000 + order
    return pl.DataFrame(
        {
            "person": FIRST_OUTSIDER + serial,
            "resident_id": id_texts(digits),
            "person_name": person_names(rng, is_male),
            "is_male": is_male,
            "birth_on": pl.Series(born.astype("M8[ms]")).cast(pl.Date),
            "phone": pl.Series(OTHER_PHONES + serial * 61_803_399 % 10**8).cast(pl.String),
            "origin": pl.Series([o.name for o in ORIGINS]).gather(origin),
        }
    )


def person_names(rng: np.random.Generator, is_male: np.ndarray) -> pl.Series:
    """A name for everyone, without regard to families."""
    count = len(is_male)
    weights = names.SURNAME_WEIGHTS / names.SURNAME_WEIGHTS.sum()
    surname = pl.Series(names.SURNAMES).gather(rng.choice(len(weights), count, p=weights))
    men, women = len(names.MALE_CHARACTERS), len(names.FEMALE_CHARACTERS)
    given = np.where(is_male, rng.integers(0, men, (2, count)), men + rng.integers(0, women, (2, count)))
    pool = pl.Series([*names.CHARACTERS, ""])
    given[0] = np.where(rng.random(count) < 0.16, len(names.CHARACTERS), given[0])
    return surname + pool.gather(given[0]) + pool.gather(given[1])
