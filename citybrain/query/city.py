"""The one door to the numbers: screen, explorer, briefing, API and command line all ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from citybrain.errors import AccessError
from citybrain.query import explain as explaining
from citybrain.query import feeds as feeding
from citybrain.query import geometry
from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.change import compare_periods
from citybrain.query.definitions import Indicator
from citybrain.query.periods import check_period_type, next_period, period_start
from citybrain.query.snapshot import OpenSnapshot, ServedSnapshot
from citybrain.query.values import sql_values


@dataclass(frozen=True)
class SnapshotInfo:
    """Which snapshot is served. Times are UTC without offset."""

    snapshot: str
    as_of: dt.datetime | None
    """What was known at this time."""
    built_at: dt.datetime | None
    project: str
    product_version: str
    timezone: str
    """Where the city lies; times are shown in it. UTC where the snapshot does not say."""


class City:
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

    def areas(self, access: AccessContext, parent: str | None = None, level: str | None = None) -> list[Area]:
        """Areas in tree order: children of the parent, or all of the level within it, or (neither given) the top one."""
        tree = self._served.open().tree
        top = tree.area(access, parent) if parent else tree.top(access)
        if level:
            return tree.at_level(top.code, level)
        return list(tree.children[top.code]) if parent else [top]

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

    def indicators(self, access: AccessContext) -> list[Indicator]:
        """The dictionary in its order; titles, definitions and units by language: `Indicator.title("zh")`."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return list(snapshot.dictionary.by_code.values())

    def indicator(self, access: AccessContext, code: str) -> Indicator:
        """One entry of the dictionary."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot.dictionary.indicator(code)

    def values(
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

        Either `areas`, or all areas of a `level` within an area (the highest that may be seen, if none is given).
        """
        snapshot = self._served.open()
        tree = snapshot.tree
        if areas is not None:
            asked = [tree.area(access, a).code for a in areas]
        elif level is not None:
            top = tree.area(access, within) if within else tree.top(access)
            asked = [a.code for a in tree.at_level(top.code, level)]
        else:
            raise AccessError("query", "no areas asked for", expected="areas, or a level")
        return _values(snapshot, indicators, asked, period_type, period_from, period_to)

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
        self, access: AccessContext, indicators: Sequence[str], areas: Sequence[str], period_type: str, period_on: dt.date
    ) -> pl.DataFrame:
        """Values of one period beside the period before (环比); columns as in `values` and `compare_periods`."""
        snapshot = self._served.open()
        asked = [snapshot.tree.area(access, a).code for a in areas]
        return _change(snapshot, indicators, asked, period_type, period_on)

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
        tree = snapshot.tree
        top = tree.area(access, within) if within else tree.top(access)
        asked = [a.code for a in tree.at_level(top.code, level)]
        return _change(snapshot, [indicator], asked, period_type, period_on).with_columns(
            pl.col("value").rank("min", descending=True).cast(pl.Int64).alias("rank")
        ).sort("value", descending=True, nulls_last=True, maintain_order=True)

    def covered(self, access: AccessContext, indicator: str) -> tuple[dt.date | None, dt.date | None]:
        """First and last day that the sources of the indicator cover; `(None, None)` without any delivery."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot.dictionary.covered(indicator)

    def latest_period(self, access: AccessContext, indicator: str, period_type: str) -> dt.date | None:
        """First day of the last period that the sources reach, complete or not; None without any delivery."""
        last = self.covered(access, indicator)[1]
        return period_start(period_type, last) if last else None

    def boundaries(self, access: AccessContext, parent: str | None = None, level: str | None = None) -> str:
        """GeoJSON text: areas as chosen by `areas`, those with a boundary; feature id = area code."""
        return geometry.boundaries_text(self._served.open(), self.areas(access, parent, level))

    def overlays(self, access: AccessContext) -> str:
        """GeoJSON text: outlines of what is no area of the tree (park zones), with their names."""
        snapshot = self._served.open()
        return geometry.overlays_text(snapshot, list(snapshot.tree.subtree(snapshot.tree.top(access).code)))

    def extent(
        self, access: AccessContext, parent: str | None = None, level: str | None = None
    ) -> geometry.Extent | None:
        """West, south, east, north of the same boundaries; None where there are none."""
        return geometry.extent(self.boundaries(access, parent, level))

    def feeds_status(self, access: AccessContext) -> list[feeding.FeedStatus]:
        """Every feed with its newest delivery, row counts and whether it is late."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return feeding.read_feeds(snapshot)

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
        return explaining.explain_value(snapshot, indicator, placed, period_type, period_on, limit)


def _values(
    snapshot: OpenSnapshot,
    indicators: Sequence[str],
    areas: Sequence[str],
    period_type: str,
    period_from: dt.date,
    period_to: dt.date,
) -> pl.DataFrame:
    sql = sql_values(snapshot.dictionary, indicators, areas, period_type, period_from, period_to)
    return snapshot.frame(sql)


def _change(
    snapshot: OpenSnapshot, indicators: Sequence[str], areas: Sequence[str], period_type: str, period_on: dt.date
) -> pl.DataFrame:
    before = next_period(period_type, period_on, -1)
    return compare_periods(
        _values(snapshot, indicators, areas, period_type, period_on, period_on),
        _values(snapshot, indicators, areas, period_type, before, before),
    )


def open_city(snapshots: Path) -> City:
    """The city whose snapshots lie in the folder; answers from `current`, whenever that moves.

    The folder may still be empty: questions raise BuildError until the first snapshot is published.
    """
    return City(snapshots)
