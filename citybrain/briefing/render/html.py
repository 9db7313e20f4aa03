"""The briefing as a page: the same words for the phone, readable without any script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from citybrain.briefing.content import Briefing, Heading, Map, Number, Paragraph, Run, Section, Table, Text, plain_text
from citybrain.briefing.map_svg import draw_map_svg
from citybrain.figures.theme import FONT

STYLE = (Path(__file__).parent / "briefing.css").read_text(encoding="utf-8")
_LANGUAGES = {"zh": "zh-CN"}


def render_html(briefing: Briefing) -> bytes:
    """A file that stands alone: style within, nothing fetched."""
    return render_page(briefing).encode()


def render_page(briefing: Briefing, before: str = "", more_style: str = "") -> str:
    """The document; `before` is HTML that stands above the paper and is not printed."""
    title = f"{plain_text(briefing.title)} · {plain_text(briefing.issue_line)}"
    return (
        f'<!DOCTYPE html><html lang="{_LANGUAGES.get(briefing.language, briefing.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}{more_style}</style></head>"
        f'<body>{before}<main class="paper">{_head(briefing)}{_body(briefing)}</main></body></html>'
    )


def _head(briefing: Briefing) -> str:
    return (
        f'<p class="masthead">{_text(briefing.masthead)}</p><p class="issue">{_text(briefing.issue_line)}</p>'
        f'<p class="dateline"><span>{_text(briefing.issuer)}</span><span>{_text(briefing.dated)}</span></p>'
        f"<h1>{_text(briefing.title)}</h1>"
    )


def _body(briefing: Briefing) -> str:
    found = []
    for section in briefing.sections:
        style = ' class="own-page"' if section.own_page else ""
        blocks = "".join(_labelled_blocks(section))
        found.append(f'<section id="{escape(section.code)}"{style}>{_block(section.heading)}{blocks}</section>')
    return "".join(found)


def _labelled_blocks(section: Section) -> Iterator[str]:
    """Blocks as HTML; a table without a caption is called after the heading above it."""
    above: Text = section.heading.words
    for block in section.blocks:
        if isinstance(block, Heading):
            above = block.words
        yield _table(block, above) if isinstance(block, Table) else _block(block)


def _block(block: Heading | Paragraph | Map) -> str:
    if isinstance(block, Heading):
        tag = f"h{block.level + 1}"
        return f"<{tag}>{escape(block.ordinal)}{_text(block.words)}</{tag}>"
    if isinstance(block, Paragraph):
        if not block.ordinal:
            return f"<p>{_text(block.words)}</p>"
        return f'<p class="item"><span>{escape(block.ordinal)}</span><span>{_text(block.words)}</span></p>'
    return _figure(block)


def _table(block: Table, above: Text) -> str:
    numbers = [' class="number"' if column.is_number else "" for column in block.columns]
    head = "".join(f'<th scope="col"{n}>{_text(c.title)}</th>' for c, n in zip(block.columns, numbers, strict=True))
    rows = "".join(
        "<tr>" + "".join(f"<td{n}>{_text(cell)}</td>" for cell, n in zip(row, numbers, strict=True)) + "</tr>"
        for row in block.rows
    )
    caption = f"<caption>{_text(block.caption)}</caption>" if block.caption else ""
    name = escape(plain_text(block.caption or above))
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{name}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _figure(block: Map) -> str:
    return f"<figure>{draw_map_svg(block, FONT)}<figcaption>{_text(block.caption)}</figcaption></figure>"


def _text(text: Text) -> str:
    return "".join(_run(run) for run in text)


def _run(run: Run) -> str:
    if isinstance(run, Number):
        return f'<span class="n">{escape(run.text)}</span>'
    return escape(run if isinstance(run, str) else run.text)
