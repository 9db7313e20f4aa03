"""How the columns of a feed drifted, over deliveries taken by the real build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from citybrain.query import local_user, open_city
from citybrain.query.drift import Drift

CONTRACT = """title = "日报"
record = "observation"
delivery = "upsert"
[source]
path = "daily_*.csv"
[columns]
area = { from = "乡镇", as = "name" }
period_on = "日期"
measure = { constant = "fever_reported" }
value = ["人数", "发热人数"]
[ignore]
columns = ["备注", "联系*"]
"""


def deliver(city, deliveries: Sequence[str]) -> None:  # type: ignore[no-untyped-def]
    for n, columns in enumerate(deliveries):
        cells = {"乡镇": "城关镇", "日期": f"2020-02-{n + 1:02d}"}
        row = ",".join(cells.get(c, "1") for c in columns.split(","))
        city.deliver(f"daily_{n}.csv", f"{columns}\n{row}\n", f"2020-02-{n + 1:02d}T20:00:00+08:00")


@pytest.mark.parametrize(
    ("deliveries", "told"),
    [
        (["乡镇,日期,人数", "乡镇,日期,人数"], {}),
        (["乡镇,日期,人数,备注", "乡镇,日期,人数"], {"备注": (Drift.GONE, 1, 2)}),
        (["乡镇,日期,人数", "乡镇,日期,人数,联系人"], {"联系人": (Drift.NEW, 1, 2)}),
        (["乡镇,日期,人数,备注", "乡镇,日期,人数", "乡镇,日期,人数,备注"], {"备注": (Drift.PARTIAL, 2, 3)}),
        (["乡镇,日期,人数,体温"] * 2, {"体温": (Drift.UNKNOWN, 2, 2)}),
        (["乡镇,日期,人数", "乡镇,日期,发热人数"], {"人数": (Drift.GONE, 1, 2), "发热人数": (Drift.NEW, 1, 2)}),
        # What cannot be read says nothing of columns that count.
        (["乡镇,日期,人数", "随便"], {}),
    ],
)
def test_columns_that_came_or_went_or_are_in_no_contract_are_told(small_city, deliveries, told) -> None:  # type: ignore[no-untyped-def]
    small_city.contract("township.daily", CONTRACT)
    deliver(small_city, deliveries)
    small_city.build()
    found = open_city(small_city.root / "data" / "snapshots").column_drift(local_user(), "township.daily")
    assert {c.header: (c.drift, c.deliveries, c.of_deliveries) for c in found} == told


def test_what_was_not_known_yet_is_not_told(small_city) -> None:  # type: ignore[no-untyped-def]
    small_city.contract("township.daily", CONTRACT)
    deliver(small_city, ["乡镇,日期,人数", "乡镇,日期,人数,备注"])
    report = small_city.build(as_of=dt.datetime(2020, 2, 1, 23, tzinfo=dt.UTC))
    headers = small_city.rows("SELECT header FROM meta.delivered_columns ORDER BY place", report.snapshot)
    assert headers == [("乡镇",), ("日期",), ("人数",)]
