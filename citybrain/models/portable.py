"""The subset of SQL that DuckDB and Spark both answer alike; models keep to it from the first day."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

# What failed or differed when 42 queries were moved from DuckDB 2.0 to Spark 4.3.
_FUNCTIONS = {
    "strlen", "list_aggregate", "quantile_cont", "try_strptime", "weekday", "dayofweek", "isodow",
    "list_filter", "list_transform", "getvariable", "approx_count_distinct", "approx_quantile", "parse_filename",
}  # fmt: skip
_NODES: dict[type[exp.Expression], str] = {
    exp.Pivot: "PIVOT",
    exp.SimilarTo: "SIMILAR TO",
    exp.Columns: "COLUMNS()",
    exp.ApproxDistinct: "an approximate count",
    exp.PercentileCont: "quantile_cont",
    exp.Lambda: "a lambda",
    exp.TimeToStr: "strftime",
    exp.StrToTime: "strptime",
}


def unportable(sql: str) -> list[str]:
    """What in one SELECT is outside the portable subset, in words; empty when all is well."""
    try:
        statements = sqlglot.parse(sql, dialect="duckdb")
    except ParseError as error:
        return [f"it cannot be parsed ({error.errors[0].get('description', 'syntax') if error.errors else 'syntax'})"]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return ["it is not one SELECT"]
    tree = statements[0]
    found = [words for node, words in _NODES.items() if tree.find(node)]
    found += sorted({f"{name}()" for f in tree.find_all(exp.Func) if (name := _name(f)) in _FUNCTIONS})
    if any(star.args.get("replace") or star.args.get("except_") for star in tree.find_all(exp.Star)):
        found.append("SELECT * REPLACE or EXCLUDE")
    if any(join.args.get("kind") == "ASOF" or join.args.get("method") == "ASOF" for join in tree.find_all(exp.Join)):
        found.append("ASOF JOIN")
    if any(union.args.get("by_name") for union in tree.find_all(exp.SetOperation)):
        found.append("UNION BY NAME")
    return found


def relations(sql: str) -> frozenset[str]:
    """The relations that one SELECT refers to, as `schema.table`."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    return frozenset(f"{t.db}.{t.name}" for t in tree.find_all(exp.Table) if t.db)


def _name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()
