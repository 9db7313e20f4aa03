"""Only what changed is computed again, and two feeds that say the same do not stop a build."""

from __future__ import annotations

import datetime as dt

import polars as pl

from citybrain.indicators import STANDARD_DICTIONARY, Indicator, load_dictionary
from citybrain.models import load_models
from citybrain.query import local_user, open_city
from tests.query.versioned_city import indicator_text, write_files

HEADER = "证件号,姓名,时间,住址,体温\n"

FIRMS = """title = "企业"
record = "enterprise"
delivery = "full"
[source]
path = "{path}"
[columns]
credit_code = "信用代码"
enterprise_name = "名称"
area = {{ from = "乡镇", as = "name" }}
registered_on = "日期"
"""


def readers_of(table: str) -> set[str]:
    """The table and every shared table that is made of it, however far."""
    found = {table}
    for model in load_models():
        if model.reads & found:
            found.add(model.name)
    return found


def standard() -> list[Indicator]:
    """The standard dictionary."""
    return load_dictionary([STANDARD_DICTIONARY])


def test_a_changed_feed_rebuilds_only_its_own_tables(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.contract("market.firms", FIRMS.format(path="firms*.csv"))
    small_city.deliver("clinic_1.csv", f"{HEADER}{make_resident_id(1)},某人,2020-02-03 09:00,城关镇,36.5\n")
    small_city.deliver("firms.csv", "信用代码,名称,乡镇,日期\n91110000600037341L,某公司,河口镇,2019-03-05\n")
    small_city.build()
    small_city.deliver("clinic_2.csv", f"{HEADER}{make_resident_id(2)},某人,2020-02-04 09:00,城关镇,37.5\n")
    second = small_city.build()
    assert {b for b in second.models_built if b.startswith("shared.")} == readers_of("shared.screenings")
    cubes = {b.removeprefix("cube ") for b in second.models_built if b.startswith("cube ")}
    assert cubes == {i.measure.source for i in standard() if i.measure} & readers_of("shared.screenings")
    cells = dict(
        small_city.rows(
            "SELECT indicator, sum(value) FROM marts.cells WHERE depth = 0 AND period_type = 'day' GROUP BY indicator"
        )
    )
    assert cells["screening_visits"] == 2
    assert cells["new_registrations"] == small_city.rows("SELECT count(*) FROM shared.enterprises")[0][0]


def test_two_feeds_that_deliver_one_key_are_a_finding_and_the_newest_counts(small_city) -> None:  # type: ignore[no-untyped-def]
    header = "信用代码,名称,乡镇,日期\n"
    code = "91110000600037341L"
    small_city.contract("market.firms", FIRMS.format(path="firms.csv"))
    small_city.contract("tax.firms", FIRMS.format(path="tax.csv"))
    small_city.deliver("firms.csv", f"{header}{code},甲公司,河口镇,2019-03-05\n")
    small_city.deliver("tax.csv", f"{header}{code},乙公司,城关镇,2019-03-05\n", received="2020-02-11T08:00:00+00:00")
    report = small_city.build()
    assert report.published
    assert small_city.rows("SELECT enterprise_name FROM shared.enterprises") == [("乙公司",)]
    assert any("credit_code" in finding for finding in report.findings)


def test_a_new_indicator_fills_without_touching_the_tables(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", f"{HEADER}{make_resident_id(1)},某人,2020-02-03 09:00,城关镇,38.5\n")
    small_city.build()
    folder = small_city.root / "dictionary"
    folder.mkdir()
    (folder / "high_fevers.toml").write_text(
        'title = { zh = "高热", en = "High fevers" }\ndefinition = { zh = "x", en = "x" }\nkind = "flow"\n'
        'unit = { zh = "人次", en = "visits" }\ntheme = "screening"\nowner = "health"\n[measure]\n'
        'from = "shared.screenings"\nvalue = "count(*)"\non = "screened_on"\nwhere = "temperature_c >= 38"\n',
        encoding="utf-8",
    )
    report = small_city.build()
    assert report.models_built == ("cube shared.screenings",)
    assert small_city.rows(
        "SELECT value FROM marts.cells WHERE indicator = 'high_fevers' AND depth = 0 AND period_type = 'day'"
    ) == [(1.0,)]


def test_a_definition_that_changes_without_a_new_version_is_told(small_city) -> None:  # type: ignore[no-untyped-def]
    small_city.contract("market.firms", FIRMS.format(path="firms*.csv"))
    small_city.deliver("firms.csv", "信用代码,名称,乡镇,日期\n91110000600037341L,某公司,河口镇,2019-03-05\n")
    folder = small_city.root / "dictionary"
    folder.mkdir()
    text = (
        'title = { zh = "企业", en = "Firms" }\ndefinition = { zh = "x", en = "x" }\nkind = "stock"\n'
        'unit = { zh = "家", en = "firms" }\ntheme = "economy"\nowner = "market"\n'
    )
    measure = '[measure]\nfrom = "shared.enterprises"\nvalue = "count(*)"\n'
    version = '[version]\nnumber = 2\nvalid_from = 2020-02-10\nchanged = { zh = "只计个体", en = "individuals only" }\n'

    def findings(content: str) -> list[str]:
        (folder / "firms.toml").write_text(content, encoding="utf-8")
        return [f for f in small_city.build().findings if f.startswith("indicator firms")]

    assert findings(text + measure) == []
    [told] = findings(text + measure + 'where = "is_individual"\n')
    assert "version is still 1" in told
    individuals = 'where = "is_individual"\n'
    kept = f'[[former]]\nnumber = 1\ndefinition = {{ zh = "x", en = "x" }}\n{measure.replace("[", "[former.")}{individuals}'
    second = text + version + measure + 'where = "NOT is_individual"\n'
    assert findings(second + kept) == []
    [told] = findings(second + kept.replace(individuals, ""))
    assert "what its former version 1 counts changed" in told
    [told] = findings(second)
    assert "version 1 was not kept" in told


def test_a_changed_former_version_changes_only_the_past_and_only_its_own_table(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    people = [(1, "2020-02-03", 37.5), (2, "2020-02-03", 38.5), (3, "2020-02-20", 37.5)]
    lines = [f"{make_resident_id(n)},某人,{day} 09:00,城关镇,{heat}\n" for n, day, heat in people]
    small_city.deliver("clinic_1.csv", HEADER + "".join(lines), "2020-02-21T08:00:00+00:00")
    write_files(small_city, {"heat": indicator_text("heat", "flow", "count(*)", 2)})
    small_city.build()
    user, city = local_user(), open_city(small_city.root / "data" / "snapshots")

    def by_day() -> dict[str, float]:
        first, last = dt.date(2020, 2, 3), dt.date(2020, 2, 20)
        told = city.values(user, ["heat"], areas=["379901"], period_type="day", period_from=first, period_to=last)
        told = told.filter(pl.col("value") > 0)
        return {f"{day:%m-%d}": value for day, value in told.select("period_on", "value").iter_rows()}

    assert by_day() == {"02-03": 1.0, "02-20": 1.0}
    changed = indicator_text("heat", "flow", "count(*)", 2).replace(">= 38.0", ">= 37.4")
    write_files(small_city, {"heat": changed})
    report = small_city.build()
    assert [b for b in report.models_built if b.startswith(("cube", "shared"))] == ["cube shared.screenings"]
    assert by_day() == {"02-03": 2.0, "02-20": 1.0}
    assert [f for f in report.findings if f.startswith("indicator heat")]
