"""How a text file is cut into cells: delimiter, quote, escape; decided once and then fixed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

DELIMITERS = (",", "\t", ";", "|", "\x01", "，", "^", "~")
"""Tried in this order; the first of the equally good ones wins."""
SAMPLE_ROWS = 200
LONGEST_FIELD = 16 << 20
"""Characters of one cell; a longer one is a quote that is never closed."""


@dataclass(frozen=True)
class Dialect:
    """How records are cut into cells."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'
    """The quote itself (doubled), or a backslash."""
    skips_blanks: bool = False
    """Blanks between a delimiter and an opening quote do not count."""

    @property
    def csv_options(self) -> dict[str, Any]:
        """The same for Python's csv module."""
        doubled = self.escape == self.quote
        return {
            "delimiter": self.delimiter, "quotechar": self.quote, "doublequote": doubled,
            "escapechar": None if doubled else self.escape, "skipinitialspace": self.skips_blanks,
        }  # fmt: skip


def sniff_dialect(sample: str, delimiter: str = "") -> Dialect:
    """The dialect under which the sample falls into the most regular rows of several cells."""
    quote = "'" if _is_quoted_by_apostrophes(sample) else '"'
    stated = {"\\t": "\t", "tab": "\t"}.get(delimiter.lower(), delimiter)
    candidates = [stated] if stated else [d for d in DELIMITERS if d in sample]
    best, best_score = stated or ",", 0.0
    for candidate in candidates if len(candidates) > 1 else ():
        widths = Counter(len(cells) for _, cells in read_rows(sample, Dialect(candidate, quote)) if any(cells))
        width, rows = max(widths.items(), key=lambda w: (w[1] * (w[0] > 1), w[0]), default=(1, 0))
        score = rows / max(widths.total(), 1) * (1 - 1 / width)
        if score > best_score:
            best, best_score = candidate, score
    if len(candidates) == 1:
        best = candidates[0]
    edge = re.escape(best)
    # A backslash before a doubled or a closing quote is text.
    backslash = re.search(rf"\\{quote}(?!{quote}|\s*({edge}|[\r\n]|$))", sample)
    loose = re.search(rf"{edge} +{quote}", sample) is not None
    return Dialect(best, quote, "\\" if backslash else quote, loose)


def read_rows(text: str, dialect: Dialect, limit: int = SAMPLE_ROWS) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, cells) of the first records; a blank line is a record without cells."""
    return (row for row, _ in zip(numbered_rows(io.StringIO(text, newline=""), dialect), range(limit), strict=False))


def numbered_rows(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, from 1; cells) of each record, read leniently.

    Raises:
        csv.Error: a cell is longer than `LONGEST_FIELD`.
    """
    if len(dialect.delimiter) > 1:
        yield from ((n, line.rstrip("\r\n").split(dialect.delimiter)) for n, line in enumerate(lines, start=1))
        return
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(iter(lines), **dialect.csv_options)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _is_quoted_by_apostrophes(sample: str) -> bool:
    if '"' in sample:
        return False
    quoted = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|\r?$)", sample, re.MULTILINE))
    return quoted * 2 >= max(sample.count("\n"), 2)
