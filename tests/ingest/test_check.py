"""The one pass over a delivery: every row kept, judged, explained, and traced to its line."""

from __future__ import annotations

import pytest

from citybrain.contracts import load_contracts
from citybrain.ingest import contract_of, quarantined_rows
from citybrain.project import load_project

HEADER = "证件号,姓名,时间,住址,体温\n"


def quarantine(city, feed: str = "health.clinic"):  # type: ignore[no-untyped-def]
    project = load_project(city.root)
    return list(quarantined_rows(project, contract_of(load_contracts(project), feed)))


def test_a_quarantined_row_keeps_its_text_its_line_and_every_reason(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    good = f"{make_resident_id(1)},某人,2020-02-03 09:00,城关镇,36.5\n"
    bad = "12345,某人,2020-02-31,不知道哪里,高烧\n"
    small_city.deliver("clinic_1.csv", HEADER + good + bad)
    small_city.build()
    (row,) = quarantine(small_city)
    assert row.line == 3
    assert row.original == ("12345", "某人", "2020-02-31", "不知道哪里", "高烧")
    assert {r.split(":")[0] for r in row.reasons} == {"resident_id", "screened_at", "area", "temperature_c"}


def test_lines_are_right_below_titles_and_around_quoted_line_breaks(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    text = (
        "发热门诊登记表\n填报单位：某院\n" + HEADER
        + f'{make_resident_id(1)},"两行\n的名字",2020-02-03 09:00,城关镇,36.5\n'
        + f"{make_resident_id(2)},某人,2020-02-03 09:00,河口镇,36.5\n合计,,,,2\n"
    )  # fmt: skip
    small_city.deliver("clinic_1.csv", text)
    small_city.build()
    assert small_city.rows("SELECT source_line FROM shared.screenings ORDER BY 1") == [(4,), (6,)]
    assert small_city.rows("SELECT rows_in, layout FROM shared.batches") == [(2, 3)]


def test_a_row_with_too_many_cells_is_set_aside(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    row = f"{make_resident_id(1)},某人,2020-02-03 09:00,城关镇,36.5"
    small_city.deliver("clinic_1.csv", HEADER + row + "\n" + row.replace("某人", "某,人") + "\n")
    small_city.build()
    (row,) = quarantine(small_city)
    assert "row:row.structure" in row.reasons
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(1,)]


def test_a_value_that_may_be_blank_costs_the_value_not_the_row(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    contract = small_city.root / "connectors/health/clinic.toml"
    lenient = contract.read_text(encoding="utf-8").replace('"体温"', '{ from = "体温", invalid = "blank" }')
    contract.write_text(lenient, encoding="utf-8")
    small_city.deliver("clinic_1.csv", HEADER + f"{make_resident_id(1)},某人,2020-02-03 09:00,城关镇,高烧\n")
    report = small_city.build()
    assert small_city.rows("SELECT temperature_c FROM shared.screenings") == [(None,)]
    assert any("temperature_c" in finding for finding in report.feeds[0].findings)


def test_many_distinct_addresses_keep_their_lines(small_city, make_resident_id, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Beyond a number of texts places are joined, which loses the order of rows: the line must not follow it."""
    from citybrain.ingest import places

    monkeypatch.setattr(places, "LISTED_TEXTS", 10)
    small_city.screening()
    towns = ("城关镇", "河口镇", "山前乡")
    rows = [
        f"{make_resident_id(n)},某人,2020-02-03 09:00,{towns[n % 3]}{n}号,{36 + n / 1000:.3f}\n" for n in range(900)
    ]
    small_city.deliver("clinic_1.csv", HEADER + "".join(rows))
    small_city.build()
    lines = small_city.rows("SELECT source_line, round((temperature_c - 36) * 1000) + 2 FROM shared.screenings")
    assert len(lines) == 900
    assert all(line == expected for line, expected in lines)


@pytest.mark.parametrize("bits", [1 << 20, 64])
def test_codes_in_any_spelling_are_found_and_others_are_unknown(small_city, monkeypatch, bits: int) -> None:  # type: ignore[no-untyped-def]
    """However many unknown codes pass the sieve: the list decides."""
    from citybrain.ingest import looking_up, places

    monkeypatch.setattr(looking_up, "SIEVE_BITS", bits)
    monkeypatch.setattr(places, "SIEVE_BITS", bits)
    small_city.contract(
        "township.daily",
        'title = "x"\nrecord = "observation"\ndelivery = "full"\n[source]\npath = "daily.csv"\n[columns]\n'
        'area = { from = "代码", as = "code" }\nperiod_on = "日期"\nmeasure = { constant = "fever_reported" }\nvalue = "数"\n',
    )
    known = ["379901100", "379901100000", "379901101", "379901"]
    unknown = [str(379902000 + n) for n in range(1000)]
    rows = [f"{code},2020-02-{1 + n % 20:02d},{n}\n" for n, code in enumerate(known + unknown)]
    small_city.deliver("daily.csv", "代码,日期,数\n" + "".join(rows))
    small_city.build()
    (row,) = small_city.rows("SELECT accepted, quarantined FROM shared.batches")
    assert row == (4, 1000)
    assert {r.reasons for r in quarantine(small_city, "township.daily")} == {("area:area.unknown_code",)}


def test_many_scope_values_keep_lines_right(small_city, make_resident_id, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The engine makes a join of a list of more than a few constants, and joins lose the order of rows.

    They lose it only in files that several threads read: so the plan is looked at too, not the lines alone.
    """
    from citybrain.ingest import accept
    from citybrain.ingest.check import sql_check

    plans = []
    sql_set_aside = accept.sql_set_aside

    def explained(con, checked) -> str:  # type: ignore[no-untyped-def]
        plans.extend(con.execute(f"EXPLAIN {sql_check(checked.plan)}").fetchall())
        return sql_set_aside(con, checked)

    monkeypatch.setattr(accept, "sql_set_aside", explained)
    small_city.screening()
    contract = small_city.root / "connectors/health/clinic.toml"
    scope = f'[scope]\n"类别" = {[f"类别{n}" for n in range(40)]}\n'
    contract.write_text(contract.read_text(encoding="utf-8") + scope, encoding="utf-8")
    kinds = ["" if n % 7 == 0 else f"类别{n % 50} " for n in range(900)]
    rows = [
        f"{make_resident_id(n)},某人,2020-02-03 09:00,城关镇,{36 + n / 1000:.3f},{kind}\n"
        for n, kind in enumerate(kinds)
    ]
    small_city.deliver("clinic_1.csv", HEADER.replace("\n", ",类别\n") + "".join(rows))
    small_city.build()
    inside = [n for n in range(900) if n % 7 and n % 50 < 40]
    assert small_city.rows("SELECT source_line FROM shared.screenings ORDER BY temperature_c") == [
        (n + 2,) for n in inside
    ]
    assert small_city.rows("SELECT out_of_scope FROM shared.batches") == [(900 - len(inside),)]
    assert plans
    assert "hash join" not in repr(plans).lower()


def test_a_missing_column_refuses_the_file_and_names_the_likely_new_header(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver(
        "clinic_1.csv", HEADER.replace("时间", "就诊时间") + f"{make_resident_id(1)},某人,2020-02-03,城关镇,36\n"
    )
    (error,) = small_city.build().feeds[0].errors
    assert "screened_at" in error
    assert "Did you mean '就诊时间'?" in error


def test_unknown_and_missing_optional_columns_are_findings(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver(
        "clinic_1.csv", f"证件号,时间,住址,体温,新列\n{make_resident_id(1)},2020-02-03 09:00,城关镇,36.5,x\n"
    )
    findings = " ".join(small_city.build().feeds[0].findings)
    assert "新列" in findings
    assert "姓名" in findings


def test_no_personal_value_in_findings_or_errors(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    person = make_resident_id(77)
    small_city.deliver("clinic_1.csv", HEADER + f"{person},张秘密,2020-02-31,城关镇,36.5\n")
    small_city.deliver("clinic_2.csv", f'{HEADER}{person},"张秘密,2020-02-03,城关镇,36.5\n')
    report = small_city.build()
    told = repr(report)
    assert person not in told
    assert "张秘密" not in told
    assert report.feeds[0].errors


def test_a_changed_contract_reads_the_archive_again(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    file = small_city.deliver("clinic_1.csv", HEADER + f"{make_resident_id(1)},某人,2020-02-03 09:00,某处,36.5\n")
    small_city.build()
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(0,)]
    file.unlink()
    contract = small_city.root / "connectors/health/clinic.toml"
    contract.write_text(contract.read_text(encoding="utf-8") + '[replace.area]\n"某处" = "城关镇"\n', encoding="utf-8")
    small_city.build()
    assert small_city.rows("SELECT area_code FROM shared.screenings") == [("379901100",)]
    assert small_city.rows("SELECT count(*) FROM shared.batches") == [(1,)]


def test_a_select_beside_the_contract_shapes_the_table(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.contract(
        "health.clinic",
        'title = "x"\nrecord = "screening"\ndelivery = "append"\n[source]\npath = "clinic_*.csv"\n[columns]\n'
        'resident_id = "证件"\nscreened_at = "时间"\narea = { from = "住址", as = "name" }\n',
    )
    (small_city.root / "connectors/health/clinic.sql").write_text(
        'SELECT replace("证件号", \'#\', \'\') AS 证件, "时间", "住址", source_line FROM source -- kept\n',
        encoding="utf-8",
    )
    small_city.deliver("clinic_1.csv", HEADER + f"#{make_resident_id(1)},某人,2020-02-03 09:00,城关镇,36.5\n")
    report = small_city.build()
    assert not report.feeds[0].errors
    assert small_city.rows("SELECT area_code, source_line FROM shared.screenings") == [("379901100", 2)]


def test_a_unit_in_the_cell_overrides_the_unit_of_the_contract(small_city) -> None:  # type: ignore[no-untyped-def]
    small_city.contract(
        "market.firms",
        'title = "x"\nrecord = "enterprise"\ndelivery = "full"\n[source]\npath = "firms.csv"\n[columns]\n'
        'credit_code = "信用代码"\nenterprise_name = "名称"\narea = { from = "乡镇", as = "name" }\n'
        'capital_yuan = { from = "资本（万元）", unit = 10000 }\n',
    )
    rows = "信用代码,名称,乡镇,资本（万元）\n91110000600037341L,甲,河口镇,100\n91350211M000100Y46,乙,河口镇,100万元\n"
    small_city.deliver("firms.csv", rows)
    small_city.build()
    found = small_city.rows("SELECT DISTINCT capital_yuan FROM shared.enterprises")
    assert found == [(1_000_000.0,)]
    assert small_city.rows("SELECT accepted FROM shared.batches") == [(2,)]
