"""Reading one table of a TOML declaration strictly: every key known, every type right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from citybrain.errors import ContractError, nearest
from citybrain.indicators.indicator import Words

Choice = TypeVar("Choice", bound=StrEnum)


class Section:
    """Refuses unknown keys when made, missing keys and wrong types when asked. Everything raises ContractError."""

    def __init__(self, where: str, values: Mapping[str, Any], known: Iterable[str]) -> None:
        self.where, self._values, self._known = where, values, frozenset(known)
        for key in values:
            if key not in self._known:
                raise ContractError(
                    where, f"unknown key `{key}`", remedy=f"Remove or correct it.{nearest(key, self._known)}"
                )

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; the default when the key is absent."""
        value = self._take(key, default)
        if not isinstance(value, str) or (key in self._values and not value.strip()):
            raise self._wrong(key, value, "a text")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 0."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, value, "a whole number of at least 0")
        return value

    def truth(self, key: str, default: bool) -> bool:
        """Whether it is so; the default when the key is absent."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def positive(self, key: str, default: float | None = None) -> float:
        """A number above 0."""
        value = self._take(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
            raise self._wrong(key, value, "a number above 0")
        return float(value)

    def number(self, key: str) -> float | None:
        """Any number; None when the key is absent."""
        value = self._values.get(key)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise self._wrong(key, value, "a number")
        return None if value is None else float(value)

    def date(self, key: str) -> dt.date:
        """A date such as `2020-02-10`, without quotes."""
        value = self._take(key, None)
        if type(value) is not dt.date:
            raise self._wrong(key, value, "a date such as 2020-02-10")
        return value

    def words(self, key: str) -> Words:
        """`{ zh = "…", en = "…" }`."""
        values = self._take(key, None)
        if not isinstance(values, dict):
            raise self._wrong(key, values, '{ zh = "…", en = "…" }')
        both = Section(f"{self.where}: {key}", values, ("zh", "en"))
        return Words(both.text("zh"), both.text("en"))

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of the words of an enumeration."""
        value = self._take(key, default)
        try:
            return choices(value)
        except ValueError:
            hint = nearest(str(value), list(choices))
            raise ContractError(
                self.where,
                f"`{key}` is none of its words",
                found=repr(value),
                expected=", ".join(choices),
                remedy=f"Use one of these.{hint}",
            ) from None

    def section(self, key: str, known: Iterable[str]) -> Section:
        """A table inside this one."""
        values = self._take(key, None)
        if not isinstance(values, dict):
            raise self._wrong(key, values, f"a table [{key}]")
        return Section(f"{self.where}: [{key}]", values, known)

    def sections(self, key: str, known: Iterable[str]) -> list[Section]:
        """The tables `[[key]]` in this one, in their order; none when the key is absent."""
        values = self._values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
            raise self._wrong(key, values, f"tables [[{key}]]")
        return [Section(f"{self.where}: [[{key}]] {n}", v, known) for n, v in enumerate(values, start=1)]

    def _take(self, key: str, default: Any) -> Any:
        if key in self._values:
            return self._values[key]
        if default is None:
            raise ContractError(self.where, f"`{key}` is missing", remedy="Add it")
        return default

    def _wrong(self, key: str, value: object, expected: str) -> ContractError:
        return ContractError(self.where, f"`{key}` has the wrong form", found=repr(value), expected=expected)
