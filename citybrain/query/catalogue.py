"""What data there are: feeds with their terms and columns, what is made of them, and who already collects what."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from citybrain.errors import AccessError, nearest
from citybrain.query.definitions import Indicator
from citybrain.query.lineage import (
    RECORD_TABLES,
    TableColumnName,
    canonical_column,
    made_from_records,
    measured_columns,
    models_by_table,
    stated_measures,
)
from citybrain.query.quality import columns_of
from citybrain.query.snapshot import OpenSnapshot
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.words import RecordWords
from citybrain.semantics import SEMANTIC_TYPES


@dataclass(frozen=True)
class FeedColumn:
    """One thing that a feed delivers."""

    role: str
    """column (of the record type), measure (of an observation), scope, read_by_sql, or ignored (delivered, not used)."""
    column: str
    """Column of the record type, or name of the measure; empty for the other roles."""
    semantic: str
    headers: tuple[str, ...]
    """What the department calls it: the header and its other names."""


@dataclass(frozen=True)
class CatalogueFeed:
    """One feed with its terms."""

    feed: str
    title: str
    department: str
    record: str
    delivery: str
    last_received_at: dt.datetime | None
    """UTC."""
    legal_basis: str
    purposes: tuple[str, ...]
    contact: str
    source: str
    columns: tuple[FeedColumn, ...]

    def delivers(self, column: str) -> FeedColumn | None:
        """How it delivers a column of its record type, if it does."""
        return next((c for c in self.columns if c.role == "column" and c.column == column), None)


@dataclass(frozen=True)
class Found:
    """One field that fits what was asked for, and who collects it."""

    record: str
    column: str
    """Column of the record type or measure; empty for what is delivered and not used."""
    semantic: str
    doc: str
    """What the column means; empty where the record type does not say."""
    collected: tuple[tuple[CatalogueFeed, FeedColumn], ...]


@dataclass(frozen=True)
class Origin:
    """Where one column behind a number comes from."""

    record: str
    column: str
    """Column of the record type; empty: its rows as such."""
    feeds: tuple[tuple[CatalogueFeed, FeedColumn | None], ...]
    """Feeds of the record type that deliver it; without a column: all of them."""


@dataclass(frozen=True)
class Lineage:
    """Feed → record type → shared table → indicator."""

    indicator: Indicator
    tables: dict[str, frozenset[str]]
    """`shared.*` and `records.*` table -> what it is made from."""
    measured: tuple[tuple[Indicator, str, frozenset[str]], ...]
    """Base indicators, the table that each counts, and the columns that it needs of it."""
    origins: tuple[Origin, ...]


def read_catalogue(snapshot: OpenSnapshot) -> list[CatalogueFeed]:
    """Every feed, in order of department and feed; terms and columns are empty in snapshots that do not tell them."""
    terms = {r["feed"]: r for r in _rows(snapshot, "contracts", "SELECT * FROM meta.contracts")}
    columns: dict[str, list[FeedColumn]] = defaultdict(list)
    for r in _rows(snapshot, "contract_columns", "SELECT * FROM meta.contract_columns ORDER BY feed, place"):
        columns[r["feed"]].append(FeedColumn(r["role"], r["column_name"], r["semantic"], tuple(r["headers"])))
    found = []
    stated = (
        "SELECT feed, title, department, record, delivery, last_received_at FROM shared.feeds ORDER BY department, feed"
    )
    for r in snapshot.frame(stated).iter_rows(named=True):
        t = terms.get(r["feed"], {})
        said = t.get("legal_basis", ""), tuple(t.get("purposes") or ()), t.get("contact", ""), t.get("source", "")
        found.append(CatalogueFeed(**r, **dict(zip(_TERMS, said, strict=True)), columns=tuple(columns[r["feed"]])))
    return found


_TERMS = ("legal_basis", "purposes", "contact", "source")


def _rows(snapshot: OpenSnapshot, table: str, sql: str) -> Iterator[dict[str, Any]]:
    return snapshot.frame(sql).iter_rows(named=True) if columns_of(snapshot, "meta", table) else iter(())


def read_catalogue_feed(snapshot: OpenSnapshot, feed: str) -> CatalogueFeed:
    """One feed. Raises AccessError for an unknown one."""
    known = {f.feed: f for f in read_catalogue(snapshot)}
    if feed not in known:
        raise AccessError(
            f"feed {feed}", "not in the catalogue", remedy=f"/catalogue lists them.{nearest(feed, known)}"
        )
    return known[feed]


def find_fields(snapshot: OpenSnapshot, words: str) -> list[Found]:
    """Who already collects it: fields whose header, column, meaning or semantic type contains every one of the words.

    Best first: a header or column that is exactly the words, then one that begins with them, then the rest.
    """
    asked = words.casefold().split()
    if not asked:
        return []
    fields: dict[tuple[str, str, str], list[tuple[CatalogueFeed, FeedColumn]]] = defaultdict(list)
    for feed in read_catalogue(snapshot):
        for column in feed.columns:
            named = column.column or column.headers[0]
            fields[feed.record if column.role != "measure" else "observation", named, column.semantic].append(
                (feed, column)
            )
    found = []
    for (record, named, semantic), collected in fields.items():
        declared = RECORD_TYPES[record].columns().get(named) if record in RECORD_TYPES else None
        doc = declared.doc if declared else ""
        names = [named, *(h for _f, c in collected for h in c.headers)]
        about = [doc, *_chinese(record, named), semantic, *_semantic_titles(semantic)]
        score = _score(asked, words.casefold().strip(), names, about)
        if score is not None:
            used = any(c.column for _f, c in collected)
            found.append(
                (
                    score,
                    -len(collected),
                    record,
                    named,
                    Found(record, named if used else "", semantic, doc, tuple(collected)),
                )
            )
    return [f[-1] for f in sorted(found, key=lambda f: f[:-1])]


def _chinese(record: str, column: str) -> list[str]:
    """Title and meaning of a column in the other language, so that it is found by the words of either."""
    declared = RECORD_TYPES[record].columns().get(column) if record in RECORD_TYPES else None
    words = RecordWords("zh")
    return [words.column_title(RECORD_TYPES[record], column), words.column_meaning(declared)] if declared else []


def _semantic_titles(semantic: str) -> list[str]:
    known = SEMANTIC_TYPES.get(semantic)
    return [known.title_zh, known.title_en] if known else []


def _score(asked: list[str], whole: str, names: list[str], about: list[str]) -> int | None:
    """0 exact, 1 begins so, 2 in a name, 3 in the meaning; None: not all words are found."""
    lower = [n.casefold() for n in names]
    text = " ".join([*lower, *(a.casefold() for a in about)])
    if not all(word in text for word in asked):
        return None
    if whole in lower:
        return 0
    if any(n.startswith(whole) for n in lower):
        return 1
    return 2 if any(whole in n for n in lower) else 3


def read_lineage(snapshot: OpenSnapshot, code: str) -> Lineage:
    """All that an indicator is made from, read out of the SQL of its measure and of the models."""
    bases = snapshot.dictionary.bases(code)
    measured = tuple((b, b.source_table, measured_columns(b)) for b in bases if b.source_table)
    steps: set[TableColumnName] = set()
    for _base, table, columns in measured:
        steps |= made_from_records(table, columns)
    reached = {s.table for s in steps} | {table for _b, table, _c in measured}
    tables = {t: models_by_table()[t].reads & reached if t in models_by_table() else frozenset[str]() for t in reached}
    feeds = read_catalogue(snapshot)
    stated = frozenset(m for base in snapshot.dictionary.bases(code) for m in stated_measures(base))
    origins = {}
    for step in sorted(steps):
        if step.table in RECORD_TABLES:
            record = RECORD_TABLES[step.table].name
            column = canonical_column(step.table, step.column) if step.column else ""
            origins[record, column] = Origin(record, column, tuple(_suppliers(feeds, record, column, stated)))
    return Lineage(snapshot.dictionary.indicator(code), tables, measured, tuple(origins.values()))


def _suppliers(
    feeds: list[CatalogueFeed], record: str, column: str, stated: frozenset[str]
) -> Iterator[tuple[CatalogueFeed, FeedColumn | None]]:
    """Feeds of the record type that deliver the column; of observations those that state one of the measures."""
    for feed in feeds:
        if feed.record != record:
            continue
        measures = [c for c in feed.columns if c.role == "measure"]
        if stated and measures and not any(c.column in stated for c in measures):
            continue
        delivered = feed.delivers(column)
        if delivered is None and column in ("value", "measure"):
            delivered = next((c for c in measures if c.column in stated), None)
        if delivered or not column or not feed.columns:
            yield feed, delivered


def used_by(snapshot: OpenSnapshot, table: str) -> list[Indicator]:
    """Listed indicators that a table (`shared.*` or `records.*`) is behind."""
    found = []
    for indicator in snapshot.dictionary.by_code.values():
        bases = [b for b in snapshot.dictionary.bases(indicator.code) if b.source_table]
        if indicator.is_listed and any(table in _behind(b.source_table) for b in bases):
            found.append(indicator)
    return found


def _behind(table: str) -> frozenset[str]:
    model = models_by_table().get(table)
    return frozenset({table}).union(*(_behind(t) for t in model.reads)) if model else frozenset({table})
