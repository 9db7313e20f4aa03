"""The firms of the county as they truly are: companies, individual businesses and cooperatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.geography import County
from citybrain.demo.identifiers import credit_codes
from citybrain.demo.people import TODAY
from citybrain.demo.randomness import stream
from citybrain.demo.registry import addresses

RESIDENTS_A_FIRM = 40


@dataclass(frozen=True)
class Form:
    """A legal form: its share of all firms, the kind in its credit code, how its names end, usual capital and staff."""

    name: str
    share: float
    kind: str
    ending: str
    capital_wan: float
    staff: float


FORMS = (
    Form("个体工商户", 0.64, "92", "", 5, 2),
    Form("有限责任公司(自然人独资)", 0.14, "91", "有限公司", 60, 6),
    Form("有限责任公司(自然人投资或控股)", 0.11, "91", "有限公司", 200, 14),
    Form("农民专业合作社", 0.07, "93", "专业合作社", 100, 9),
    Form("个人独资企业", 0.03, "91", "厂", 30, 7),
    Form("股份有限公司(非上市)", 0.01, "91", "股份有限公司", 3000, 120),
)


@dataclass(frozen=True)
class Trade:
    """An industry of GB/T 4754-2017: code, the word in the names of firms, and of individual businesses."""

    code: str
    word: str
    shop: str


TRADES = (
    Trade("A0111", "粮食种植", "粮食种植户"),
    Trade("A0141", "蔬菜种植", "蔬菜大棚"),
    Trade("A0313", "生猪养殖", "养殖场"),
    Trade("C1312", "面粉", "磨坊"),
    Trade("C1711", "纺织", "弹花店"),
    Trade("C2110", "木业", "家具店"),
    Trade("C2681", "日化", "洗涤用品店"),
    Trade("C2770", "医疗用品", "口罩加工点"),
    Trade("C3021", "水泥制品", "预制件厂"),
    Trade("C3311", "钢结构", "铁艺加工部"),
    Trade("E4710", "建筑", "建筑队"),
    Trade("F5112", "种业", "种子门市部"),
    Trade("F5212", "商贸", "超市"),
    Trade("F5213", "便利店", "便民超市"),
    Trade("F5232", "服饰", "服装店"),
    Trade("F5251", "医药", "药店"),
    Trade("G5431", "物流", "货运部"),
    Trade("H6210", "餐饮管理", "饭店"),
    Trade("H6220", "快餐", "小吃店"),
    Trade("I6513", "信息科技", "电脑店"),
    Trade("K7010", "置业", "房产中介"),
    Trade("K7020", "物业服务", "家政服务部"),
    Trade("O8040", "美业", "理发店"),
    Trade("O8111", "汽车服务", "汽修厂"),
)
BRANDS = "鑫源盛达恒泰瑞丰兴隆宏益润禾佳美汇通顺祥裕康嘉利诚信永昌金穗民生德聚万和"
ROUND_WAN = (1, 2, 3, 5, 8, 10, 20, 30, 50, 80, 100, 200, 300, 500, 800, 1000, 2000, 5000, 10000)
"""Capital is stated in round sums."""
RENAMED = 0.06
"""Companies that bore another name before; some lists still have it."""


def firms_of(seed: int, county: County, residents: int) -> pl.DataFrame:
    """One row a firm on the day of the extract, one to every forty residents, in no order of area.

    Columns: credit_code (unique), enterprise_name (unique), former_name ("" for most), enterprise_type, is_individual
    (个体工商户), legal_representative, village (position in `county.villages`), address, industry, capital_wan (10,000
    yuan), registered_on, staff (persons).
    """
    count = max(1, residents // RESIDENTS_A_FIRM)
    rng = stream(seed, "firms")
    form = rng.choice(len(FORMS), count, p=[f.share for f in FORMS])
    trade = rng.integers(0, len(TRADES), count)
    village = rng.choice(len(county.villages), count, p=county.weights).astype(np.int32)
    place = pl.DataFrame({"village": village, "household": rng.integers(0, 20_000, count)})
    person = _person_names(rng, count)
    firm_names = _firm_names(rng, county, form, trade, village)
    is_individual = _of(form, "ending") == ""
    return pl.DataFrame(
        {
            "credit_code": credit_codes(_of(form, "kind"), names.COUNTY_CODE, np.arange(count)),
            "enterprise_name": firm_names,
            "former_name": _former_names(rng, form, trade, is_individual, firm_names),
            "enterprise_type": _of(form, "name"),
            "is_individual": is_individual,
            "legal_representative": person,
            "village": village,
            "address": addresses(county, place),
            "industry": pl.Series([t.code for t in TRADES]).gather(trade),
            "capital_wan": _capital(rng, form),
            "registered_on": _registered(rng, count),
            "staff": 1 + rng.poisson(rng.gamma(1.2, pl.Series([f.staff for f in FORMS]).gather(form).to_numpy() / 1.2)),
        }
    )


def _of(form: np.ndarray, attribute: str) -> pl.Series:
    return pl.Series([getattr(f, attribute) for f in FORMS], dtype=pl.String).gather(form)


def _person_names(rng: np.random.Generator, count: int) -> pl.Series:
    weights = names.SURNAME_WEIGHTS / names.SURNAME_WEIGHTS.sum()
    surname = pl.Series(names.SURNAMES).gather(rng.choice(len(weights), count, p=weights))
    pool = pl.Series(list(names.MALE_CHARACTERS + names.FEMALE_CHARACTERS))
    return surname + pool.gather(rng.integers(0, len(pool), count)) + pool.gather(rng.integers(0, len(pool), count))


def _firm_names(
    rng: np.random.Generator, county: County, form: np.ndarray, trade: np.ndarray, village: np.ndarray
) -> pl.Series:
    """青禾县鑫源商贸有限公司; individual businesses are named with their township. No two are the same.

    The register takes no name twice, so whoever comes second takes a longer one.
    """
    is_shop = pl.Series([not f.ending for f in FORMS]).gather(form)
    townships = pl.Series([county.townships[v.township].name for v in county.villages])
    place = townships.gather(village).zip_with(is_shop, pl.repeat("", len(form), eager=True))
    ending = _words(trade, "shop").zip_with(is_shop, _words(trade, "word") + _of(form, "ending"))
    drawn = names.COUNTY_NAME + place + _brands(rng, len(form)) + ending
    length = 4
    while (taken := np.flatnonzero(~drawn.is_first_distinct().to_numpy())).size:
        brand = _characters(rng, taken.size, length)
        drawn = drawn.scatter(taken, names.COUNTY_NAME + place.gather(taken) + brand + ending.gather(taken))
        length += 1
    return drawn


def _former_names(
    rng: np.random.Generator, form: np.ndarray, trade: np.ndarray, is_individual: pl.Series, present: pl.Series
) -> pl.Series:
    """The earlier name of the companies that changed theirs; "" for all others. No firm bears one of them today."""
    former = names.COUNTY_NAME + _brands(rng, len(form)) + _words(trade, "word") + _of(form, "ending")
    is_free = ~former.is_in(present.implode()) & former.is_unique() & ~is_individual
    is_renamed = is_free & pl.Series(rng.random(len(form)) < RENAMED)
    return former.zip_with(is_renamed, pl.repeat("", len(form), eager=True))


def _words(trade: np.ndarray, attribute: str) -> pl.Series:
    return pl.Series([getattr(t, attribute) for t in TRADES], dtype=pl.String).gather(trade)


def _brands(rng: np.random.Generator, count: int) -> pl.Series:
    """Two characters, or three for three in ten."""
    third = _characters(rng, count, 1).set(pl.Series(rng.random(count) < 0.7), "")
    return _characters(rng, count, 2) + third


def _characters(rng: np.random.Generator, count: int, length: int) -> pl.Series:
    pool = pl.Series(list(BRANDS))
    drawn = pl.DataFrame([pool.gather(rng.integers(0, len(pool), count)).alias(f"{i}") for i in range(length)])
    return drawn.select(pl.concat_str(pl.all())).to_series()


def _capital(rng: np.random.Generator, form: np.ndarray) -> pl.Series:
    usual = pl.Series([f.capital_wan for f in FORMS]).gather(form).to_numpy()
    drawn = usual * rng.lognormal(0, 0.9, len(form))
    steps = np.array(ROUND_WAN, dtype=np.float64)
    return pl.Series(steps[np.abs(np.log(drawn)[:, None] - np.log(steps)).argmin(axis=1)])


def _registered(rng: np.random.Generator, count: int) -> pl.Series:
    """Most firms are young: half were registered in the last five years."""
    days = np.minimum(rng.exponential(2600, count), 12_000).astype(np.int64) + 1
    return pl.Series((TODAY - days.astype("m8[D]")).astype("M8[ms]")).cast(pl.Date)
