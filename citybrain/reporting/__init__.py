"""Reporting discipline: which reports were owed, what came, which numbers can be believed, and how long things take."""

from citybrain.reporting.clocks import STANDARD_CLOCKS, Clock, load_clocks
from citybrain.reporting.delays import build_delays
from citybrain.reporting.judged import build_value_states, build_zeros
from citybrain.reporting.outliers import build_outliers
from citybrain.reporting.parts import quality_parts
from citybrain.reporting.reports import build_reports, deadlines_past, last_known, reporting_feeds
from citybrain.reporting.validation import build_validation
from citybrain.reporting.validation_rules import STANDARD_VALIDATION, ValidationRule, load_validation_rules
from citybrain.reporting.zero_rules import STANDARD_RULES, ZeroRule, load_zero_rules

__all__ = [
    "STANDARD_CLOCKS",
    "STANDARD_RULES",
    "STANDARD_VALIDATION",
    "Clock",
    "ValidationRule",
    "ZeroRule",
    "build_delays",
    "build_outliers",
    "build_reports",
    "build_validation",
    "build_value_states",
    "build_zeros",
    "deadlines_past",
    "last_known",
    "load_clocks",
    "load_validation_rules",
    "load_zero_rules",
    "quality_parts",
    "reporting_feeds",
]
