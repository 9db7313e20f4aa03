"""A small city, built, whose definitions changed; and the same numbers counted by plain loops over its rows."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.conftest import SmallCity, resident_id

TOWNSHIPS = {"城关镇": "379901100", "河口镇": "379901101", "山前乡": "379901200"}
COUNTY = "379901"
FIRST, LAST = dt.date(2020, 1, 27), dt.date(2020, 3, 3)
SECOND, THIRD = dt.date(2020, 2, 12), dt.date(2020, 2, 20)
"""A Wednesday and a Thursday: weeks and the month straddle them."""

_HEAD = """title = {{ zh = "{name}", en = "{name}" }}
definition = {{ zh = "现行定义", en = "as defined now" }}
kind = "{kind}"
unit = {{ zh = "人次", en = "visits" }}
theme = "epidemic"
owner = "health"
"""
_FROM = '[{table}]\nfrom = "shared.screenings"\nvalue = "{value}"\non = "screened_on"\nwhere = "{where}"\n'
_FORMER = '[[former]]\nnumber = {number}\ndefinition = {{ zh = "原定义{number}", en = "definition {number}" }}\n'
_CHANGED = 'valid_from = {day}\nchanged = {{ zh = "改动{number}", en = "change {number}" }}\n'
LIMITS = {1: 38.0, 2: 37.3, 3: 0.0}
"""Version -> from which temperature on a visit counts."""


@dataclass(frozen=True)
class Visit:
    """One row of the clinic's file."""

    township: str
    day: dt.date
    person: int
    temperature: float


def indicator_text(name: str, kind: str, value: str, versions: int) -> str:
    """A dictionary file whose versions differ in the temperature from which a visit counts."""
    begins = {1: None, 2: SECOND, 3: THIRD}
    now = f"[version]\nnumber = {versions}\n" + _CHANGED.format(day=begins[versions], number=versions)
    text = _HEAD.format(name=name, kind=kind) + now + _measure("measure", value, versions)
    for number in range(1, versions):
        text += _FORMER.format(number=number)
        text += _CHANGED.format(day=begins[number], number=number) if number > 1 else ""
        text += _measure("former.measure", value, number)
    return text


def _measure(table: str, value: str, version: int) -> str:
    return _FROM.format(table=table, value=value, where=f"temperature_c >= {LIMITS[version]}")


FILES = {
    "fevers": indicator_text("fevers", "flow", "count(*)", 3),
    "persons": indicator_text("persons", "distinct", "count(DISTINCT person_key)", 2),
    "usual": indicator_text("usual", "duration", "median(temperature_c)", 2),
    "visits": _HEAD.format(name="visits", kind="flow") + _FROM.format(table="measure", value="count(*)", where="true"),
    "share": _HEAD.format(name="share", kind="ratio") + 'numerator = "fevers"\ndenominator = "visits"\nscale = 100\n',
    "so_far": _HEAD.format(name="so_far", kind="cumulative") + 'of = "fevers"\n',
}
RULE = """title = { zh = "发热不多于就诊", en = "fevers ≤ visits" }
owner = "health"
level = "township"
period = "week"
order = 1
operator = "<="
[left]
indicator = "share"
[right]
indicator = "fevers"
"""


def make_visits(seed: int = 7) -> list[Visit]:
    """Some 250 visits of 20 people, on every day at least one in each township."""
    dice = random.Random(seed)
    days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    return [
        Visit(township, day, dice.randrange(20), dice.choice([36.4, 36.8, 37.3, 37.6, 38.0, 39.1]))
        for day in days
        for township in TOWNSHIPS
        for _ in range(dice.randint(1, 4))
    ]


def build_versioned_city(root: Path) -> tuple[SmallCity, list[Visit]]:
    """The city with all of `FILES` in its dictionary, built once from `make_visits`."""
    city, visits = SmallCity(root), make_visits()
    city.screening()
    lines = [
        f"{resident_id(v.person)},某人,{v.day} {8 + n % 9:02d}:{n % 60:02d},{v.township},{v.temperature}\n"
        for n, v in enumerate(visits)
    ]
    city.deliver("clinic_1.csv", "证件号,姓名,时间,住址,体温\n" + "".join(lines), "2020-03-04T08:00:00+00:00")
    write_files(city, FILES)
    validation = city.root / "dictionary" / "validation"
    validation.mkdir()
    (validation / "fevers_in_visits.toml").write_text(RULE, encoding="utf-8")
    city.build()
    return city, visits


def write_files(city: SmallCity, files: dict[str, str]) -> None:
    """Puts files into the dictionary of the city."""
    folder = city.root / "dictionary"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def version_at(code: str, end: dt.date) -> int:
    """Number of the definition for a period that ends on this day."""
    versions = {"visits": 1, "persons": 2, "usual": 2}.get(code, 3)
    return 1 + (end >= SECOND and versions > 1) + (end >= THIRD and versions > 2)


def count(code: str, visits: list[Visit], area: str, first: dt.date, end: dt.date, version: int) -> float | None:
    """What one definition counts in an area and period."""
    here = [v for v in visits if area == COUNTY or area == TOWNSHIPS[v.township]]
    meant = [v for v in here if v.temperature >= LIMITS[version]]
    then = [v for v in meant if first <= v.day <= end]
    if code == "so_far":
        return float(sum(v.day <= end for v in meant))
    if code == "visits":
        return float(sum(first <= v.day <= end for v in here))
    if code == "persons":
        return float(len({v.person for v in then}))
    if code == "usual":
        return median(v.temperature for v in then) if then else None
    if code == "share":
        return 100 * len(then) / sum(first <= v.day <= end for v in here)
    return float(len(then))
