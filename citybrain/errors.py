"""The errors CityBrain raises, named by who must act.

    CityBrainError
    ├── ContractError   our declaration is wrong: city.toml, a contract, an indicator, a model   exit 2
    ├── DeliveryError   the department's file cannot be taken                                    exit 3
    ├── BuildError      our SQL, engine, disk or lock                                            exit 4
    └── AccessError     the asker: unknown name, outside the scope, purpose missing              exit 5

A bad row is data (quarantine), never an exception. No message holds a personal value.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CityBrainError(Exception):
    """`<where>: <what is wrong>. Found <x>, expected <y>. <What to do, by whom>.`"""

    exit_code = 1

    def __init__(self, where: str, what: str, *, found: str = "", expected: str = "", remedy: str = "") -> None:
        self.where, self.what, self.found, self.expected, self.remedy = where, what, found, expected, remedy
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The whole message."""
        parts = [f"{self.where}: {self.what}."]
        if self.found and self.expected:
            parts.append(f"Found {self.found}, expected {self.expected}.")
        elif self.found:
            parts.append(f"Found {self.found}.")
        elif self.expected:
            parts.append(f"Expected {self.expected}.")
        if self.remedy:
            parts.append(self.remedy if self.remedy.endswith((".", "?")) else f"{self.remedy}.")
        return " ".join(parts)


class ContractError(CityBrainError):
    """A declaration of the project is wrong; whoever maintains it must act."""

    exit_code = 2


class DeliveryError(CityBrainError):
    """A department's file cannot be read or taken; the department must deliver it again."""

    exit_code = 3


class BuildError(CityBrainError):
    """The engine could not build or publish; whoever runs CityBrain must act."""

    exit_code = 4


class AccessError(CityBrainError):
    """The question cannot be answered for this asker; the asker must change it."""

    exit_code = 5


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` for the closest known word, or an empty string."""
    match = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{match[0]}'?" if match else ""
