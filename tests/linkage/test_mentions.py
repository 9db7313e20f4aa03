"""What the accepted zone holds about people becomes one relation, whatever the record type has."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb

from citybrain.contracts import load_contracts
from citybrain.ingest.batches import load_batches
from citybrain.linkage import sql_enterprise_mentions, sql_person_mentions
from citybrain.linkage.mentions import ENTERPRISE_COLUMNS, PERSON_COLUMNS, PROVENANCE
from citybrain.project import load_project


def test_accepted_rows_of_every_person_record_type_become_mentions(small_city: Any, make_resident_id: Any) -> None:
    small_city.screening()
    number = make_resident_id(123)
    small_city.deliver(
        "clinic_1.csv",
        f"证件号,姓名,时间,住址,体温\n{number},李国强,2020-02-09 23:30,城关镇,37.9\n",
        "2020-02-10T08:00:00+00:00",
    )
    small_city.build()
    project = load_project(small_city.root)
    contracts, batches = load_contracts(project), load_batches(project.paths)
    con = duckdb.connect()
    rows = con.execute(sql_person_mentions(project, contracts, batches))
    assert [c[0] for c in rows.description] == [*PROVENANCE, *PERSON_COLUMNS, "seen_on"]
    found = [dict(zip([c[0] for c in rows.description], row, strict=True)) for row in rows.fetchall()]
    assert len(found) == 1
    assert (
        found[0] | {"department": "health", "table_name": "screenings", "resident_id": number, "age": None} == found[0]
    )
    assert found[0]["seen_on"] == dt.date(2020, 2, 9)
    early = dt.datetime(2020, 2, 1, tzinfo=dt.UTC)
    assert con.execute(sql_person_mentions(project, contracts, batches, early)).fetchall() == []
    nothing = con.execute(sql_enterprise_mentions(project, contracts, batches))
    assert [c[0] for c in nothing.description] == [*PROVENANCE, *ENTERPRISE_COLUMNS, "seen_on"]
