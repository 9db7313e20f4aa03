"""The one pass over a delivery, as SQL: clean, normalise, judge; every row kept, in file order.

Why a value could not be read is asked afterwards, of the few rows that need it (set_aside.py): the SQL of all reasons is
as long as the rest, and each delivery would pay for planning it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from citybrain.contracts.contract import Contract, Mapping
from citybrain.ingest.batches import RowState
from citybrain.ingest.looking_up import Places, sql_listed
from citybrain.ingest.mapping import Bound
from citybrain.readers.layout import sql_layout_kind
from citybrain.readers.table import RawTable
from citybrain.semantics import Context, SemanticType, semantic_type
from citybrain.semantics.patterns import sql_is_one_of
from citybrain.sql import literal, quote

NUMBERS = ("integer", "decimal")
MISSING = "\x7f"
"""Stands for an empty required cell among the unread texts: a control character, which no cleaned text is."""


@dataclass(frozen=True)
class CheckPlan:
    """What `sql_check` needs to know of one delivery, or of several of one layout."""

    contract: Contract
    raw: RawTable
    bound: Bound
    context: Context
    batch: str
    """SQL of the number of the batch: the number, or a column of the relation where it holds several deliveries."""
    places: dict[str, Places] = field(default_factory=dict)
    position: str = ""
    """Column of the relation with the position of a row in the delivery, where the relation holds some rows of it only."""

    @property
    def is_joined(self) -> bool:
        """Whether places are looked up by a join, which loses the order of rows."""
        return any(not p.is_listed for p in self.places.values())

    @property
    def is_numbered(self) -> bool:
        """Whether rows carry their line through the pass, because position in the output will not tell it."""
        return bool(self.raw.line_column or self.bound.values)


def sql_check(plan: CheckPlan) -> str:
    """The SELECT that judges a delivery, or several one after the other.

    Rows: one for each row of the file (for wide observations, one for each row and measure), in file order.
    Columns: those of the record type, typed; `_state` (RowState), `_unread` (NULL unless the row is quarantined or a
    value was left empty; else for each column NULL, or the cleaned text that gave no value, MISSING where a required
    cell is empty), `_original` (cells as read; NULL for a plainly accepted row), `_batch`, `_sheet`, the source line:
    `_line`, or where that is NULL `_first_line` + position. Of several deliveries the day of arrival too, of some rows of one
    `_row`, their position in it.
    """
    columns = judged_columns(plan.contract)
    return f"""
WITH source AS ({sql_source(plan)}),
cleaned AS (SELECT source.*, {
        _each(columns, lambda n: f"{sql_clean_text(plan, n)} AS {quote('__c_' + n)}")
    } FROM source),
normalised AS (
  SELECT cleaned.*, {_each(columns, lambda n: f"{sql_value(plan, n)} AS {quote('__v_' + n)}")}
  FROM cleaned{sql_place_joins(plan)}
),
judged AS (SELECT normalised.*, {_sql_state(plan)} AS __state, {_sql_blanked(plan)} AS __blanked FROM normalised)
SELECT {_each(columns, lambda n: f"{quote('__v_' + n)} AS {quote(n)}")},
  __state::UTINYINT AS _state,
  CASE WHEN __state = {RowState.QUARANTINED:d} OR (__state = {RowState.ACCEPTED:d} AND __blanked)
    THEN [{_each(columns, lambda n: _sql_unread(plan, n))}] END AS _unread,
  CASE WHEN __state <> {RowState.ACCEPTED:d} OR __blanked THEN [{sql_cells(plan.raw)}] END AS _original,
  {sql_end(plan)}
