"""Everything that townships and communities hand over about grids, premises and checkpoints."""

from __future__ import annotations

import polars as pl

from citybrain.demo.communities.checkpoints import write_checkpoints
from citybrain.demo.communities.grid_workers import write_grid_workers
from citybrain.demo.communities.grids import write_grids
from citybrain.demo.communities.neighbourhoods import Neighbourhoods
from citybrain.demo.communities.premises import write_premises
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.outbreak import Illness


class CommunityFiles:
    """Feeds `township.grids`, `township.grid_workers`, `township.premises` and `township.checkpoints`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._places = Neighbourhoods(world)

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Counts the township, and remembers its grid workers and where its cases were."""
        self._places.add(township, people, illness)

    def finish(self) -> Planted:
        """Writes the lists and says what they hold."""
        lists = (write_grids, write_grid_workers, write_premises)
        return merge([*(write(self._world, self._places) for write in lists), write_checkpoints(self._world)])
