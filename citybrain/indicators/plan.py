"""Which indicators share one scan of a source table, and by which route each becomes cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from citybrain.indicators.indicator import Absent, Carry, Indicator, Kind
from citybrain.indicators.sources import MIXED, REPORTS

PERIODS = ("day", "month", "quarter", "week", "year")
"""In the order in which cells are sorted; weeks are ISO weeks from Monday."""


@dataclass(frozen=True)
class Scan:
    """One pass over a source table: all measures that fall on the same date column, by area and day."""

    source: str
    on: str
    """Empty: the rows hold for the whole time and are stated at the as-of day."""
    number: int
    """Names the temporary tables of the scan."""
    measured: tuple[Indicator, ...]
    """Flows, stocks, distinct counts and durations, in order of their ids."""
    cumulative: tuple[tuple[Indicator, Indicator], ...] = ()
    """Cumulative indicators, each with its flow."""

    @property
    def overlaps(self) -> bool:
        """Whether an area's row already holds those of the areas below it."""
        return self.source in REPORTS

    @property
    def days(self) -> str:
        """The temporary table of what each area has on each day."""
        return f"cube_days_{self.number}"

    @property
    def periods(self) -> tuple[str, ...]:
        """Period types that it has cells for."""
        return PERIODS if self.on else PERIODS[:1]

    def column(self, indicator: Indicator) -> str:
        """The column of `days` with the value of an indicator."""
        return f"value_{self.measured.index(indicator)}"

    def rows_column(self, indicator: Indicator) -> str:
        """The column of `days` that counts the rows which say where and when the source speaks.

        Where no row means zero, the whole table speaks: a rare condition must not narrow what it covers. But a table of
        several kinds of things speaks of each from its own first row on.
        """
        whole = indicator.absent is Absent.ZERO and not self.overlaps and self.source not in MIXED
        return "all_rows" if whole else f"rows_{self.measured.index(indicator)}"

    @property
    def added(self) -> tuple[Indicator, ...]:
        """What is only ever summed: over areas, and over days if it has any."""
        plain = () if self.overlaps else self.measured
        return tuple(i for i in plain if i.kind is Kind.FLOW or (i.kind is Kind.STOCK and i.is_static))

    @property
    def reported(self) -> tuple[Indicator, ...]:
        """What speaks for its own period only, and must respect the last value or the report of a higher area."""
        held = (i for i in self.measured if i.kind in (Kind.FLOW, Kind.STOCK) and i.carry is Carry.NONE)
        return tuple(i for i in held if i not in self.added)

    @property
    def carried(self) -> tuple[Indicator, ...]:
        """What holds until the next statement."""
        held = (i for i in self.measured if i.kind is Kind.STOCK and i.carry is not Carry.NONE)
        return tuple(i for i in held if i not in self.added)

    @property
    def distinct(self) -> tuple[Indicator, ...]:
        """What is counted distinct from the rows."""
        return tuple(i for i in self.measured if i.kind is Kind.DISTINCT)

    @property
    def durations(self) -> tuple[Indicator, ...]:
        """What has a median of the rows."""
        return tuple(i for i in self.measured if i.kind is Kind.DURATION)


def plan_scans(indicators: Iterable[Indicator]) -> list[Scan]:
    """The scans that the indicators need, in order of source table and date column."""
    by_id = {i.id: i for i in sorted(indicators, key=lambda i: i.id)}
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for indicator in by_id.values():
        if indicator.measure:
            groups.setdefault((indicator.measure.source, indicator.measure.on), []).append(indicator)
    scans = []
    for number, ((source, on), measured) in enumerate(sorted(groups.items())):
        cumulative = tuple((c, by_id[c.of]) for c in by_id.values() if c.of and by_id[c.of] in measured)
        scans.append(Scan(source, on, number, tuple(measured), cumulative))
    return scans


def source_table(indicator: Indicator, by_id: dict[str, Indicator]) -> str:
    """The table whose rows make the cells of an indicator; empty for a ratio, which has none."""
    base = by_id[indicator.of] if indicator.of else indicator
    return base.measure.source if base.measure else ""
