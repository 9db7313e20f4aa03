"""The one door to the numbers: screen, explorer, briefing, API and command line all ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from citybrain.errors import AccessError
from citybrain.query import explain as explaining
from citybrain.query import geometry
from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.changed import read_change
from citybrain.query.definitions import Indicator
from citybrain.query.departments import DepartmentQuestions
from citybrain.query.periods import check_period_type, period_end, period_start
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot, ServedSnapshot
from citybrain.query.span import Span
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
    last_day: dt.date | None = None
    """The last day with data: what any department's dated delivery covers. Not when the snapshot was made of it."""


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
            snapshot.dictionary.last_day,
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
        return tree.levels_below(tree.area(access, within).code)

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

    def delivered_indicators(self, access: AccessContext) -> list[Indicator]:
        """Those of `indicators` that any source covers."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return list(snapshot.dictionary.delivered)

    def indicator(self, access: AccessContext, code: str) -> Indicator:
        """One entry of the dictionary."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot.dictionary.indicator(code)

    def versions(self, access: AccessContext, code: str) -> list[Indicator]:
        """How an indicator was and is defined, oldest first; each makes the periods that end while it is in force."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return list(snapshot.dictionary.versions(code))

    def defined_at(self, access: AccessContext, code: str, end: dt.date) -> Indicator:
        """The version of an indicator that makes the values of periods that end on this day."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot.dictionary.in_force(code, end)

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
        return read_change(snapshot, access, indicators, _named(snapshot, access, areas), period_type, period_on)

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
        compared = read_change(snapshot, access, [indicator], places, period_type, period_on)
        value = compared["value"].to_numpy()
        larger = (~np.isnan(value)).sum() - np.searchsorted(np.sort(value), value, side="right")
        ranked = [None if none else n + 1 for none, n in zip(np.isnan(value), larger.tolist(), strict=True)]
        ranks = pl.Series("rank", ranked, pl.Int64)
        # Numbers that are none come last in numpy too, and equal ones keep the order of the tree.
        order = pl.Series(np.argsort(-value, kind="stable").astype(np.uint32))
        # Column by column: a frame would hand each one to a pool of threads, and wait for it where many ask.
        return pl.DataFrame([column[order] for column in (*compared, ranks)])

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
        snapshot, asked = self._served.open(), (access.area_root, parent, level)
        # Who may not see the parent is told so, also where another asker was answered.
        areas = self.areas(access, parent, level)
        if asked not in snapshot.extents:
            snapshot.extents[asked] = geometry.extent(geometry.boundaries_text(snapshot, areas))
        return snapshot.extents[asked]

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


def open_city(snapshots: Path) -> City:
    """The city whose snapshots lie in the folder; answers from `current`, whenever that moves.

    The folder may still be empty: questions raise BuildError until the first snapshot is published.
    """
    return City(snapshots)
