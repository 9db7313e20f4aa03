"""SQL of what stands on one side only: each unit with its reason and, where it can be found, the evidence."""

from __future__ import annotations

from citybrain.indicators.indicator import Function
from citybrain.reconciliation.matching_sql import MATCHED, Closeness
from citybrain.reconciliation.rule import Period, Reason, Rule
from citybrain.reconciliation.units_sql import key_columns, sql_period
from citybrain.sql import literal, literals

RECORD = (
    "side, area_code, period_on, batch, source_line, record_key, amount, reason, evidence_side, evidence_batch,"
    " evidence_line, evidence_on, evidence_ratio"
)
"""Columns of `reconcile_records`, as of `marts.reconciliation_records` without the rule."""


SEVERAL = 3
"""So many periods make a habit of what could be chance in one."""


def sql_alone(rule: Rule, name: str) -> str:
    """Create `reconcile_alone_<side>`: its units without a match.

    Columns: id, key_…, area_code (the root where nobody says), local, period_on, day, followed_on, amount, batch,
    source_line, and partner_id and closeness of the unit of the other side that it should have been.
    """
    keys, other = ", ".join(f"u.{k}" for k in key_columns(rule.left)), "right" if name == "left" else "left"
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_alone_{name} AS
SELECT u.rowid AS id, {keys}, coalesce(u.area_code, u.stated, (FROM reconcile_root)) AS area_code,
  u.local, {sql_period(rule.period, "u.day")} AS period_on, u.day, u.followed_on, u.amount,
  u.batch, u.source_line, p.{other}_id AS partner_id, p.closeness
FROM reconcile_{name} AS u LEFT JOIN reconcile_pairs AS p ON p.{name}_id = u.rowid
WHERE p.closeness IS NULL OR p.closeness NOT IN ({_matched()})"""


def sql_together(rule: Rule) -> str:
    """Create `reconcile_together`: the matched pairs in the cell of the left unit, with both amounts and places."""
    keys = ", ".join(f"l.{k}" for k in key_columns(rule.left))
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_together AS
SELECT {keys}, coalesce(l.area_code, r.area_code, l.stated, r.stated, (FROM reconcile_root)) AS area_code,
  {sql_period(rule.period, "l.day")} AS period_on, l.amount AS left_amount, r.amount AS right_amount,
  l.batch AS left_batch, l.source_line AS left_line, r.batch AS right_batch, r.source_line AS right_line
FROM reconcile_pairs AS p JOIN reconcile_left AS l ON l.rowid = p.left_id JOIN reconcile_right AS r ON r.rowid = p.right_id
WHERE p.closeness IN ({_matched()})"""


def sql_pending(rule: Rule) -> str:
    """Condition on a unit `a` of the left side: the right side speaks of no day yet on which it had to have it."""
    if not rule.due_days:
        return "FALSE"
    return f"a.day > (SELECT max(day) FROM reconcile_right) - {rule.due_days}"


def sql_records(rule: Rule, name: str, outside: bool, unlinked: bool) -> str:
    """SELECT of RECORD: every unit of `reconcile_alone_<side>` with its reason.

    `outside` says that the registers of people are there to be asked, `unlinked` that `reconcile_linked` says which rows
    name a person whom nobody could tell.
    """
    other = "right" if name == "left" else "left"
    reason, joins = _reason(rule, name, outside, unlinked)
    wider = "w" if getattr(rule, other).wider else "p"
    return f"""SELECT {literal(name)} AS side, a.area_code, a.period_on, a.batch, a.source_line,
  {_key_text(key_columns(rule.left))} AS record_key, a.amount, {reason} AS reason,
  CASE WHEN p.batch IS NOT NULL THEN {literal(other)} WHEN t.batch IS NOT NULL THEN {literal(name)}
    WHEN {wider}.batch IS NOT NULL THEN {literal(other)} END AS evidence_side,
  coalesce(p.batch, t.batch, {wider}.batch) AS evidence_batch,
  coalesce(p.source_line, t.source_line, {wider}.source_line) AS evidence_line,
  p.day AS evidence_on, CAST(NULL AS DOUBLE) AS evidence_ratio
FROM reconcile_alone_{name} AS a
LEFT JOIN reconcile_{other} AS p ON p.rowid = a.partner_id
LEFT JOIN reconcile_twice_{name} AS t ON t.id = a.id
{joins}"""


