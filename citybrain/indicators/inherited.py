"""Versions of what is made of other indicators: a ratio or running total counts otherwise whenever one of its parts does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from citybrain.errors import ContractError
from citybrain.indicators.declared import file_name
from citybrain.indicators.indicator import Indicator, Kind, Version, Words

Versions = Mapping[str, Sequence[Indicator]]
"""Indicator → its versions, oldest first, the present one last."""
Time = tuple[dt.date | None, dt.date | None]
PARTS = ("of", "numerator", "denominator")


def with_inherited(read: Versions) -> dict[str, list[Indicator]]:
    """All versions, those of ratios and running totals pointing to the versions of their parts that are in force with them.

    Where the file of a ratio or running total states no version, it takes those of its parts, so that a definition is
    changed in one file only. Where it states versions, each must be made of parts that stay the same as long as it holds.

    Raises:
        ContractError: a part changes within a stated version.
    """
    # Running totals are made of flows, and ratios of either.
    found = {n: list(v) for n, v in read.items() if v[-1].measure}
    for kind in (Kind.CUMULATIVE, Kind.RATIO):
        for name, versions in read.items():
            if versions[-1].kind is kind:
                own = versions if _is_stated(versions) else _inherited(versions[-1], found)
                found[name] = [_bound(version, time, found) for version, time in _in_time(own)]
    return found


def _is_stated(versions: Sequence[Indicator]) -> bool:
    return len(versions) > 1 or versions[-1].version.changed is not None


def _parts(indicator: Indicator) -> list[str]:
    return [part for key in PARTS if (part := getattr(indicator, key))]


def _inherited(indicator: Indicator, known: Versions) -> list[Indicator]:
    """A version for each stretch of time in which no part changes."""
    changes: dict[dt.date, list[Words]] = {}
    for part in dict.fromkeys(_parts(indicator)):
        for version in known[part][1:]:
            assert version.version.valid_from and version.version.changed
            told = version.version.changed
            words = Words(f"{version.title.zh}：{told.zh}", f"{version.title.en}: {told.en}")
            changes.setdefault(version.version.valid_from, []).append(words)
    begins = [Version(), *(Version(n, day, _joined(changes[day])) for n, day in enumerate(sorted(changes), start=2))]
    former = [
        replace(indicator, id=f"{indicator.id}__v{v.number}", version_of=indicator.id, is_listed=False, version=v)
        for v in begins[:-1]
    ]
    return [*former, replace(indicator, version=begins[-1])]


def _joined(words: Sequence[Words]) -> Words:
    return Words("；".join(w.zh for w in words), "; ".join(w.en for w in words))


def _in_time(versions: Sequence[Indicator]) -> list[tuple[Indicator, Time]]:
    """Each with the first day that it holds on and that of the next; the first one holds from the beginning."""
    begins = [v.version.valid_from for v in versions[1:]]
    return list(zip(versions, zip([None, *begins], [*begins, None], strict=True), strict=True))


def _bound(indicator: Indicator, time: Time, known: Versions) -> Indicator:
    """With the parts that are in force in its time."""
    names: dict[str, str] = {key: name for key in PARTS if (name := getattr(indicator, key))}
    bound: dict[str, Any] = {key: _in_force(indicator, key, known[name], time).id for key, name in names.items()}
    return replace(indicator, **bound)


def _in_force(indicator: Indicator, key: str, versions: Sequence[Indicator], time: Time) -> Indicator:
    begins, until = time
    chosen = versions[0]
    for version in versions[1:]:
        day = version.version.valid_from
        assert day
        if begins and day <= begins:
            chosen = version
        elif until is None or day < until:
            raise ContractError(
                file_name(indicator.file),
                f"version {indicator.version.number} holds on both sides of {day}, from which on its {key}"
                f" `{version.name}` is counted otherwise",
                remedy=f"State a version that begins on {day}, and keep the one before it under [[former]]",
            )
    return chosen