FROM judged"""


def sql_end(plan: CheckPlan) -> str:
    """The columns of a judged row that say which row of which delivery it is; of several deliveries, the day of arrival too."""
    received_on = f", {plan.context.received_on}" if isinstance(plan.context.received_on, str) else ""
    position = f", {quote(plan.position)} AS _row" if plan.position else ""
    return f"""{plan.batch}::INTEGER AS _batch,
  {quote(plan.raw.sheet_column) if plan.raw.sheet_column else "NULL"}::VARCHAR AS _sheet,
  {"__row" if plan.is_numbered else "NULL"}::BIGINT AS _line,
  {plan.raw.first_line}::BIGINT AS _first_line{position}{received_on}"""


def sql_cells(raw: RawTable) -> str:
    """The cells of a row as read, the surplus ones last."""
    return ", ".join(quote(c) for c in (*raw.headers, *([raw.surplus_column] if raw.surplus_column else [])))


def judged_columns(contract: Contract) -> dict[str, SemanticType]:
    """Canonical columns with the semantic types that judge them."""
    return {name: semantic_type_of(contract, name) for name in contract.record.columns()}


def semantic_type_of(contract: Contract, name: str) -> SemanticType:
    """The semantic type of a canonical column, as the contract or else the record type states it."""
    column = contract.record.columns()[name]
    mapping = contract.columns.get(name)
    if column.semantic != "area" and mapping and mapping.as_:
        return semantic_type(mapping.as_)
    return semantic_type(column.semantic, column.codes)


def sql_clean_text(plan: CheckPlan, name: str) -> str:
    """SQL of the cleaned source text of a column, dirty values replaced as the contract says."""
    text = source_text(plan, name)
    if text == "NULL":
        return "NULL::VARCHAR"
    cleaned = semantic_type_of(plan.contract, name).sql_clean(text)
    replacements = plan.contract.replace.get(name)
    if not replacements:
        return cleaned
    cases = " ".join(f"WHEN {literal(dirty)} THEN {literal(clean)}" for dirty, clean in replacements.items())
    return f"CASE {cleaned} {cases} ELSE {cleaned} END"


def source_text(plan: CheckPlan, name: str) -> str:
    """SQL of the source text of a column; `NULL` where the delivery has none."""
    if plan.bound.values and name in ("measure", "value"):
        return f"__cell.{name}"
    return plan.bound.texts[name]


def sql_source(plan: CheckPlan) -> str:
    """The relation as read, its rows numbered if need be; wide observations unrolled into one row for each measure."""
    raw = plan.raw
    rows = f"SELECT * FROM {raw.relation}"
    if raw.line_column:
        rows = f"SELECT *, {quote(raw.line_column)} AS __row FROM {raw.relation}"
    elif plan.is_numbered:
        rows = f"SELECT *, {raw.first_line - 1} + row_number() OVER () AS __row FROM {raw.relation}"
    if not plan.bound.values:
        return rows
    cells = ", ".join(f"{{measure: {literal(m)}, value: {text}}}" for m, text in plan.bound.values.items())
    return f"SELECT *, unnest([{cells}]) AS __cell FROM ({rows})"


def sql_value(plan: CheckPlan, name: str) -> str:
    """SQL of the value of a column, from its cleaned text `__c_<name>`; NULL where it cannot be read."""
    cleaned = quote("__c_" + name)
    if name in plan.places:
        return _sql_area_code(plan, name)
    mapping = mapping_of(plan.contract, name)
    semantic = semantic_type_of(plan.contract, name)
    if source_text(plan, name) == "NULL":
        return f"NULL::{semantic.sql_type}"
    value = semantic.sql_normalise(cleaned, context_of(plan, name))
    if semantic.name in NUMBERS and mapping.unit != 1.0:
        value = f"({value} * {_sql_factor(cleaned, repr(mapping.unit))})::{semantic.sql_type}"
    if plan.bound.values and name == "value":
        factors = {m: v.unit for m, v in plan.contract.values.items() if v.unit != 1.0}
        if factors:
            cases = " ".join(f"WHEN {literal(m)} THEN {factor!r}" for m, factor in factors.items())
            value = f"{value} * {_sql_factor(cleaned, f'CASE __cell.measure {cases} ELSE 1.0 END')}"
    return value


def context_of(plan: CheckPlan, name: str) -> Context:
    """What helps to read the texts of a column: its own time zone, if the contract states one."""
    return replace(plan.context, timezone=mapping_of(plan.contract, name).timezone or plan.context.timezone)


def _sql_factor(cleaned: str, factor: str) -> str:
    """The contract's unit, unless the cell states its own: `100万元` under a header (万元) is a million."""
    return f"CASE WHEN regexp_matches({cleaned}, '[千万亿元圆]') THEN 1.0 ELSE {factor} END"