def sql_twice(rule: Rule, name: str) -> str:
    """Create `reconcile_twice_<side>` (id, batch, source_line of what it repeats): units whose key and day came before.

    A unit that has a partner on the other side repeats nothing; it is what is repeated.
    """
    side = rule.left if name == "left" else rule.right
    if side.measure.function is Function.DISTINCT:
        return (
            f"CREATE OR REPLACE TEMP TABLE reconcile_twice_{name} AS"
            " SELECT CAST(NULL AS BIGINT) AS id, CAST(NULL AS INTEGER) AS batch, CAST(NULL AS BIGINT) AS source_line WHERE FALSE"
        )
    keys = key_columns(side)
    # A person may come again on another day; a document is the same one on any day.
    same = [*keys, "day"] if rule.of_persons and rule.period is not Period.ALL else keys
    columns = ", ".join(same)
    order = f"PARTITION BY {columns} ORDER BY is_paired DESC, batch, source_line, id"
    suspects = ", ".join(keys)
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_twice_{name} AS
WITH several AS (
  SELECT {columns} FROM reconcile_{name}
  WHERE ({suspects}) IN (SELECT ({suspects}) FROM reconcile_alone_{name} WHERE partner_id IS NULL)
  GROUP BY {columns} HAVING count(*) > 1
),
numbered AS (
  SELECT u.rowid AS id, u.batch, u.source_line, p.{name}_id IS NOT NULL AS is_paired, {", ".join(f"u.{c}" for c in same)}
  FROM reconcile_{name} AS u JOIN several USING ({columns}) LEFT JOIN reconcile_pairs AS p ON p.{name}_id = u.rowid
)
SELECT id, first_batch AS batch, first_line AS source_line FROM (
  SELECT id, is_paired, row_number() OVER ({order}) AS n, first_value(batch) OVER ({order}) AS first_batch,
    first_value(source_line) OVER ({order}) AS first_line
  FROM numbered
) WHERE n > 1 AND NOT is_paired"""


def sql_near_definition(rule: Rule, name: str) -> str:
    """Create `reconcile_wider_<side>` (id, batch, source_line): units that the other side knows and does not count.

    Rows as near in time as two rows of one thing may lie; `reconcile_uncounted_<other side>` holds what is not counted.
    """
    other, keys = "right" if name == "left" else "left", ", ".join(key_columns(rule.left))
    near = f"abs(date_diff('day', a.day, w.day)) <= {rule.lag_days}" if rule.period is not Period.ALL else "TRUE"
    distance = "abs(date_diff('day', a.day, w.day))" if rule.period is not Period.ALL else "0"
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_wider_{name} AS
SELECT a.id, w.batch, w.source_line
FROM (SELECT * FROM reconcile_alone_{name} WHERE partner_id IS NULL) AS a
JOIN reconcile_uncounted_{other} AS w USING ({keys}) WHERE {near}
QUALIFY row_number() OVER (PARTITION BY a.id ORDER BY {distance}, w.batch, w.source_line) = 1"""


def sql_differing(rule: Rule) -> str:
    """SELECT of RECORD: matched pairs that state different amounts; what one side has more stands there alone."""
    key_text = _key_text(key_columns(rule.left))
    selects = [
        f"SELECT {literal(this)}, a.area_code, a.period_on, a.{this}_batch, a.{this}_line, {key_text},"
        f" a.{this}_amount - a.{that}_amount, {literal(Reason.AMOUNT_DIFFERS)}, {literal(that)}, a.{that}_batch, a.{that}_line,"
        " CAST(NULL AS DATE), CAST(NULL AS DOUBLE)\n"
        f"FROM reconcile_together AS a WHERE a.{this}_amount > a.{that}_amount"
        for this, that in (("left", "right"), ("right", "left"))
    ]
    return "\nUNION ALL\n".join(selects)


def sql_identifier_faults(rule: Rule, name: str) -> str:
    """SELECT of RECORD, amount 0: matched pairs in which this side's row names the person or enterprise wrongly."""
    other = "right" if name == "left" else "left"
    key_text = _key_text(key_columns(rule.left))
    return f"""SELECT {literal(name)}, a.area_code, a.period_on, a.{name}_batch, a.{name}_line, {key_text}, 0,
  {literal(Reason.IDENTIFIER_FAULT)}, {literal(other)}, a.{other}_batch, a.{other}_line,
  CAST(NULL AS DATE), CAST(NULL AS DOUBLE)
FROM reconcile_together AS a
WHERE (a.{name}_batch, a.{name}_line) IN (SELECT (batch, source_line) FROM reconcile_linked_{name} WHERE is_found)"""


