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
from citybrain.query.areas import Area, AreaTree
from citybrain.query.change import compare_periods
from citybrain.query.definitions import Indicator
from citybrain.query.periods import check_period_type, next_period, period_start
from citybrain.query.snapshot import OpenSnapshot, ServedSnapshot
from citybrain.query.values import MOST_VALUES, Span, sql_areas, sql_level, sql_values


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

    def level_titles(self, access: AccessContext) -> dict[str, str]:
        """What the city calls its levels (`township` → 乡镇), top first."""
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return dict(snapshot.frame("SELECT level, title FROM meta.levels ORDER BY depth").iter_rows())

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

        Either `areas`, or all areas of a `level` within an area (the highest that may be seen, if none is given).
        """
        snapshot = self._served.open()
        tree = snapshot.tree
        if areas is not None:
            asked = _Asked.areas(tree, access, areas)
        elif level is not None:
            asked = _Asked.level(tree, access, level, within)
        else:
            raise AccessError("query", "no areas asked for", expected="areas, or a level")
        span = Span(period_type, period_start(period_type, period_from), period_start(period_type, period_to))
        return _values(snapshot, indicators, asked, span)

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
        """Values of one period beside the period before (环比); columns as in `values` and `compare_periods`."""
        snapshot = self._served.open()
        return _change(snapshot, indicators, _Asked.areas(snapshot.tree, access, areas), period_type, period_on)

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
        asked = _Asked.level(snapshot.tree, access, level, within)
        rank = pl.col("value").rank("min", descending=True).cast(pl.Int64).alias("rank")
        compared = _change(snapshot, [indicator], asked, period_type, period_on).with_columns(rank)
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


@dataclass(frozen=True)
class _Asked:
    """The areas of a question: already checked against the asker's scope, as an SQL condition, and how many."""

    condition: str
    count: int

    @classmethod
    def areas(cls, tree: AreaTree, access: AccessContext, codes: Sequence[str]) -> _Asked:
        return cls(sql_areas(tree.area(access, c).code for c in codes), len(codes))

    @classmethod
    def level(cls, tree: AreaTree, access: AccessContext, level: str, within: str | None) -> _Asked:
        top = tree.area(access, within) if within else tree.top(access)
        count = len(tree.at_level(top.code, level))
        return cls(sql_level(level, None if tree.roots == [top] else top.code), count)


def _values(snapshot: OpenSnapshot, indicators: Sequence[str], asked: _Asked, span: Span) -> pl.DataFrame:
    if span.periods * asked.count * len(indicators) > MOST_VALUES:
        raise AccessError("query", "too many values asked for at once", remedy="Ask for fewer areas or fewer periods")
    dictionary = snapshot.dictionary
    return snapshot.frame(sql_values(dictionary, indicators, asked.condition, span.period_type, span.first, span.last))


def _change(
    snapshot: OpenSnapshot, indicators: Sequence[str], asked: _Asked, period_type: str, period_on: dt.date
) -> pl.DataFrame:
    this, before = period_start(period_type, period_on), next_period(period_type, period_on, -1)
    return compare_periods(
        _values(snapshot, indicators, asked, Span(period_type, this, this)),
        _values(snapshot, indicators, asked, Span(period_type, before, before)),
    )


def open_city(snapshots: Path) -> City:
    """The city whose snapshots lie in the folder; answers from `current`, whenever that moves.

    The folder may still be empty: questions raise BuildError until the first snapshot is published.
    """
    return City(snapshots)
