"""What townships know of their villages: who is registered and lives there, who could work for them, where cases were."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.outbreak import Illness
from citybrain.demo.people import TODAY
from citybrain.demo.randomness import stream

RESIDENTS_A_GRID = 300
WORKERS_A_GRID = 1.3
YOUNGEST, OLDEST = 24, 58
"""Ages of grid workers."""
NOBODY = 10**6


class Neighbourhoods:
    """Counts by village, and the people who were chosen as grid workers; filled township by township.

    registered: people in the registry; at_home: of these, living in the village; moved_in: registered elsewhere in the
    county; first_case, last_case: days of the first and last confirmed case (NOBODY and -1 where there is none).
    """

    def __init__(self, world: World) -> None:
        self._world = world
        count = len(world.county.villages)
        self.registered, self.at_home, self.moved_in = (np.zeros(count, dtype=np.int64) for _ in range(3))
        self.first_case, self.last_case = np.full(count, NOBODY), np.full(count, -1)
        self._workers: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Counts a township and chooses its grid workers."""
        count = len(self.registered)
        home, lives = people["village"].to_numpy(), people["lives_in"].to_numpy()
        self.registered += np.bincount(home, minlength=count)
        self.at_home += np.bincount(home[home == lives], minlength=count)
        self.moved_in += np.bincount(lives[home != lives], minlength=count)
        village = illness.cases["village"].to_numpy()
        confirmed = illness.cases["confirmed_day"].to_numpy()
        np.minimum.at(self.first_case, village, confirmed)
        np.maximum.at(self.last_case, village, confirmed)
        self._workers.append(self._chosen(township, people))

    @property
    def grids(self) -> np.ndarray:
        """Grids by village: at least one."""
        return np.maximum(1, np.round(self.registered / RESIDENTS_A_GRID)).astype(np.int64)

    def workers(self) -> pl.DataFrame:
        """Grid workers in order of village: the columns of people, village, and place in it from 0."""
        return pl.concat(self._workers)

    def _chosen(self, township: int, people: pl.DataFrame) -> pl.DataFrame:
        """Grown-ups of each village, as many as its grids need; a village too small for that has fewer."""
        rng = stream(self._world.seed, f"grid workers of {township}")
        age = (TODAY - people["birth_on"].to_numpy().astype("M8[D]")).astype(np.int64) / 365.25
        able = people.filter(
            pl.Series((age > YOUNGEST) & (age < OLDEST) & (people["village"] == people["lives_in"]).to_numpy())
        )
        drawn = able[rng.permutation(able.height)].sort("village", maintain_order=True)
        place = drawn.select(pl.int_range(pl.len()).over("village")).to_series()
        wanted = np.ceil(self.grids * WORKERS_A_GRID).astype(np.int64)[drawn["village"].to_numpy()]
        kept = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")
        return drawn.with_columns(place.alias("place")).filter(place < pl.Series(wanted)).select(*kept, "place")
