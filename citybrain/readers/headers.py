"""Where the header of a table stands, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

HEAD_ROWS = 60
"""The header is looked for among so many rows."""
DEEPEST_HEADER = 5

NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+%?([eE][-+]?\d+)?(万|亿|元|万元)?")
YEAR = re.compile(r"(19|20)\d\d年?")
DATE = re.compile(r"\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?([ T].*)?")
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class MergedRange:
    """A merged range of cells, by index from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Header:
    """Rows `top` to `bottom` (index from 0, both included) are the header; `bottom < top` = there is none."""

    top: int
    bottom: int
    names: tuple[str, ...]

    @property
    def is_found(self) -> bool:
        """Whether there is a header at all."""
        return self.bottom >= self.top


def clean_header(text: str) -> str:
    """The header on one line, without outer blanks and invisible characters; runs of blanks are one blank."""
    return " ".join(INVISIBLE.sub("", text).split())


def name_columns(texts: Iterable[str]) -> tuple[str, ...]:
    """Unique column names: `column_3` for a blank header, `name_2` for the second `name` (case does not count)."""
    cleaned = [clean_header(t) or f"column_{i}" for i, t in enumerate(texts, start=1)]
    names: list[str] = []
    taken: set[str] = set()
    stated = {c.lower() for c in cleaned}
    for text in cleaned:
        name, n = text, 2
        while name.lower() in taken or (name != text and name.lower() in stated):
            name, n = f"{text}_{n}", n + 1
        taken.add(name.lower())
        names.append(name)
    return tuple(names)


def find_header(
    rows: Rows, expected: Collection[str] = (), stated: int | None = None, merged: Sequence[MergedRange] = ()
) -> Header:
    """The header among the first rows: as stated, else where most expected headers are, else where it looks like one.

    Args:
        rows: first rows of the table, as text, blank cells as "".
        expected: headers that the contract names, as leaf (`男`) or joined (`发热人数/男`).
        stated: index from 0 of the (first) header row, or -1 for none.
        merged: merged ranges of the same rows.
    """
    rows = rows[:HEAD_ROWS]
    wanted = {clean_header(e) for e in expected}
    if stated is not None and stated < 0:
        return _no_header(rows, 0)
    if stated is not None:
        return _block(rows, stated, wanted, merged)
    return _expected_header(rows, wanted, merged) or _likely_header(rows, wanted, merged)


def _expected_header(rows: Rows, wanted: set[str], merged: Sequence[MergedRange]) -> Header | None:
    """The block with most expected headers, at least two of them or half."""
    best, best_score = None, 0
    hopeful = _rows_with_words_of(wanted, rows)
    for top in range(len(rows)) if wanted else ():
        for bottom in _possible_bottoms(rows, top, merged):
            if not any(hopeful[top : bottom + 1]):
                continue
            block = Header(top, bottom, _names(rows, top, bottom, wanted, merged))
            score = len(wanted & {*block.names, *(n.rsplit("/", 1)[-1] for n in block.names)})
            if score > best_score:
                best, best_score = block, score
    return best if best_score >= 2 or best_score * 2 >= max(len(wanted), 1) else None


def _rows_with_words_of(wanted: set[str], rows: Rows) -> list[bool]:
    """For each row, whether some cell could be the last part of an expected header: naming a block takes far longer."""
    parts = {w.rsplit("/", 1)[-1] for w in wanted}
    # `name_columns` numbers repeated headers, and blank ones.
    parts |= {re.sub(r"_\d+$", "", part) for part in parts}
    parts |= {""} if any(part.startswith("column_") for part in parts) else set()
    return [any(clean_header(cell).rsplit("/", 1)[-1] in parts for cell in row) for row in rows]


def _likely_header(rows: Rows, wanted: set[str], merged: Sequence[MergedRange]) -> Header:
    """The first row of a table's width, past subtitles, unless it looks like the rows below it."""
    filled = [sum(1 for c in row if c.strip()) for row in rows]
    several = sorted(f for f in filled if f >= 2)
    typical = several[len(several) // 2] if several else 1
    texts = [_count_texts(row) for row in rows]
    wide = [i for i, f in enumerate(filled) if f >= max(min(2, typical), typical / 2)]
    top = first = wide[0] if wide else next((i for i, f in enumerate(filled) if f), 0)
    for i in range(top + 1, min(top + 10, len(rows))):
        is_subtitle = filled[top] * 2 <= typical
        if texts[i] * 0.75 > texts[top] and (is_subtitle or _evidence(rows[i], rows[i + 1 :]) > 0):
            top = i
    if not rows or _evidence(rows[top], rows[top + 1 :]) < 0:
        return _no_header(rows, first)
    leaves = [c for c in rows[top] if c.strip()]
    if top and len(set(leaves)) < len(leaves) and _is_upper_row(rows[top - 1], rows[top]):
        top -= 1
    return _block(rows, top, wanted, merged)


def _count_texts(row: Sequence[str]) -> int:
    """Number of cells that are texts and no numbers; a text merged over the whole row counts once."""
    texts = [c for c in row if c.strip() and not _is_number(c)]
    return len(texts) if len(set(texts)) > 1 else min(len(texts), 1)


def _evidence(row: Sequence[str], below: Rows) -> int:
    """Positive for a header: columns that change from a text to numbers or dates, less those that go on as they begin.

    A tie counts against: -1.
    """
    against = speaking_for = 0
    for i, cell in enumerate(row):
        kinds = Counter(_kind(r[i]) for r in below if i < len(r) and r[i].strip())
        if not kinds or not cell.strip():
            continue
        usual = kinds.most_common(1)[0][0]
        if usual in ("number", "date"):
            against += _kind(cell) == usual and not YEAR.fullmatch(cell.strip())
            speaking_for += _kind(cell) == "text"
    return -1 if against and against == speaking_for else speaking_for - against


def _kind(cell: str) -> str:
    text = cell.strip()
    return "number" if NUMBER.fullmatch(text) else "date" if DATE.fullmatch(text) else "text"


def _is_number(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell.strip())) and not YEAR.fullmatch(cell.strip())


