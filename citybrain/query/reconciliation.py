"""What two departments say of the same thing: rules, cells, the records on one side only, and the ledger kept up to date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from citybrain.errors import AccessError, nearest
from citybrain.operations import Found, Ledger, SettleReport
from citybrain.operations.finding import Key, period_text
from citybrain.query.access import AccessContext
from citybrain.query.snapshot import OpenSnapshot
from citybrain.reconciliation import Status
from citybrain.sql import literal, literals

MOST_CELLS = 200_000
FEWEST_PERSONS = 5
"""Counts of fewer people point at single ones: whoever may not see small counts sees neither them nor what they follow from."""
_AMOUNTS = ("left_count", "right_count", "matched", "left_only", "right_only", "difference")
_SMALL = " OR ".join(f"coalesce(abs({n}) > 0 AND abs({n}) < {FEWEST_PERSONS}, FALSE)" for n in _AMOUNTS)
CELLS = (
    f"SELECT rule, area_code, period_on, {', '.join(f'CAST({n} AS DOUBLE) AS {n}' for n in _AMOUNTS)}, status,"
    f" ({_SMALL}) AS is_small FROM marts.reconciliations"
)


@dataclass(frozen=True)
class ReconciliationRule:
    """One rule as the snapshot has it; words by language: `title("zh")`."""

    rule: str
    sort_order: int
    title_zh: str
    title_en: str
    question_zh: str
    question_en: str
    owner: str
    level: str
    period_type: str
    by_record: bool
    """False: only totals are compared, and `matched` is the most that can be the same."""
    counts_persons: bool
    lag_days: int
    tolerance: float
    tolerance_pct: float
    left_title_zh: str
    left_title_en: str
    left_department: str
    left_table: str
    left_sql: str
    right_title_zh: str
    right_title_en: str
    right_department: str
    right_table: str
    right_sql: str

    def title(self, language: str) -> str:
        """Its name."""
        return self.title_zh if language == "zh" else self.title_en

    def question(self, language: str) -> str:
        """What it asks."""
        return self.question_zh if language == "zh" else self.question_en

    def side_title(self, side: str, language: str) -> str:
        """What the left or the right side counts."""
        return str(getattr(self, f"{side}_title_{'zh' if language == 'zh' else 'en'}"))

    @property
    def departments(self) -> frozenset[str]:
        """Who has to do with it."""
        return frozenset({self.owner, self.left_department, self.right_department})


@dataclass(frozen=True)
class UnmatchedRecord:
    """One record that stands on one side only, and where it stands in which file."""

    side: str
    amount: float
    """How much of what stands on the side alone it makes up; 0: it matched, but only through linkage."""
    reason: str
    record_key: str | None
    """What names it: a pseudonym of a person, or the number of a document or an enterprise."""
    department: str | None
    file_name: str | None
    source_line: int | None
    """None for a total that several rows make up; so is then the file."""
    batch: int | None
    evidence_side: str | None
    evidence_file: str | None
    evidence_line: int | None
    evidence_on: dt.date | None
    """Day on which the other side has it; of a total the period whose figure it is, or the day on which it was counted."""
    evidence_ratio: float | None
    """Right side by left side, where that is the reason."""


def read_rules(snapshot: OpenSnapshot) -> list[ReconciliationRule]:
    """Rules in the order of lists; none in a snapshot that was built before there were any."""
    if not _has(snapshot):
        return []
    names = ", ".join(ReconciliationRule.__dataclass_fields__)
    rows = snapshot.rows(f"SELECT {names} FROM marts.reconciliation_rules ORDER BY sort_order, rule")
    return [ReconciliationRule(**row) for row in rows]


def read_rule(snapshot: OpenSnapshot, rule: str) -> ReconciliationRule:
    """One rule. Raises AccessError for an unknown name."""
    known = {r.rule: r for r in read_rules(snapshot)}
    if rule not in known:
        raise AccessError(
            f"reconciliation {rule}", "not a rule of this snapshot", expected=", ".join(known) or "none",
            remedy=f"Ask for one of these.{nearest(rule, known)}",
        )  # fmt: skip
    return known[rule]


@dataclass(frozen=True)
class Asked:
    """Which cells are asked for; what is left out is not narrowed down."""

    rule: str = ""
    area: str = ""
    """The area and all below it."""
    period: tuple[dt.date, dt.date] | None = None
    """First and last day; cells of the whole time are in every one."""
    statuses: tuple[str, ...] = ()


def read_cells(snapshot: OpenSnapshot, access: AccessContext, asked: Asked) -> pl.DataFrame:
    """One row a rule, area and period, newest first: rule, area_code, area_name, period_on, left_count, right_count, matched,
    left_only, right_only, difference, status, is_suppressed.

    Where the cell holds fewer people than may be seen its counts are null and `is_suppressed` is true.
    """
    rule, area, period, statuses = asked.rule, asked.area, asked.period, asked.statuses
    schema = dict.fromkeys(("rule", "area_code", "status"), pl.String)
    top = snapshot.tree.area(access, area) if area else snapshot.tree.top(access)
    if not _has(snapshot):
        return pl.DataFrame(schema=schema)
    conditions = [f"area_code IN {literals(a.code for a in snapshot.tree.subtree(top.code))}"]
    if not area and access.area_root is None:
        conditions = []
    if rule:
        conditions.append(f"rule = {literal(read_rule(snapshot, rule).rule)}")
    if period:
        conditions.append(f"(period_on IS NULL OR period_on BETWEEN DATE '{period[0]}' AND DATE '{period[1]}')")
    if statuses:
        conditions.append(f"status IN {literals(statuses)}")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    small = "r.counts_persons AND c.is_small" if not access.sees_small_counts else "FALSE"
    amounts = ", ".join(f"CASE WHEN NOT ({small}) THEN c.{n} END AS {n}" for n in _AMOUNTS)
    return snapshot.frame(
        f"SELECT c.rule, c.area_code, a.area_name, c.period_on, {amounts}, c.status, {small} AS is_suppressed\n"
        f"FROM ({CELLS}{where}) AS c LEFT JOIN shared.areas AS a USING (area_code)\n"
        "LEFT JOIN marts.reconciliation_rules AS r ON r.rule = c.rule\n"
        f"ORDER BY r.sort_order, c.period_on DESC NULLS LAST, a.sort_order, c.area_code LIMIT {MOST_CELLS}"
    )


def read_records(
    snapshot: OpenSnapshot, access: AccessContext, cell: tuple[str, str, dt.date | None], limit: int = 500
) -> list[UnmatchedRecord]:
    """The records of one cell that stand on one side only, largest reason first, with their place in a file.

    None of a cell with fewer people than may be seen.
    """
    rule, area, period_on = cell
    snapshot.tree.area(access, area)
    if read_rule(snapshot, rule).counts_persons and not access.sees_small_counts:
        small = "WHERE rule = ? AND area_code = ? AND period_on IS NOT DISTINCT FROM ? AND is_small"
        if snapshot.rows(f"SELECT 1 AS found FROM ({CELLS}) {small}", [rule, area, period_on]):
            return []
    rows = snapshot.rows(
        "SELECT r.side, CAST(r.amount AS DOUBLE) AS amount, r.reason, r.record_key, b.department, b.file_name, r.source_line,"
        " r.batch, r.evidence_side, e.file_name AS evidence_file, r.evidence_line, r.evidence_on, r.evidence_ratio\n"
        "FROM marts.reconciliation_records AS r LEFT JOIN shared.batches AS b USING (batch)\n"
        "LEFT JOIN shared.batches AS e ON e.batch = r.evidence_batch\n"
        "WHERE r.rule = ? AND r.area_code = ? AND r.period_on IS NOT DISTINCT FROM ?\n"
        "ORDER BY count(*) OVER (PARTITION BY r.side, r.reason) DESC, r.reason, r.side, r.batch, r.source_line LIMIT ?",
        [rule, area, period_on, limit],
    )
    return [UnmatchedRecord(**row) for row in rows]


def count_reasons(snapshot: OpenSnapshot, access: AccessContext, rule: str = "", area: str = "") -> pl.DataFrame:
    """How much stands on one side only for which reason: rule, side, reason, records, amount; largest first in each rule.

    Records and amount are null where they are of fewer people than may be seen.
    """
    top = snapshot.tree.area(access, area) if area else snapshot.tree.top(access)
    within = f"area_code IN {literals(a.code for a in snapshot.tree.subtree(top.code))}"
    only = f" AND rule = {literal(read_rule(snapshot, rule).rule)}" if rule else ""
    small = f"counts_persons AND (count(*) < {FEWEST_PERSONS} OR sum(amount) < {FEWEST_PERSONS})"
    shown = "TRUE" if access.sees_small_counts else f"NOT ({small})"
    return snapshot.frame(
        f"SELECT rule, side, reason, CASE WHEN {shown} THEN count(*) END AS records,\n"
        f"  CASE WHEN {shown} THEN CAST(sum(amount) AS DOUBLE) END AS amount\n"
        "FROM marts.reconciliation_records JOIN marts.reconciliation_rules USING (rule)\n"
        f"WHERE {within}{only} GROUP BY rule, side, reason, counts_persons\n"
        "ORDER BY rule, records DESC NULLS LAST, side, reason"
    )


def settle_ledger(snapshot: OpenSnapshot, ledger: Ledger) -> SettleReport:
    """Brings the ledger up to the snapshot, whoever asks: the ledger is of the whole city. Quick when it is already."""
    if not _has(snapshot) or ledger.is_settled(snapshot.name):
        return SettleReport()
    rules = {r.rule: r for r in read_rules(snapshot)}
    cells = snapshot.frame(f"{CELLS} WHERE status NOT IN {literals([Status.AGREES, Status.WITHIN_TOLERANCE])}")
    differing, silent = [], set[Key]()
    for row in cells.iter_rows(named=True):
        if row["status"] == Status.DIFFERS:
            gaps = row["left_only"], row["right_only"]
            differing.append(Found(row["rule"], row["area_code"], row["period_on"], *gaps, rules[row["rule"]].owner))
        else:
            silent.add((row["rule"], row["area_code"], period_text(row["period_on"])))
    return ledger.settle(snapshot.name, differing, frozenset(rules), silent)


def _has(snapshot: OpenSnapshot) -> bool:
    found = snapshot.rows(
        "SELECT 1 AS found FROM information_schema.tables WHERE table_schema = 'marts' AND table_name = 'reconciliation_rules'"
    )
    return bool(found)
