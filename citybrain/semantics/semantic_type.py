"""What a semantic type is: one cleaner, one normaliser and one check, each an SQL expression."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """What is known of a delivery and helps to read its values."""

    received_on: dt.date | str
    """Local day of arrival: gives 1月24日 its year and bounds birth dates. A text is SQL of it: the DATE column that
    stands beside the values of several deliveries judged together."""
    timezone: str
    """IANA zone of local times, such as `Asia/Shanghai`."""

    @property
    def sql_received_on(self) -> str:
        """The local day of arrival as SQL."""
        return self.received_on if isinstance(self.received_on, str) else f"DATE '{self.received_on.isoformat()}'"


@dataclass(frozen=True)
class Spelling:
    """The ways of writing the values of a type that need no cleaning: nearly every cell of a good delivery has one.

    - `sql_value(text, context)`: the value then; anything elsewhere.
    - `sql_test(text, value, context)`: conditions under which the text is written so, the cheapest first. Where all are
      true, `sql_value` must be what cleaning and normalising give; where one is NULL or false nothing is said.
    - `nothing`: texts that cleaning takes for no answer, and of which `sql_value` makes NULL.
    """

    sql_value: Callable[[str, Context], str]
    sql_test: Callable[[str, str, Context], tuple[str, ...]]
    nothing: tuple[str, ...] = ()


def is_value(text: str, value: str, context: Context) -> tuple[str, ...]:
    """The test of a spelling whose value is NULL wherever it says nothing."""
    return (f"{value} IS NOT NULL",)


@dataclass(frozen=True)
class SemanticType:
    """What a column means, as three SQL expressions that the caller stages one above the other.

    Each function takes SQL, best a plain column name because it is named several times, and returns SQL:

    - `sql_clean(text)`: trimmed, folded text; NULL for the words that departments write for "nothing";
    - `sql_normalise(cleaned, context)`: the value of `sql_type`; NULL when the text is NULL or not acceptable;
    - `sql_reason(cleaned, context)`: the code of a reason in `REASONS`; to be asked only for rows whose cleaned
      text is not NULL and whose value is NULL, and then never NULL.
    """

    name: str
    title_zh: str
    title_en: str
    sql_type: str
    sql_clean: Callable[[str], str]
    sql_normalise: Callable[[str, Context], str]
    sql_reason: Callable[[str, Context], str]
    header_words: tuple[str, ...] = ()
    """Words in a header that suggest this type."""
    spelling: Spelling | None = None
    """What most texts look like; None where that is told no more cheaply than cleaned."""
