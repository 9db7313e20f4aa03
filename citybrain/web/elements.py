"""HTML written as calls: text is escaped unless it was made here, so that no name in a department's file becomes markup."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape

_EMPTY = frozenset({"input", "br", "hr", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | int | float | Markup | None | Iterable["Content"]
"""What may stand within an element; None is nothing."""


def element(tag: str, /, *content: Content, **attributes: str | int | bool | None) -> Markup:
    """One element. `class_` and `for_` lose their underscore, `aria_label` becomes `aria-label`.

    An attribute that is None or False is left out; True stands without a value.
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in _EMPTY:
        return Markup(f"<{tag}{said}>")
    return Markup(f"<{tag}{said}>{joined(content)}</{tag}>")


def joined(content: Content) -> Markup:
    """The contents one after the other."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str | int | float):
        return Markup(escape(str(content)))
    return Markup("".join(joined(part) for part in content))


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(str(value))}"'


def headings(words: Sequence[str], numbers: Collection[int] = ()) -> Markup:
    """The head of a table; `numbers` are the places of columns of numbers, which stand to the right."""
    cells = (element("th", w, scope="col", class_="number" if n in numbers else None) for n, w in enumerate(words))
    return element("thead", element("tr", list(cells)))


def scrolling(name: str, table: Markup) -> Markup:
    """A wide table in a frame of its own that scrolls and that the keyboard can reach."""
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=name)
