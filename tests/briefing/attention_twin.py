"""The obvious way to the numbers of what needs attention: every row of the snapshot, one after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from citybrain.briefing.content import Number, Role
from citybrain.query import City, local_user

SIDES = {
    Role.RECONCILED_LEFT: ("left_count",),
    Role.RECONCILED_RIGHT: ("right_count",),
    Role.RECONCILED_MATCHED: ("matched",),
    Role.RECONCILED_LEFT_ONLY: ("left_only",),
    Role.RECONCILED_RIGHT_ONLY: ("right_only",),
    Role.RECONCILED_UNMATCHED: ("left_only", "right_only"),
}
REPORTS = (Role.REPORTS_OWED, Role.REPORTS_LATE, Role.REPORTS_MISSING)
ZEROS = (Role.ZEROS_DOUBTED, Role.ZEROS_WITNESSED)
ORDERS = (Role.ORDERS_OVERDUE, Role.ORDERS_UNVERIFIED, Role.ORDERS_LONGEST_DAYS)
ATTENTION = {Role.RULES, *SIDES, Role.RECONCILED_REASON, *REPORTS, *ZEROS, *ORDERS}


class AttentionTwin:
    """What one number should be."""

    def __init__(self, city: City, number: Number) -> None:
        self.city, self.number = city, number
        assert number.period_on
        self.days = [number.period_on + dt.timedelta(days=n) for n in range(7)]

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Rows within the area of the number."""
        below = {a.code for a in self.city.areas(local_user(), self.number.area, "township")} | {self.number.area}
        for row in self.city._served.open().rows(f"SELECT * FROM {table}"):
            if row["area_code"] in below:
                yield row

    def expected(self, role: Role) -> float:
        """The value, counted anew."""
        if role is Role.RULES or role in SIDES:
            return self.reconciled(role)
        if role is Role.RECONCILED_REASON:
            rule, reason = self.number.source.split("/")
            records = [
                r for r in self.rows("marts.reconciliation_records") if (r["rule"], r["reason"]) == (rule, reason)
            ]
            return sum(r["amount"] for r in records if r["period_on"] in (None, *self.days))
        if role in REPORTS:
            return self.reported({Role.REPORTS_LATE: "late", Role.REPORTS_MISSING: "missing"}.get(role, ""))
        return self.doubted(role) if role in ZEROS else self.ordered(role)

    def reconciled(self, role: Role) -> float:
        cells = [r for r in self.rows("marts.reconciliations") if r["period_on"] in (None, *self.days)]
        cells = [c for c in cells if not c["status"].endswith("_missing")]
        if role is Role.RULES:
            return len({c["rule"] for c in cells if self.number.source in ("all", c["status"])})
        return sum(c[side] for c in cells if c["rule"] == self.number.source for side in SIDES[role])

    def reported(self, state: str) -> float:
        mine = [r for r in self.rows("shared.reports") if self.number.source in ("", r["feed"])]
        return sum(r["period_on"] in self.days and state in ("", r["state"]) for r in mine)

    def doubted(self, role: Role) -> float:
        zeros = [
            r for r in self.rows("marts.zeros") if r["verdict"] == "implausible_zero" and r["period_on"] in self.days
        ]
        return len(zeros) if role is Role.ZEROS_DOUBTED else sum(z["witnessed"] or 0 for z in zeros)

    def ordered(self, role: Role) -> float:
        evening, found = self.days[-1], []
        for order in self.rows("shared.orders"):
            if self.number.source not in ("", order["handler"] or ""):
                continue
            answered = order["feedback_on"] is not None and order["feedback_on"] <= evening
            checked = order["verified_on"] is not None and order["verified_on"] <= evening
            if role is Role.ORDERS_UNVERIFIED:
                found.append(int(answered and not checked))
            elif order["due_on"] < evening and not answered and not checked:
                found.append((evening - order["due_on"]).days if role is Role.ORDERS_LONGEST_DAYS else 1)
        return max(found) if role is Role.ORDERS_LONGEST_DAYS else sum(found)