def mapping_of(contract: Contract, name: str) -> Mapping:
    """What the contract says of a canonical column."""
    return contract.columns.get(name, Mapping())


def _sql_area_code(plan: CheckPlan, name: str) -> str:
    """The area code of a row's text; NULL where the text could not be placed."""
    places = plan.places[name]
    if places.is_listed:
        return sql_listed(places, "codes", quote("__c_" + name))
    return f"{quote('__p_' + name)}.area_code"


def _joined(plan: CheckPlan) -> dict[str, Places]:
    return {name: places for name, places in plan.places.items() if not places.is_listed}


def sql_place_joins(plan: CheckPlan) -> str:
    """The joins of the relation `cleaned` with the places of its area texts, where they are too many for a list."""
    return "".join(
        f"\n  LEFT JOIN {places.relation} AS {quote('__p_' + name)}"
        f" ON {quote('__p_' + name)}.text = {places.alike('cleaned.' + quote('__c_' + name))}"
        for name, places in _joined(plan).items()
    )


def _sql_state(plan: CheckPlan) -> str:
    layout = f"({sql_layout_kind(plan.raw.headers)}) IS NOT NULL"
    if plan.bound.values:
        layout = f"(__cell.value IS NULL OR trim(__cell.value) = '' OR {layout})"
    judged = (
        f"CASE WHEN {' AND '.join(_accepting(plan))} THEN {RowState.ACCEPTED:d} "
        f"WHEN {layout} THEN {RowState.LAYOUT:d} ELSE {RowState.QUARANTINED:d} END"
    )
    if not plan.contract.scope:
        return judged
    inside = " AND ".join(
        f"coalesce({sql_is_one_of(f'trim({quote(header)})', values)}, FALSE)"
        for header, values in plan.contract.scope.items()
    )
    return f"CASE WHEN NOT ({inside}) THEN {RowState.OUT_OF_SCOPE:d} ELSE {judged} END"


def _accepting(plan: CheckPlan) -> list[str]:
    """Conditions under which a row is accepted; columns that cannot fail are left out, since each costs every row."""
    conditions = []
    for name, column in plan.contract.record.columns().items():
        value, cleaned = quote("__v_" + name), quote("__c_" + name)
        if column.required:
            conditions.append(f"{value} IS NOT NULL")
        elif can_fail(plan, name) and mapping_of(plan.contract, name).invalid == "quarantine":
            conditions.append(f"({value} IS NOT NULL OR {cleaned} IS NULL)")
    if plan.raw.surplus_column:
        conditions.append(f"{quote(plan.raw.surplus_column)} IS NULL")
    return conditions or ["TRUE"]


def can_fail(plan: CheckPlan, name: str) -> bool:
    """Whether a text of the column may have no value."""
    return source_text(plan, name) != "NULL" and plan.contract.record.columns()[name].semantic != "text"


def _sql_blanked(plan: CheckPlan) -> str:
    """Whether a value that may be left empty (`invalid = "blank"`) could not be read."""
    lenient = [
        f"({quote('__v_' + name)} IS NULL AND {quote('__c_' + name)} IS NOT NULL)"
        for name, column in plan.contract.record.columns().items()
        if not column.required and can_fail(plan, name) and mapping_of(plan.contract, name).invalid == "blank"
    ]
    return f"({' OR '.join(lenient)})" if lenient else "FALSE"


def _sql_unread(plan: CheckPlan, name: str) -> str:
    """The cleaned text of a column that has no value, MISSING for an empty required cell; NULL where there is a value."""
    text = quote("__c_" + name)
    if plan.contract.record.columns()[name].required:
        text = f"coalesce({text}, {literal(MISSING)})"
    return f"CASE WHEN {quote('__v_' + name)} IS NULL THEN {text} END"


def _each(names: Iterable[str], write: Callable[[str], str], between: str = ", ") -> str:
    return between.join(write(name) for name in names)
