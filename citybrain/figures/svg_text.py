"""Words in a drawing: how wide they will be, where lines break, and SVG text with a halo."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

_CHINESE = 0x2E80
_NARROW = frozenset(" !'(),.:;I[]ijl|·")
_WIDE = frozenset("%@MWmw—…")
_HELD = frozenset("，。、；：！？）》」』】％,.;:!?)]")
"""No line begins with one of these (GB/T 15834)."""


def text_width(text: str, size: float) -> float:
    """About how wide the text is in a sans face, a little more rather than less; in the units of `size`."""
    return size * sum(_em(letter) for letter in text)


def _em(letter: str) -> float:
    if ord(letter) >= _CHINESE:
        return 1.0
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.95
    return 0.66 if letter.isupper() else 0.58


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines that fit: Chinese breaks anywhere but before a closing sign, Latin words stay whole."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and text_width(line + piece.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may break, spaces at the end of the part before."""
    piece = ""
    for letter in text:
        follows = letter in _HELD or (piece and not _may_break(piece[-1], letter))
        if piece and not follows:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return False
    return before == " " or ord(before) >= _CHINESE or ord(after) >= _CHINESE


def svg_text(  # noqa: PLR0913 - a text is where, what and how
    x: float, y: float, text: str, *, size: float, colour: str, anchor: str = "start", bold: bool = False,
    halo: str = "",
) -> str:  # fmt: skip
    """A line of text whose base line is at y. A halo of that colour is drawn below: office programs do not know `paint-order`."""
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{weight}'
    below = (
        f'<text {place} fill="none" stroke="{halo}" stroke-opacity="0.85" stroke-width="{size * 0.24:.1f}"'
        f' stroke-linejoin="round" aria-hidden="true">{escape(text)}</text>'
        if halo
        else ""
    )
    return f'{below}<text {place} fill="{colour}">{escape(text)}</text>'
