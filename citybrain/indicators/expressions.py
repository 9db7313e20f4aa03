"""The SQL a declaration may write: one aggregate, one condition, in what DuckDB and Spark read alike."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from citybrain.errors import ContractError, nearest
from citybrain.indicators.indicator import Function
from citybrain.schema.columns import SharedTable

PORTABLE = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.Is, exp.In, exp.Between, exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Neg),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Lower, exp.Upper, exp.Substring, exp.Length),
)
"""Kinds of expression that mean the same on both engines. No division: that is what ratios are for."""


def parse_value(where: str, text: str, table: type[SharedTable]) -> tuple[Function, str]:
    """Aggregate and argument of `count(*)`, `count(x)`, `sum(x)` or `count(DISTINCT x)` or `median(x)`.

    Raises ContractError when it is anything else, or `x` is outside the portable subset or the table's columns.
    """
    tree = _parse(where, text)
    argument = tree.this if isinstance(tree, exp.Count | exp.Sum | exp.Median) else None
    if tree.sql(dialect="duckdb", comments=False) == "COUNT(*)":
        return Function.COUNT, "*"
    function = Function.SUM if isinstance(tree, exp.Sum) else Function.COUNT
    if isinstance(tree, exp.Median):
        function = Function.MEDIAN
    if isinstance(argument, exp.Distinct):
        members = argument.expressions
        argument = members[0] if isinstance(tree, exp.Count) and len(members) == 1 else None
        function = Function.DISTINCT
    if not isinstance(argument, exp.Expr) or (isinstance(tree, exp.Count) and tree.expressions):
        raise ContractError(
            where,
            "this is not a measure",
            found=text,
            expected="count(*), count(x), sum(x), count(DISTINCT x) or median(x)",
        )
    return function, _portable_sql(where, argument, table)


def parse_condition(where: str, text: str, table: type[SharedTable]) -> str:
    """The condition as checked SQL. Raises ContractError outside the portable subset or the table's columns."""
    return _portable_sql(where, _parse(where, text), table)


def _parse(where: str, text: str) -> exp.Expr:
    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ContractError(where, "this SQL cannot be read", found=text) from error
    if len(trees) != 1 or trees[0] is None:
        raise ContractError(where, "one SQL expression is wanted", found=text)
    return trees[0]


def _portable_sql(where: str, tree: exp.Expr, table: type[SharedTable]) -> str:
    """The expression written anew from its tree, so that what runs is what was checked."""
    for node in tree.walk():
        if _is_date_literal(node):
            continue
        if isinstance(node, exp.DataType) and _is_date_literal(node.parent):
            continue
        if not isinstance(node, PORTABLE):
            raise ContractError(
                where,
                "this SQL does not mean the same on every engine",
                found=node.sql(dialect="duckdb"),
                expected="columns, literals, comparisons, AND/OR/NOT, IN, BETWEEN, LIKE, + - *, CASE, coalesce, "
                "nullif, lower, upper, substring, length",
            )
        if isinstance(node, exp.Column):
            _check_column(where, node, table)
    return tree.sql(dialect="duckdb", comments=False)


def _is_date_literal(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Cast) and node.to.is_type("date") and isinstance(node.this, exp.Literal)


def _check_column(where: str, column: exp.Column, table: type[SharedTable]) -> None:
    known = table.columns()
    if column.table or column.name not in known:
        found = column.sql(dialect="duckdb")
        raise ContractError(
            where,
            f"shared.{table.table} has no column {found}",
            expected="one of " + ", ".join(known),
            remedy=f"Correct the name.{nearest(column.name, known)}",
        )
