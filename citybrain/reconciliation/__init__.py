"""Reconciliation (对账): do two departments' measures agree, and if not, which records stand on one side only and why?

`load_rules` reads and checks the declared rules, `reconciliation_parts` says what each depends on, and
`build_reconciliation` fills `marts.reconciliations` and `marts.reconciliation_records`.
"""

from citybrain.reconciliation.build import ReconciliationReport, build_reconciliation, reconciliation_parts
from citybrain.reconciliation.loading import STANDARD_RULES, load_rules
from citybrain.reconciliation.rule import Expects, Period, Reason, Rule, Side, Status

__all__ = [
    "STANDARD_RULES",
    "Expects",
    "Period",
    "Reason",
    "ReconciliationReport",
    "Rule",
    "Side",
    "Status",
    "build_reconciliation",
    "load_rules",
    "reconciliation_parts",
]
