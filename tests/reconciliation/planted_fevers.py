"""Two lists of feverish people that disagree in seven known ways, and the truth about each disagreement."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

RULE = "fever_clinic_follow_ups"
CLINIC, LIST = 1, 2
"""Batches of the two files."""
FILES = {CLINIC: "clinic.csv", LIST: "list.csv"}
FIRST = dt.date(2020, 1, 20)
VILLAGES = {"11": ("111", "112", "11"), "12": ("121", "12"), "13": ("13",)}
Row = dict[str, Any]


@dataclass
class Fevers:
    """The two files, the registers of people, and what was planted."""

    seed: int
    screenings: list[Row] = field(default_factory=list)
    follow_ups: list[Row] = field(default_factory=list)
    residents: list[Row] = field(default_factory=list)
    permits: list[Row] = field(default_factory=list)
    truth: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        for person in range(1, 61):
            self._normal(person)
        plants = (
            self._lives_outside, self._wrong_township, self._duplicate, self._date_shift, self._definition,
            self._sent_not_received, self._received_not_sent,
        )  # fmt: skip
        for number, plant in enumerate(plants):
            for n in range(20):
                plant(1_000 * (number + 1) + n)

    def _day(self) -> dt.date:
        # The list covers every day through the normal people; nothing is planted on the first and the last one.
        return FIRST + dt.timedelta(days=self.random.randrange(3, 17))

    def _home(self, person: int) -> str:
        """Where the person lives; the registers know."""
        village = self.random.choice(VILLAGES[self.random.choice(list(VILLAGES))])
        known = {"person_key": person, "area_code": village, "batch": 9, "source_line": person}
        (self.permits if person % 7 == 0 else self.residents).append(known)
        return village

    def _visit(self, person: int, area: str, day: dt.date, fever: bool = True) -> str:
        line = len(self.screenings) + 2
        self.screenings.append({
            "person_key": person, "area_code": area, "screened_on": day, "temperature_c": 38.2 if fever else 37.1,
            "is_fever": fever, "batch": CLINIC, "source_line": line,
        })  # fmt: skip
        return f"{FILES[CLINIC]}:{line}"

    def _listed(self, person: int, area: str, day: dt.date) -> str:
        line = len(self.follow_ups) + 2
        self.follow_ups.append({
            "person_key": person, "area_code": area, "screened_on": day, "batch": LIST, "source_line": line,
        })  # fmt: skip
        return f"{FILES[LIST]}:{line}"

    def _plant(self, kind: str, left: str, right: str, area: str, day: dt.date) -> None:
        self.truth.append({
            "rule": RULE, "area_code": area[:2], "period_on": day, "kind": kind, "left_ref": left, "right_ref": right,
        })  # fmt: skip

    def _normal(self, person: int) -> None:
        """Several visits of one person, all on the list; some with a fever on the next day again."""
        area = self._home(person)
        for day in {FIRST + dt.timedelta(days=person % 20), self._day()}:
            self._visit(person, area, day)
            self._listed(person, area[:2], day)

    def _lives_outside(self, person: int) -> None:
        area, day = "11", self._day()
        self._plant("lives_outside", self._visit(person, area, day), "", area, day)

    def _wrong_township(self, person: int) -> None:
        area, day = self._home(person), self._day()
        wrong = next(t for t in VILLAGES if t != area[:2])
        self._plant("wrong_township", self._visit(person, area, day), self._listed(person, wrong, day), area, day)

    def _duplicate(self, person: int) -> None:
        area, day = self._home(person), self._day()
        visit, _ = self._visit(person, area, day), self._listed(person, area, day)
        self._plant("duplicate", visit, self._listed(person, area[:2], day), area, day)

    def _date_shift(self, person: int) -> None:
        area, day = self._home(person), self._day()
        shifted = day + dt.timedelta(days=self.random.choice([-2, -1, 1, 2]))
        self._plant("date_shift", self._visit(person, area, day), self._listed(person, area, shifted), area, day)

    def _definition(self, person: int) -> None:
        area, day = self._home(person), self._day()
        self._plant(
            "definition", self._visit(person, area, day, fever=False), self._listed(person, area, day), area, day
        )

    def _sent_not_received(self, person: int) -> None:
        area, day = self._home(person), self._day()
        self._plant("sent_not_received", self._visit(person, area, day), "", area, day)

    def _received_not_sent(self, person: int) -> None:
        area, day = self._home(person), self._day()
        self._plant("received_not_sent", "", self._listed(person, area, day), area, day)
