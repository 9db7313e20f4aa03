"""What a section hands over, before it is numbered."""

from __future__ import annotations

from dataclasses import dataclass

from citybrain.briefing.content import Block, Column, Heading, Paragraph, Table, Text
from citybrain.briefing.measure import NOT_COMPARABLE
from citybrain.briefing.words import Words


@dataclass(frozen=True)
class Draft:
    """A section without ordinals: `code` is stable, `title` is its first-level heading."""

    code: str
    title: Text
    blocks: tuple[Block, ...]
    own_page: bool = False


YEAR_COLUMN = -1
"""Where tables keep the comparison with the year before: last."""


def year_where_known(caption: Text, columns: tuple[Column, ...], rows: tuple[tuple[Text, ...], ...]) -> Table:
    """The table, without its last column (同比) where no row has a year to compare with."""
    if any(row[YEAR_COLUMN] != NOT_COMPARABLE for row in rows):
        return Table(caption, columns, rows)
    return Table(caption, columns[:YEAR_COLUMN], tuple(row[:YEAR_COLUMN] for row in rows))


def subheading(title: Text) -> Heading:
    """A second-level heading; `compose` numbers it."""
    return Heading(2, "", title)


def items(texts: list[Text], _: Words) -> tuple[Paragraph, ...]:
    """Paragraphs numbered `1.` onwards; a single one needs no number."""
    if len(texts) == 1:
        return (Paragraph(texts[0]),)
    space = "" if _.is_chinese else " "
    return tuple(Paragraph(text, f"{n}.{space}") for n, text in enumerate(texts, 1))
