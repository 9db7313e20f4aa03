"""Contracts are read whole, and what is wrong is said in words, all at once."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from citybrain.contracts import (
    ContractErrors,
    Delivery,
    Due,
    Expect,
    Mapping,
    check_contracts,
    load_contract,
    load_contracts,
)
from citybrain.contracts.columns import FORMS
from citybrain.contracts.sections import SOURCE_KINDS
from citybrain.schema.records import RECORD_TYPES, Observation, Screening

OBSERVATION = """
title = "乡镇日报"
record = "observation"
delivery = "full"
[source]
path = "townships/*.xlsx"
[columns]
area = "乡镇"
period_on = "日期"
"""


def test_every_section_of_a_good_contract_arrives(folder, good):
    folder.write("health/fever_clinic.toml", good)
    [contract] = load_contracts(folder)
    assert (contract.feed, contract.department) == ("health.fever_clinic", "health")
    assert contract.record is Screening and contract.delivery is Delivery.APPEND
    assert contract.owner.department == "health" and contract.owner.purposes == ("epidemic_control",)
    assert contract.source.path == "health/fever_clinic_*.csv"
    assert contract.due == Due(dt.timedelta(days=1), dt.time(10))
    assert contract.columns["resident_id"] == Mapping(headers=("身份证号", "证件号码"))
    assert contract.columns["screened_at"] == Mapping(headers=("就诊时间",), timezone="Asia/Shanghai")
    assert contract.columns["area"] == Mapping(headers=("现住址",), as_="address", level="township")
    assert contract.scope == {"城市": ("东莞市",)} and contract.ignore == ("备注", "其他*")
    assert contract.expect == Expect(10, 5000, 50.0)
    assert contract.replace == {"area": {"城关鎮": "城关镇"}}
    assert {"身份证号", "城市", "备注"} <= contract.headers and "其他*" not in contract.headers


def test_a_file_saved_by_windows_with_a_byte_order_mark_is_read(folder, good):
    file = folder.write("health/a.toml", good)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_contract(file, "health").title == "发热门诊筛查登记"


def test_a_wide_sheet_supplies_measure_and_value(folder):
    values = '[values]\nfever = "发热人数"\nconfirmed = { from = "累计确诊", cumulative = true }\ntotal = "累计确诊"\n'
    contract = load_contract(folder.write("townships/daily.toml", OBSERVATION + values), "townships")
    assert contract.record is Observation
    assert contract.values["confirmed"] == Mapping(headers=("累计确诊",), cumulative=True)
    assert contract.values["fever"].headers == ("发热人数",)


def test_a_long_sheet_maps_measure_and_value(folder):
    long = OBSERVATION + 'measure = "指标"\nvalue = { from = "数值", unit = 10000 }\n'
    assert load_contract(folder.write("t/long.toml", long), "t").columns["value"].unit == 10000


def test_an_observation_without_measure_says_both_ways_out(folder):
    with pytest.raises(ContractErrors, match=r"'measure' of record 'observation' is not mapped.*\[values\]"):
        load_contract(folder.write("t/daily.toml", OBSERVATION), "t")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"screening"', '"screning"', "'record' is not a known word. Found 'screning'.*Did you mean 'screening'"),
        ("delivery = ", "delivry = ", "unknown key 'delivry'.*Did you mean 'delivery'"),
        ('"append"', '"replace"', "'delivery' is not a known word.*full, upsert, append"),
        ('title    = "发热门诊筛查登记"', "", "'title' is missing"),
        ('title    = "发热门诊筛查登记"', "title = 3", "'title' is of the wrong kind. Found a whole number"),
        ("legal_basis", "legal_base", r"\[owner\]: unknown key 'legal_base'.*Did you mean 'legal_basis'"),
        ('by    = "10:00"', 'by = "25:00"', r"\[due\]: 'by' is not a time of day"),
        ('every = "1d"', 'every = "daily"', r"\[due\]: 'every' is not a span of time. Found 'daily'"),
        ('every = "1d"', "", r"\[due\]: 'every' is missing"),
        ('path = "health/fever_clinic_*.csv"', 'path = ""', r"\[source\]: 'path' is missing or empty"),
        ('path = "health/', 'path = "../', "leads out of the extracts folder"),
        ('path = "health/', 'path = "/etc/', "leads out of the extracts folder"),
        ('path = "health/', 'path = "C:/', "leads out of the extracts folder"),
        ('"health/fever_clinic_*.csv"', "'health\\a.csv'", "written with"),
        ("[due]", 'url = "sqlite:///x.db"\n[due]', "both 'path' and 'url' are stated"),
        ("[due]", 'kind = "exel"\n[due]', r"\[source\]: 'kind' is not a known word"),
        ("[due]", 'encoding = "gbk2312"\n[due]', "'encoding' is not known"),
        ("[due]", 'delimiter = "||"\n[due]', "'delimiter' is more than one character"),
        ("[due]", 'datum = "wgs-84"\n[due]', "'datum' is not a known word.*Did you mean 'wgs84'"),
        ("[due]", "header_row = 0\n[due]", "'header_row' is too small"),
        ("[due]", "header_row = true\n[due]", "'header_row' is of the wrong kind. Found true or false"),
        ("[due]", 'part = "_([0-9"\n[due]', "'part' is not a regular expression"),
        ("[due]", 'part = "_[0-9]+"\n[due]', "'part' captures nothing"),
        ("resident_id =", "resident_no =", "'resident_no' is not a column of record 'screening'.*one of resident_id, "),
        ("screened_at =", "# ", "the required column 'screened_at' of record 'screening' is not mapped"),
        ('"证件号码"]', '"身份证号"]', "names the header '身份证号' twice"),
        ("[scope]", 'outcome = "身份证号"\n[scope]', "'身份证号' is used twice. Found 'resident_id' and 'outcome'"),
        ("Asia/Shanghai", "Asia/Shanghia", r"\[columns.screened_at\]: 'timezone' is not known"),
        ('"Asia/Shanghai"', '"Asia"', "'timezone' is not known"),
        ('as = "address"', 'as = "adress"', r"\[columns.area\]: 'as' is not a known word.*Did you mean 'address'"),
        ('level = "township"', 'level = "town"', "Found 'town', expected one of county, township"),
        ('from = "就诊时间"', 'form = "就诊时间"', "unknown key 'form'"),
        ('from = "就诊时间",', "", "it is not clear where the column comes from"),
        ('from = "现住址",', 'from = "现住址", constant = "3701",', "Found 'from' and 'constant'"),
        ('timezone = "Asia/Shanghai"', "unit = 1000", "unknown key 'unit'"),
        ("[scope]", "temperature_c = { from = '体温', unit = -1 }\n[scope]", "'unit' is not a positive factor"),
        ("[scope]", "temperature_c = { from = '体温', as = 'number' }\n[scope]", "'as' is not a known word"),
        ("[scope]", "temperature_c = { from = '体温', invalid = 'drop' }\n[scope]", "expected one of quarantine, blank"),
        ('timezone = "Asia/Shanghai"', "invalid = 'blank'", "a required column cannot be left blank"),
        ("[scope]", '[values]\nfever = "发热"\n[scope]', "record 'screening' has no"),
        ("max = 5000", "max = 5", "'min' is greater than 'max'"),
        ("max = 50 }", "max = 150 }", "'max' is not a percentage"),
        ("min = 10", "least = 10", r"\[expect.rows\]: unknown key 'least'"),
        ("[replace.area]", "[replace.sex]", r"\[replace.sex\]: 'sex' is not mapped in \[columns\]"),
        ("[replace.area]", "[replace.township]", "'township' is not a column of record 'screening'"),
        ('"其他*"', '"其*他"', "stands inside a name"),
        ('"备注"', '"就诊时间"', "'就诊时间' is both used and ignored"),
    ],
)  # fmt: skip
def test_one_mistake_gives_one_sentence_that_names_it(folder, changed, old, new, said):
    folder.write("health/fever_clinic.toml", changed(old, new))
    errors = check_contracts(folder)
    matching = [e for e in errors if re.search(said, e.sentence())]
    assert matching, [e.sentence() for e in errors]
    assert all(e.sentence().startswith("connectors/health/fever_clinic.toml") for e in errors)


def test_a_wrong_source_url_is_explained_without_showing_the_password(folder, changed):
    url = 'url = "postgresql://reader:hunter2@db/county"'
    folder.write("health/a.toml", changed('path = "health/fever_clinic_*.csv"', url))
    said = "\n".join(e.sentence() for e in check_contracts(folder))
    assert "password in plain text" in said and "'url' without 'table' or 'query'" in said
    assert "hunter2" not in said


def test_a_database_with_its_password_in_the_environment_is_taken(folder, changed):
    url = 'url = "postgresql://reader:${COUNTY_PASSWORD}@db/county"\ntable = "visits"'
    folder.write("health/a.toml", changed('path = "health/fever_clinic_*.csv"', url))
    assert check_contracts(folder) == []


@pytest.mark.parametrize(
    ("text", "line"), [('title = "x\n', "line 1|end of the file"), ("title = 1\nrecord = 中\n", "line 2, column 10")]
)
def test_broken_toml_says_where(folder, text, line):
    folder.write("health/a.toml", text)
    [error] = check_contracts(folder)
    assert "not readable as TOML" in error.sentence()
    assert any(part in error.sentence() for part in line.split("|"))


def test_a_contract_in_another_encoding_says_so(folder, good):
    folder.write("health/a.toml", good).write_bytes(good.encode("gb18030"))
    [error] = check_contracts(folder)
    assert "not UTF-8" in error.sentence()


def test_all_errors_of_all_files_come_together(folder, changed):
    folder.write("health/a.toml", changed('"append"', '"never"').replace('by    = "10:00"', 'by = "noon"'))
    folder.write("tax/b.toml", changed('"screening"', '"nothing"'))
    with pytest.raises(ContractErrors) as raised:
        load_contracts(folder)
    said = str(raised.value)
    assert len(raised.value.errors) == 3 and raised.value.exit_code == 2
    assert "'never'" in said and "'noon'" in said and "'nothing'" in said
    assert len(said.splitlines()) == 3


def test_contracts_and_companions_in_the_wrong_place_are_noted(folder, good):
    folder.write("stray.toml", good)
    folder.write("health/lost.sql", "SELECT * FROM source")
    folder.write("health.care/a.toml", good)
    said = "\n".join(e.sentence() for e in check_contracts(folder))
    assert "connectors/stray.toml: not in the folder of a department" in said
    assert "health/lost.sql: no contract beside it" in said
    assert "department folder cannot name a feed" in said


def test_a_contract_may_state_every_kind_that_the_readers_know():
    from citybrain.readers.kind import KINDS, NAMES

    assert set(SOURCE_KINDS) == {*KINDS, *NAMES} - {"custom"}


def test_every_column_of_a_record_type_has_a_semantic_type():
    semantics = {c.semantic for record in RECORD_TYPES.values() for c in record.columns().values()}
    assert semantics <= {*FORMS, "area", "code"}
