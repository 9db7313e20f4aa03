"""A TOML table read key by key: what is wrong is noted, not raised, so that a person sees all of it at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from citybrain.errors import ContractError, nearest

KINDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number", list: "a list", dict: "a table"}


@dataclass
class Table:
    """One table of a declaration; `errors` is shared by all tables of a file.

    Every reading method returns the stated value, or its empty value if the key is absent or wrong.
    Call `close` when all known keys have been asked for: what is left over is an unknown key.
    """

    file: str
    content: dict[str, Any]
    errors: list[ContractError]
    section: str = ""
    asked: set[str] = field(default_factory=set)

    @property
    def where(self) -> str:
        """File and section, as errors name it."""
        return f"{self.file} [{self.section}]" if self.section else self.file

    def wrong(self, what: str, *, found: str = "", expected: str = "", remedy: str = "") -> None:
        """Notes one error of this table."""
        self.errors.append(ContractError(self.where, what, found=found, expected=expected, remedy=remedy))

    def text(self, key: str, *, required: bool = False) -> str:
        """A text; a required one may not be blank."""
        value = self._typed(key, (str,), "a text in quotes") or ""
        if required and not value.strip() and (key not in self.content or isinstance(self.content[key], str)):
            self.wrong(f"'{key}' is missing or empty", remedy=f'Write {key} = "…"')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self._typed(key, (str, list), "a text or a list of texts")
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if any(not isinstance(i, str) or not i.strip() for i in items):
            self.wrong(f"'{key}' holds something that is not a text, or an empty text")
            return ()
        return tuple(items)

    def integer(self, key: str, *, least: int = 0) -> int | None:
        """A whole number of at least `least`."""
        value = self._typed(key, (int,), "a whole number")
        if value is not None and value < least:
            self.wrong(f"'{key}' is too small", found=str(value), expected=f"at least {least}")
            return None
        return value

    def number(self, key: str) -> float | None:
        """A number."""
        value = self._typed(key, (int, float), "a number")
        return None if value is None else float(value)

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        return bool(self._typed(key, (bool,), "true or false"))

    def choice(self, key: str, known: Sequence[str], *, required: bool = False) -> str:
        """One of the known words."""
        value = self.text(key, required=required)
        if value and value not in known:
            self.wrong(
                f"'{key}' is not a known word",
                found=f"'{value}'",
                expected=f"one of {', '.join(known)}",
                remedy=nearest(value, known).strip(),
            )
            return ""
        return value

    def time(self, key: str) -> dt.time | None:
        """A time of day, "HH:MM"."""
        value = self._typed(key, (str, dt.time), 'a time of day such as "10:00"')
        if value is None or isinstance(value, dt.time):
            return value
        try:
            return dt.time.fromisoformat(value)
        except ValueError:
            self.wrong(f"'{key}' is not a time of day", found=f"'{value}'", expected='"HH:MM", such as "10:00"')
            return None

    def table(self, key: str) -> Table:
        """The table below `key`; an empty one if it is absent."""
        section = f"{self.section}.{key}" if self.section else key
        value = self._typed(key, (dict,), f"a section [{section}]") or {}
        return Table(self.file, value, self.errors, section)

    def names(self) -> Iterator[str]:
        """Every key, for tables whose keys are free."""
        self.asked.update(self.content)
        yield from self.content

    def close(self) -> None:
        """Notes every key that nobody asked for."""
        for key in self.content:
            if key not in self.asked:
                self.wrong(
                    f"unknown key '{key}'",
                    expected=f"one of {', '.join(sorted(self.asked))}",
                    remedy=nearest(key, self.asked).strip(),
                )

    def _typed(self, key: str, types: tuple[type, ...], expected: str) -> Any:
        self.asked.add(key)
        value = self.content.get(key)
        # In Python true is a whole number; in a contract it is not.
        if value is None or (isinstance(value, types) and (bool in types or not isinstance(value, bool))):
            return value
        self.wrong(
            f"'{key}' is of the wrong kind", found=KINDS.get(type(value), type(value).__name__), expected=expected
        )
        return None