def _no_header(rows: Rows, first: int) -> Header:
    width = max((len(r) for r in rows), default=0)
    return Header(first, first - 1, name_columns([""] * width))


def _block(rows: Rows, top: int, wanted: set[str], merged: Sequence[MergedRange]) -> Header:
    bottom = max(_possible_bottoms(rows, top, merged), default=top)
    return Header(top, bottom, _names(rows, top, bottom, wanted, merged))


def _possible_bottoms(rows: Rows, top: int, merged: Sequence[MergedRange]) -> list[int]:
    """The row itself, and where a header that begins there may end, by merged cells or by their blanks."""
    bottom = top
    for _ in range(DEEPEST_HEADER):
        touching = [m for m in merged if m.top <= bottom and m.bottom >= top and m.top >= top]
        lowest = max([bottom, *(m.bottom for m in touching)])
        # A cell merged over columns only is a group: the names of its members stand in the next row.
        if any(m.bottom == lowest and m.right > m.left for m in touching) and lowest + 1 < len(rows):
            lowest += _is_all_text(rows[lowest + 1])
        if lowest == bottom:
            break
        bottom = min(lowest, len(rows) - 1, top + DEEPEST_HEADER)
    if bottom == top and top + 1 < len(rows) and _is_upper_row(rows[top], rows[top + 1]):
        bottom = top + 1
    return sorted({top, bottom})


def _is_all_text(row: Sequence[str]) -> bool:
    filled = [c for c in row if c.strip()]
    return bool(filled) and not any(_is_number(c) or _kind(c) == "date" for c in filled)


def _is_upper_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """True for a group row over a row of members: gaps above are filled below, and some columns stand above only."""
    width = max(len(upper), len(lower))
    up = [bool(c.strip()) for c in upper] + [False] * (width - len(upper))
    low = [bool(c.strip()) for c in lower] + [False] * (width - len(lower))
    gaps = [i for i in range(1, width) if not up[i] and low[i]]
    return (
        bool(gaps)
        and up[0]
        and sum(up) >= 2
        and all(low[i - 1] for i in gaps)
        and not any(not u and not w for u, w in zip(up, low, strict=True))
        and any(u and not w for u, w in zip(up, low, strict=True))
        and _is_all_text(lower)
    )


def _names(rows: Rows, top: int, bottom: int, wanted: set[str], merged: Sequence[MergedRange]) -> tuple[str, ...]:
    """Joined names of a header block; a leaf alone where the contract knows the column by that name."""
    below = [len(r) for r in rows[bottom + 1 :] if any(c.strip() for c in r)]
    # Cells beyond the header are damage, unless more than half of the rows have them.
    usual = [w for w, n in Counter(below).most_common(1) if n * 2 > len(below)]
    width = max([len(r) for r in rows[top : bottom + 1]] + usual)
    grid = [[clean_header(r[i]) if i < len(r) else "" for i in range(width)] for r in rows[top : bottom + 1]]
    for m in merged:
        if top <= m.top <= bottom and m.left < width:
            for r in range(m.top - top, min(m.bottom, bottom) - top + 1):
                grid[r][m.left : m.right + 1] = [grid[m.top - top][m.left]] * (min(m.right, width - 1) - m.left + 1)
    for r, row in enumerate(grid[:-1]):
        for i in range(1, width):
            # An exported merged cell keeps its text in its first column only.
            if not row[i] and grid[r + 1][i]:
                row[i] = row[i - 1]
    parts = [list(dict.fromkeys(p for p in column if p)) for column in zip(*grid, strict=True)]
    leaves = Counter(p[-1] for p in parts if p)
    return name_columns(_named(p, wanted, leaves) for p in parts)


def _named(parts: list[str], wanted: set[str], leaves: Counter[str]) -> str:
    joined = "/".join(parts)
    if parts and joined not in wanted and parts[-1] in wanted and leaves[parts[-1]] == 1:
        return parts[-1]
    return joined
