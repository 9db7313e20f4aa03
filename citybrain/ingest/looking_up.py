"""Looking up, within the pass, where the texts of an area column lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SIEVE_BITS = 1 << 20
"""Bits of the sieve of listed texts: of the texts that are not in the list, one in some hundred passes it."""


@dataclass(frozen=True)
class Places:
    """The distinct texts of an area column, placed in the tree.

    Up to some thousand texts are looked up in a list (an ENUM finds the place in it), which keeps DuckDB's rows in file
    order; more are joined, which does not: then each row must bring its line.
    """

    relation: str
    """Table (text, area_code, reason), for a join."""
    listed: str = ""
    """Name of the ENUM type and stem of the variables `<listed>_codes`, `<listed>_reasons`; empty: join.

    Either the distinct texts of the file, or every spelling of every code: then a text outside is an unknown code.
    """
    is_sieved: bool = False
    """Whether texts outside the list may come. Casting one to the ENUM takes the engine 170 µs, for the error message
    that nobody sees; the variable `<listed>_sieve`, a bit for each hash, tells nearly all of them before. The variable
    `<listed>_canonical` has a bit for each listed text: whether it is itself the code that it stands for."""
    alike: Callable[[str], str] = str
    """SQL of the text, of all that lie in the same place, that was placed for them."""

    @property
    def is_listed(self) -> bool:
        """Whether the texts are few enough for a list."""
        return bool(self.listed)


def sql_listed(places: Places, what: str, text: str) -> str:
    """What the list `what` (codes or reasons) holds for a text; NULL outside of the list."""
    place = f"enum_code(TRY_CAST({places.alike(text)} AS {places.listed}))"
    found = f"getvariable('{places.listed}_{what}')[{place} + 1]"
    if not places.is_sieved:
        return found
    if what == "codes":
        # Nearly every text is a code itself; the engine sets a list out anew for each two thousand rows that ask it.
        found = f"CASE get_bit(getvariable('{places.listed}_canonical'), {place}) WHEN 1 THEN {text} ELSE {found} END"
    passes = f"get_bit(getvariable('{places.listed}_sieve'), {sql_sieve_bit(text)}) = 1"
    return f"CASE WHEN {passes} THEN {found} END"


def sql_sieve_bit(text: str) -> str:
    """The bit of the sieve that stands for a text."""
    return f"(hash({text}) % {SIEVE_BITS})::INTEGER"
