"""The one door to the numbers: screen, explorer, briefing, API and command line all ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from citybrain.errors import AccessError
from citybrain.query import explain as explaining
from citybrain.query import geometry
from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.cells import Span
from citybrain.query.change import YEAR_NAMES, compare_periods
from citybrain.query.definitions import Indicator
from citybrain.query.departments import DepartmentQuestions
from citybrain.query.periods import check_period_type, next_period, period_end, period_start, same_period_last_year
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot, ServedSnapshot
from citybrain.query.values import read_values


@dataclass(frozen=True)
class SnapshotInfo:
    """Which snapshot is served. Times are UTC without offset."""

    snapshot: str
    as_of: dt.datetime | None
    """What was known at this time; None = everything that was there when it was built."""
    built_at: dt.datetime | None
    project: str
    product_version: str
    timezone: str
    """Where the city lies; times are shown in it. UTC where the snapshot does not say."""


class City(DepartmentQuestions):
    """All questions to the served snapshot; follows it when a new one is published. Safe to use from many threads.

    Every method takes the access context first and raises AccessError for areas outside its subtree and for unknown
    names, and BuildError where no snapshot is published.
    """

    def __init__(self, snapshots: Path) -> None:
        self._served = ServedSnapshot(snapshots)

    def snapshot_info(self, access: AccessContext) -> SnapshotInfo:
        """Id, as-of time and origin of the snapshot that is served now."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        said = snapshot.info
        return SnapshotInfo(
            snapshot.name,
            said.get("as_of"),
            said.get("built_at"),
            str(said.get("project") or ""),
            str(said.get("product_version") or ""),
            str(said.get("timezone") or "UTC"),
        )

    def areas(
        self,
        access: AccessContext,
        parent: str | None = None,
        level: str | None = None,
        period: tuple[dt.date, dt.date] | None = None,
    ) -> list[Area]:
        """Areas in tree order: children of the parent, or all of the level within it, or (neither given) the top one.

        Those that are there on any day of the period, from its first to its last; without a period those of today.
        """
        tree = self._served.open().tree
        top = tree.area(access, parent) if parent else tree.top(access)
        if level:
            return tree.at_level(top.code, level, period)
        return tree.below(top.code, period) if parent else [top]

    def area(self, access: AccessContext, code: str) -> Area:
        """One area."""
        return self._served.open().tree.area(access, code)

    def path(self, access: AccessContext, area: str) -> list[Area]:
        """The way from the highest area that the asker may see down to the area."""
        tree = self._served.open().tree
        tree.area(access, area)
        way = tree.ancestors(area)
        return [a for a in way if access.area_root is None or a.depth >= tree.top(access).depth]

    def levels(self, access: AccessContext, within: str) -> list[str]:
        """Levels below the area that have areas, top first."""
        tree = self._served.open().tree
        start = tree.area(access, within)
        return list(dict.fromkeys(a.level for a in tree.subtree(start.code) if a is not start))

    def level_titles(self, access: AccessContext) -> dict[str, str]:
        """What the city calls its levels (`township` → 乡镇), top first."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return dict(snapshot.frame("SELECT level, title FROM meta.levels ORDER BY depth").iter_rows())

    def indicators(self, access: AccessContext) -> list[Indicator]:
        """The listed indicators in the order of the dictionary; words by language: `Indicator.title("zh")`."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return [i for i in snapshot.dictionary.by_code.values() if i.is_listed]

    def indicator(self, access: AccessContext, code: str) -> Indicator:
        """One entry of the dictionary."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot.dictionary.indicator(code)

    # A question names its what, where and when: all but the first two by keyword.
    def values(  # noqa: PLR0913
        self,
        access: AccessContext,
        indicators: Sequence[str],
        *,
        areas: Sequence[str] | None = None,
        level: str | None = None,
        within: str | None = None,
        period_type: str,
        period_from: dt.date,
        period_to: dt.date,
    ) -> pl.DataFrame:
        """One row per indicator × area × period; columns as in `query.values.COLUMNS`.

        Either `areas`, or all areas of a `level` within an area (the highest that may be seen, if none is given) that were
        there at any time between the first day and the last.
        """
        snapshot = self._served.open()
        span = Span.around(period_type, period_from, period_to)
        if areas is not None:
            places = _named(snapshot, access, areas)
        elif level is not None:
            places = _at_level(snapshot, access, (level, within), (span.first, period_end(period_type, span.last)))
        else:
            raise AccessError("query", "no areas asked for", expected="areas, or a level")
        return read_values(snapshot, access, indicators, places, span)

    def series(
        self,
        access: AccessContext,
        indicator: str,
        area: str,
        period_type: str,
        period_from: dt.date,
        period_to: dt.date,
    ) -> pl.DataFrame:
        """One row per period of one area, oldest first; columns as in `values`."""
        return self.values(
            access, [indicator], areas=[area], period_type=period_type, period_from=period_from, period_to=period_to
        )

    def change(
        self,
        access: AccessContext,
        indicators: Sequence[str],
        areas: Sequence[str],
        period_type: str,
        period_on: dt.date,
    ) -> pl.DataFrame:
        """Values of one period beside the period before (环比) and the same one a year earlier (同比).

        Columns as in `values` and, for both, in `compare_periods`.
        """
        snapshot = self._served.open()
        return _change(snapshot, access, indicators, _named(snapshot, access, areas), period_type, period_on)

    def ranking(
        self,
        access: AccessContext,
        indicator: str,
        period_type: str,
        period_on: dt.date,
        *,
        level: str,
        within: str | None = None,
    ) -> pl.DataFrame:
        """As `change`, one row per area, largest value first, with `rank` from 1; equal values share a rank.

        Areas without data come last, in tree order, with a null rank.
        """
        snapshot = self._served.open()
        period = (period_start(period_type, period_on), period_end(period_type, period_on))
        places = _at_level(snapshot, access, (level, within), period)
        rank = pl.col("value").rank("min", descending=True).cast(pl.Int64).alias("rank")
        compared = _change(snapshot, access, [indicator], places, period_type, period_on).with_columns(rank)
        return compared.sort("value", descending=True, nulls_last=True, maintain_order=True)

    def covered(self, access: AccessContext, indicator: str) -> tuple[dt.date | None, dt.date | None]:
        """First and last day that the sources of the indicator cover; `(None, None)` without any delivery."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot.dictionary.covered(indicator)

    def latest_period(self, access: AccessContext, indicator: str, period_type: str) -> dt.date | None:
        """First day of the last period that the sources reach, complete or not; None without any delivery."""
        last = self.covered(access, indicator)[1]
        return period_start(period_type, last) if last else None

    def boundaries(
        self,
        access: AccessContext,
        parent: str | None = None,
        level: str | None = None,
        period: tuple[dt.date, dt.date] | None = None,
    ) -> str:
        """GeoJSON text: areas as chosen by `areas`, those with a boundary; feature id = area code."""
        return geometry.boundaries_text(self._served.open(), self.areas(access, parent, level, period))

    def overlays(self, access: AccessContext) -> str:
        """GeoJSON text: outlines of what is no area of the tree (park zones), with their names."""
        snapshot = self._served.open()
        return geometry.overlays_text(snapshot, list(snapshot.tree.subtree(snapshot.tree.top(access).code)))

    def extent(
        self, access: AccessContext, parent: str | None = None, level: str | None = None
    ) -> geometry.Extent | None:
        """West, south, east, north of the same boundaries; None where there are none."""
        return geometry.extent(self.boundaries(access, parent, level))

    def explain(
        self,
        access: AccessContext,
        indicator: str,
        area: str,
        period_type: str,
        period_on: dt.date,
        limit: int = 20,
    ) -> explaining.Explanation:
        """Definition, SQL, feeds, batches and up to `limit` source lines behind one value."""
        snapshot = self._served.open()
        placed = snapshot.tree.area(access, area)
        check_period_type(period_type)
        return explaining.explain_value(snapshot, access, indicator, placed, period_type, period_on, limit)


