"""Results of validation kept over time: what each snapshot found, beside what the ledger says was done about it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from citybrain.operations import Entry, Found, Item, Ledger, Notice, SettleReport
from citybrain.operations.finding import Key, period_text
from citybrain.query.access import AccessContext
from citybrain.query.quality import columns_of
from citybrain.query.reporting import AskedReports, read_validation, read_validation_rules
from citybrain.query.snapshot import OpenSnapshot

GONE = "gone"
"""State of a finding that the snapshots no longer have; else its state is its status in the ledger."""
FINDING_STATES = ("open", "reopened", "told", "assigned", "explained", "closed", GONE)
"""Every state, what nobody has done anything about first."""
SETTLED_STATES = ("closed", GONE)
"""Nothing more to do."""


@dataclass(frozen=True)
class AskedFindings:
    """Which findings are asked for; what is left out is not narrowed down."""

    rule: str = ""
    area: str = ""
    """The area and all below it."""
    period: tuple[dt.date, dt.date] | None = None
    """First and last day on which a period may begin."""
    department: str = ""
    """Department that must explain or mend what breaks the rule."""
    states: tuple[str, ...] = ()
    """Of `FINDING_STATES`."""


@dataclass(frozen=True)
class ValidationFinding:
    """One rule that did not hold at one area and period, then or now."""

    rule: str
    title_zh: str
    title_en: str
    owner: str
    """Department of the rule, or whoever it was assigned to."""
    area_code: str
    area_name: str
    period_type: str
    period_on: dt.date | None
    verdict: str
    """broken or missing; empty where the served snapshot has nothing of the kind."""
    left_indicator: str
    operator: str
    right_indicator: str
    left_value: float | None
    """None where the side says nothing, the finding is gone, or the asker may not see small counts."""
    right_value: float | None
    state: str
    """One of `FINDING_STATES`."""
    first_seen: str
    """First snapshot that had it."""
    last_seen: str
    """Last one."""
    told_to: str
    told_at: dt.datetime | None
    """UTC."""
    explanation: str
    due_on: dt.date | None

    @property
    def key(self) -> Key:
        """Which item of the ledger it is."""
        return self.rule, self.area_code, period_text(self.period_on)


def settle_validation(snapshot: OpenSnapshot, ledger: Ledger) -> SettleReport:
    """Brings the ledger up to the snapshot, whoever asks: the ledger is of the whole city. Quick when it is already.

    A finding is gone when its rule holds there now; where nothing can be judged any more it stays as it is.
    """
    if not columns_of(snapshot, "marts", "validation") or ledger.is_settled(snapshot.name):
        return SettleReport()
    rules = snapshot.rows("SELECT rule, owner FROM marts.validation_rules")
    owners = {r["rule"]: r["owner"] for r in rules}
    found = snapshot.read(
        "SELECT rule, area_code, period_on,"
        " greatest(coalesce(left_value, 0) - coalesce(right_value, 0), 0) AS left_only,"
        " greatest(coalesce(right_value, 0) - coalesce(left_value, 0), 0) AS right_only\n"
        "FROM marts.validation WHERE verdict <> 'holds' ORDER BY rule, period_on, area_code"
    )
    standing = [Found(**row, owner=owners[row["rule"]]) for row in found.iter_rows(named=True)]
    waiting = {i.key for i in ledger.items() if i.is_present} - {f.key for f in standing}
    silent = waiting - _holding(snapshot, waiting)
    return ledger.settle(snapshot.name, standing, frozenset(owners), silent)


def _holding(snapshot: OpenSnapshot, keys: Iterable[Key]) -> set[Key]:
    """Those of the keys at which the rule was judged and holds."""
    asked = pl.DataFrame(list(keys), schema=["rule", "area_code", "period"], orient="row")
    if asked.is_empty():
        return set()
    holds = snapshot.read(
        "SELECT rule, area_code, CAST(period_on AS VARCHAR) AS period FROM marts.validation WHERE verdict = 'holds'"
    )
    return set(asked.join(holds, on=["rule", "area_code", "period"], how="semi").iter_rows())


def read_findings(
    snapshot: OpenSnapshot, access: AccessContext, ledger: Ledger, asked: AskedFindings
) -> list[ValidationFinding]:
    """Findings in the order of rules, newest period first, then as in the area tree; all of them, however many."""
    top = snapshot.tree.area(access, asked.area) if asked.area else snapshot.tree.top(access)
    names = {a.code: (a.sort_order, a.name) for a in snapshot.tree.subtree(top.code)}
    is_whole = not asked.area and access.area_root is None
    items = ledger.items(asked.rule, None if is_whole else names.keys())
    rules = {r["rule"]: r for r in read_validation_rules(snapshot, access).iter_rows(named=True)}
    current = _current(snapshot, access, asked)
    found = [_finding(i, rules.get(i.rule, {}), names.get(i.area_code), current.get(i.key, {})) for i in items]
    kept = [f for f in found if _is_asked(f, rules.get(f.rule, {}), asked)]
    order = {rule: place for place, rule in enumerate(rules)}
    last, nowhere = len(order), (10**9, "")
    kept.sort(key=lambda f: (*names.get(f.area_code, nowhere), f.area_code))
    kept.sort(key=lambda f: period_text(f.period_on), reverse=True)
    return sorted(kept, key=lambda f: (order.get(f.rule, last), f.rule))


def _current(snapshot: OpenSnapshot, access: AccessContext, asked: AskedFindings) -> dict[Key, dict[str, Any]]:
    """What the served snapshot says where a rule does not hold."""
    frame = read_validation(snapshot, access, AskedReports(area=asked.area, period=asked.period), asked.rule)
    return {(r["rule"], r["area_code"], period_text(r["period_on"])): r for r in frame.iter_rows(named=True)}


def _finding(
    item: Item, rule: dict[str, Any], area: tuple[int, str] | None, current: dict[str, Any]
) -> ValidationFinding:
    said = {n: rule.get(n, "") for n in ("title_zh", "title_en", "period_type", "left_indicator", "operator",
                                         "right_indicator")}  # fmt: skip
    return ValidationFinding(
        rule=item.rule,
        owner=item.owner,
        area_code=item.area_code,
        area_name=area[1] if area else "",
        period_on=item.period_on,
        verdict=current.get("verdict", ""),
        left_value=current.get("left_value"),
        right_value=current.get("right_value"),
        state=item.status.value if item.is_present else GONE,
        first_seen=item.first_seen,
        last_seen=item.last_seen,
        told_to=item.told_to,
        told_at=item.told_at,
        explanation=item.explanation,
        due_on=item.due_on,
        **said,
    )


def _is_asked(finding: ValidationFinding, rule: dict[str, Any], asked: AskedFindings) -> bool:
    if asked.period and not (finding.period_on and asked.period[0] <= finding.period_on <= asked.period[1]):
        return False
    if asked.department and asked.department not in (finding.owner, rule.get("owner")):
        return False
    return not asked.states or finding.state in asked.states


def find_item(snapshot: OpenSnapshot, access: AccessContext, ledger: Ledger, key: Key) -> Item:
    """The item of the ledger. Raises AccessError for an area outside what may be seen, or where there is no such item."""
    rule, area, period = key
    snapshot.tree.area(access, area)
    return ledger.item(rule, area, dt.date.fromisoformat(period) if period else None)


def read_story(
    snapshot: OpenSnapshot, access: AccessContext, ledger: Ledger, key: Key
) -> tuple[list[Entry], list[Notice]]:
    """Everything that happened to a finding, and who was told of it, oldest first.

    Without the right to small counts the amounts of the history are empty: they are differences of counts.
    """
    item = find_item(snapshot, access, ledger, key)
    history = ledger.history(item)
    return history if access.sees_small_counts else [_without_amounts(e) for e in history], ledger.notices(item)


def _without_amounts(entry: Entry) -> Entry:
    return Entry(entry.at, entry.by, entry.event, entry.status, entry.note, None, None, entry.snapshot)


def count_states(findings: Sequence[ValidationFinding]) -> dict[str, Counter[str]]:
    """Rule → how many of its findings are in which state."""
    counts: dict[str, Counter[str]] = {}
    for finding in findings:
        counts.setdefault(finding.rule, Counter())[finding.state] += 1
    return counts
