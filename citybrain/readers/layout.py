"""Rows inside a table that are not data: totals, notes, repeated headers, blank rows."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.sql import literal, quote

TOTAL = (
    r"(.{0,8}(合计|总计|小计|共计|累计)|全[国省市县区镇乡村]合?计?|"
    r".{0,20}\b([Ss]ub|[Gg]rand )?[Tt]otal|TOTAL|SUM)[:：]?"
)
NOTE = (
    r"[(（※*]?(备?注(释|意)?[0-9一二三]?[:：、.．)）].*|备注|说明[:：0-9].*|注意事项.*|"
    r"(填表|制表|填报|审核|复核|经办|统计|报送|联系)(人|单位|日期|时间|说明|电话)?[:：].*|"
    r"(单位)?负责人[（(]?(签字|签章)?[)）]?[:：].*|(数据)?来源[:：].*|资料来源.*|([Nn]otes?|[Ss]ource|[Rr]emarks?)[:：].*)"
)
NUMBER = r"[-+]?[0-9.,]+%?"
FIRST_COLUMNS = 8
"""A total or note is recognised in the first non-blank of so many columns; rows blank there are judged as data."""


def sql_layout_kind(headers: Sequence[str]) -> str:
    """SQL over the raw columns: what a row is if it is not data.

    Gives `blank` (no cell holds anything), `header` (the header again, as at a page break), `total` (the first filled
    cell is 合计, 小计, total, …), `note` (注:, 填表人:, … or one text in the first cell and nothing else), or NULL.
    """
    columns = [quote(h) for h in headers]
    cells = [_sql_trim(c) for c in columns[:FIRST_COLUMNS]]
    first = f"replace(replace(coalesce({', '.join(cells)}, ''), ' ', ''), '\u3000', '')"
    # One concatenation and not a condition for each column: tables have up to thousands of columns.
    lonely = f"WHEN {_sql_blank(columns[1:])} AND NOT regexp_full_match({first}, {literal(NUMBER)}) THEN 'note' "
    return (
        f"CASE WHEN {_sql_blank(columns)} THEN 'blank' "
        f"WHEN {_sql_is_header(headers)} THEN 'header' "
        f"WHEN regexp_full_match({first}, {literal(TOTAL)}) THEN 'total' "
        f"WHEN regexp_full_match({first}, {literal(NOTE)}) THEN 'note' {lonely if columns[1:] else ''}END"
    )


def _sql_trim(text: str) -> str:
    return f"nullif(trim({text}, ' \u3000\t'), '')"


def _sql_blank(columns: Sequence[str]) -> str:
    together = f"concat_ws('', {', '.join(columns)})"
    return f"{_sql_trim(together)} IS NULL"


def _sql_is_header(headers: Sequence[str]) -> str:
    """True where the first columns hold their own headers; the leaf of a two-row header counts too."""
    named = [h for h in headers if not h.startswith("column_")][:3]
    if not named:
        return "FALSE"
    return " AND ".join(f"trim({quote(h)}) IN ({literal(h)}, {literal(h.rsplit('/', 1)[-1])})" for h in named)