def _named(snapshot: OpenSnapshot, access: AccessContext, codes: Sequence[str]) -> Places:
    return Places.of(snapshot.tree.area(access, c) for c in codes)


def _at_level(
    snapshot: OpenSnapshot,
    access: AccessContext,
    chosen: tuple[str, str | None],
    period: tuple[dt.date, dt.date],
) -> Places:
    """The areas of a level within an area that are there in the period."""
    level, within = chosen
    top = snapshot.tree.area(access, within) if within else snapshot.tree.top(access)
    return snapshot.places_at(top.code, level, period if snapshot.tree.has_changes else None)


def _change(
    snapshot: OpenSnapshot,
    access: AccessContext,
    indicators: Sequence[str],
    places: Places,
    period_type: str,
    period_on: dt.date,
) -> pl.DataFrame:
    this, before = period_start(period_type, period_on), next_period(period_type, period_on, -1)
    # Both periods in one question: they lie beside each other in the mart.
    both = read_values(snapshot, access, indicators, places, Span(period_type, before, this))
    now, previous = (both.filter(pl.col("period_on") == day) for day in (this, before))
    compared = compare_periods(now, previous)
    year_ago = same_period_last_year(period_type, period_on)
    if not any(first <= period_end(period_type, year_ago) for first in _first_days(snapshot, indicators)):
        return compared.with_columns(pl.lit(None, pl.Float64).alias(name) for name in YEAR_NAMES)
    then = read_values(snapshot, access, indicators, places, Span(period_type, year_ago, year_ago))
    return compare_periods(compared, then, YEAR_NAMES)


def _first_days(snapshot: OpenSnapshot, indicators: Sequence[str]) -> list[dt.date]:
    """First days of those indicators that any source covers."""
    return [first for code in indicators if (first := snapshot.dictionary.covered(code)[0])]


def open_city(snapshots: Path) -> City:
    """The city whose snapshots lie in the folder; answers from `current`, whenever that moves.

    The folder may still be empty: questions raise BuildError until the first snapshot is published.
    """
    return City(snapshots)
