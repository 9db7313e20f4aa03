"""Every record type and column has a Chinese title and meaning, and no translation is left over."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from citybrain.schema.columns import RecordType
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.words import LOCALES, RecordWords

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ZH, EN = RecordWords("zh"), RecordWords("en")


@pytest.mark.parametrize("record", RECORD_TYPES.values(), ids=RECORD_TYPES)
def test_a_record_type_is_told_in_chinese(record: type[RecordType]) -> None:
    assert CHINESE.search(ZH.record_title(record))
    assert len(ZH.meaning(record)) == len(EN.meaning(record))
    assert all(CHINESE.search(part) and not part.startswith("Does") for part in ZH.meaning(record))
    for name, column in record.columns().items():
        assert CHINESE.search(ZH.column_title(record, name)), name
        assert CHINESE.search(ZH.column_meaning(column)), name
        assert ZH.is_translated(column.doc)


def test_english_stands_in_the_code() -> None:
    record = RECORD_TYPES["screening"]
    column = record.columns()["temperature_c"]
    assert EN.column_meaning(column) == column.doc
    assert (EN.record_title(record), EN.column_title(record, "temperature_c")) == ("", "")


def test_a_column_may_be_called_otherwise_in_one_record_type() -> None:
    assert ZH.column_title(RECORD_TYPES["appeal"], "received_at") != ZH.column_title(
        RECORD_TYPES["test_result"], "received_at"
    )


def test_no_translation_is_left_over() -> None:
    columns = [(r.name, n, c) for r in RECORD_TYPES.values() for n, c in r.columns().items()]
    titles = {(None, c.doc) for _r, _n, c in columns} | {("column", n) for _r, n, _c in columns}
    titles |= {("column", f"{n}.{r}") for r, n, _c in columns} | {("record", name) for name in RECORD_TYPES}
    titles |= {(None, part) for r in RECORD_TYPES.values() for part in r.meaning().split("\n\n")}
    with (LOCALES / "zh_CN" / "LC_MESSAGES" / "records.po").open("rb") as file:
        written = [(m.context, str(m.id)) for m in read_po(file) if m.id]
    assert set(written) <= titles
    assert len(written) == len(set(written))