def _reason(rule: Rule, name: str, outside: bool, unlinked: bool) -> tuple[str, str]:
    """The CASE that decides, first cause first, and the joins it needs."""
    joins = []
    whens = [
        f"a.closeness IN ({Closeness.OTHER_AREA:d}, {Closeness.OTHER_AREA_AND_DAY:d}) THEN {literal(Reason.WRONG_TOWNSHIP)}",
        *(
            [f"a.closeness = {Closeness.OTHER_DAY:d} AND {_late(rule, name)} THEN {literal(Reason.LATE)}"]
            if rule.right.followed_by
            else []
        ),
        f"a.closeness = {Closeness.OTHER_DAY:d} THEN {literal(Reason.DATE_SHIFT)}",
        f"t.batch IS NOT NULL THEN {literal(Reason.DUPLICATE)}",
    ]
    if (rule.right if name == "left" else rule.left).wider:
        joins.append(f"LEFT JOIN reconcile_wider_{name} AS w ON w.id = a.id")
        whens.append(f"w.batch IS NOT NULL THEN {literal(Reason.DEFINITION)}")
    missing = [f"a.{k} IS NULL" for k in key_columns(rule.left)]
    whens.append(f"{' OR '.join(missing)} THEN {literal(Reason.UNKNOWN)}")
    if unlinked:
        nobody = (
            f"(a.batch, a.source_line) IN (SELECT (batch, source_line) FROM reconcile_linked_{name} WHERE NOT is_found)"
        )
        whens.append(f"{nobody} THEN {literal(Reason.UNKNOWN)}")
    if rule.left.standing and name == "left":
        same = " AND ".join(f"never.{k} = a.{k}" for k in key_columns(rule.left))
        joins.append(f"LEFT JOIN ({_sql_never(rule)}) AS never ON {same}")
        whens.append(f"never.is_known THEN {literal(Reason.DEFINITION)}")
    if outside and name == "left":
        joins.append("LEFT JOIN reconcile_locals AS o ON o.local = a.local")
        issued_here = f" AND NOT {_ISSUED_HERE}" if rule.local == "credit_code" else ""
        whens.append(f"a.local IS NOT NULL AND o.local IS NULL{issued_here} THEN {literal(Reason.LIVES_OUTSIDE)}")
    if rule.due_days and name == "left":
        whens.append(f"{sql_pending(rule)} THEN {literal(Reason.PENDING)}")
    lost = Reason.SENT_NOT_RECEIVED if name == "left" else Reason.RECEIVED_NOT_SENT
    last = literal(lost if rule.handover else Reason.UNKNOWN)
    return "CASE " + "\n    ".join(f"WHEN {w}" for w in whens) + f"\n    ELSE {last} END", "\n".join(joins)


_ISSUED_HERE = (
    "(regexp_full_match((FROM reconcile_root), '[1-9][0-9]{5,}')"
    " AND starts_with(substr(a.local, 3), regexp_replace(substr((FROM reconcile_root), 1, 6), '(00)+$', '')))"
)
"""Condition: the authority in digits 3 to 8 of the credit code (GB 32100-2015) lies in the root of the areas, or is it. Who
is not in the register all the same was struck off, moved, or stands in a row that was set aside: not somebody from outside."""


def _late(rule: Rule, name: str) -> str:
    """Condition: it came after the allowed lag, and nothing was done with it before it came."""
    left, right = ("a", "p") if name == "left" else ("p", "a")
    undone = f"coalesce({right}.followed_on >= {right}.day, TRUE)"
    return f"{right}.day > {left}.day + {rule.lag_days} AND {undone}"


def _sql_never(rule: Rule) -> str:
    """SELECT key_…, is_known (true): of a standing list those who were due several times and never came."""
    keys = ", ".join(key_columns(rule.left))
    came = " AND ".join(f"{k} IS NOT NULL" for k in key_columns(rule.left))
    return (
        f"SELECT {keys}, TRUE AS is_known FROM reconcile_left"
        f" WHERE ({keys}) NOT IN (SELECT ({keys}) FROM reconcile_right WHERE {came})"
        f" GROUP BY {keys} HAVING count(*) >= {SEVERAL}"
    )


def _key_text(keys: list[str]) -> str:
    return "concat_ws(' / ', " + ", ".join(f"a.{k}" for k in keys) + ")"


def _matched() -> str:
    return ", ".join(f"{c:d}" for c in MATCHED)


NEED_EVIDENCE = literals([
    Reason.WRONG_TOWNSHIP, Reason.DATE_SHIFT, Reason.LATE, Reason.DEFINITION, Reason.AMOUNT_DIFFERS, Reason.IDENTIFIER_FAULT
])  # fmt: skip
"""Reasons that stand on a row of the other side, and so hold where that side is otherwise silent."""
