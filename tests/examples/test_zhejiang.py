"""Case reports of a real province: empty placeholders set aside, China's days right, each case in its place."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path

from citybrain.query import City, local_user, open_city


def city_of(built) -> City:  # type: ignore[no-untyped-def]
    project, _ = built
    return open_city(project.paths.snapshots)


def reports(real_data: Path) -> list[dict]:  # type: ignore[type-arg]
    everything = json.loads((real_data / "zhejiang_cases/cases.json").read_text(encoding="utf-8"))
    return [r for r in everything if r["city"]]


def counts(built, level: str) -> dict[str, float]:  # type: ignore[no-untyped-def]
    day = dt.date(2020, 3, 31)
    frame = city_of(built).values(
        local_user(), ["cases_known"], level=level, period_type="day", period_from=day, period_to=day
    )
    return {name: v for name, v in zip(frame["area_name"], frame["value"], strict=True) if v}


def test_placeholders_are_quarantined_and_nothing_is_lost(zhejiang, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    _, report = zhejiang
    (feed,) = report.feeds
    filled = len(reports(real_data))
    assert (feed.rows_in, feed.accepted, feed.quarantined, feed.duplicate) == (855, filled, 855 - filled, 0)


def test_prefecture_counts_match_a_plain_count(zhejiang, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    expected = Counter(r["city"].rstrip("市") + "市" for r in reports(real_data))
    assert counts(zhejiang, "city") == dict(expected)


def test_county_counts_match_a_plain_count(zhejiang, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    expected = Counter(r["district"].strip() for r in reports(real_data) if r["district"].strip())
    found = counts(zhejiang, "county")
    for name in ("乐清市", "瑞安市", "海曙区", "鹿城区", "永嘉县", "平阳县", "慈溪市", "洞头区"):
        assert found[name] == expected[name]


def test_towns_are_counted_where_one_is_named(zhejiang, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    streets = [re.sub("[^\u4e00-\u9fff]", "", r["street"]) for r in reports(real_data)]
    found = counts(zhejiang, "town")
    for name in ("集士港镇", "腾蛟镇", "周巷镇", "柳市镇"):
        # Some reports write the district before the town: 海曙区集士港镇.
        assert found[name] == sum(street.endswith(name) for street in streets)


def test_days_are_china_days(zhejiang, real_data: Path) -> None:  # type: ignore[no-untyped-def]
    def china_day(instant: str) -> dt.date:
        return (dt.datetime.fromisoformat(instant) + dt.timedelta(hours=8)).date()

    expected = Counter(china_day(r["confirmDate"]) for r in reports(real_data) if r["confirmDate"])
    first, last = min(expected), max(expected)
    series = city_of(zhejiang).series(local_user(), "confirmed_new", "330000", "day", first, last)
    found = {d: v for d, v in zip(series["period_on"], series["value"], strict=True) if v}
    assert found == dict(expected)
