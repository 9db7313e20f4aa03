"""A small city for the pages of tables: a clinic, township lists and daily reports, delivered and built as in production."""

from __future__ import annotations

from pathlib import Path

import duckdb

from citybrain.build.told import write_contracts, write_delivered_columns, write_quarantine_reasons
from citybrain.contracts import load_contracts
from citybrain.ingest.batches import load_batches
from citybrain.project import load_project
from citybrain.reconciliation import STANDARD_RULES, build_reconciliation, load_rules
from tests.conftest import SmallCity, resident_id
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, ReportCity, Row

DAY = "2020-02-03"
ARRIVED = "2020-02-05T18:30:00+08:00"
"""After the reports of the 5th were due, which nobody files."""
RULE = "fever_clinic_follow_ups"
SECRET = resident_id(1)
"""A number that no page may show."""
LIST = """title = "追踪台账"
record = "follow_up"
delivery = "full"
[owner]
department = "township"
legal_basis = "《传染病防治法》第三十条"
purposes = ["epidemic_control"]
[source]
path = "list_*.csv"
[columns]
resident_id = { from = "证件号", invalid = "blank" }
id_written = "证件号"
person_name = "姓名"
area = { from = "乡镇", as = "name" }
screened_on = "就诊日期"
[ignore]
columns = ["备注说明"]
"""


def write_told_city(root: Path) -> SmallCity:
    """Four people at the clinic and one unusable row; the list of 城关镇 misses one and has one of its own; 山前乡 files no
    report on the second day, 河口镇 files late; on the third day nobody does.
    """
    city = SmallCity(root)
    city.screening()
    city.contract("township.list", LIST)
    people = [resident_id(n) for n in range(1, 6)]
    visits = [f"{people[n]},张三,{DAY} 09:00,{'城关镇' if n < 3 else '河口镇'},38.5" for n in range(4)]
    visits.append(f"{people[0]},张三,{DAY} 10:00,城关镇,很热")
    city.deliver("clinic_1.csv", "证件号,姓名,时间,住址,体温\n" + "\n".join(visits) + "\n", ARRIVED)
    lines = [f"{people[n]},张三,{t},{DAY},无" for n, t in ((0, "城关镇"), (1, "城关镇"), (4, "城关镇"), (3, "河口镇"))]
    city.deliver("list_1.csv", "证件号,姓名,乡镇,就诊日期,备注说明\n" + "\n".join(lines) + "\n", ARRIVED)
    reports = ReportCity(city)
    reports.feed("daily")
    for day in ("2020-02-03", "2020-02-04"):
        rows: list[Row] = [
            (CHENGGUAN, day, 2, 100, f"{day} 17:00"),
            (HEKOU, day, 1, 90, f"{day} 20:00"),
            (SHANQIAN, day, 0, 80, f"{day} 17:30"),
        ]
        reports.sheet(rows[:2] if day == "2020-02-04" else rows, f"{day}T21:00:00+08:00")
    city.build()
    _tell(root)
    return city


def _tell(root: Path) -> None:
    """What the build does after the models, on the served snapshot."""
    project = load_project(root)
    contracts = load_contracts(project)
    with duckdb.connect(str((project.paths.snapshots / "current").resolve())) as con:
        write_contracts(con, contracts)
        write_delivered_columns(con, contracts, load_batches(project.paths))
        write_quarantine_reasons(con, project.paths, contracts, load_batches(project.paths))
        build_reconciliation(con, load_rules([STANDARD_RULES]))
