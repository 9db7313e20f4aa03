"""Everything that is handed over about firms: by the market bureau, statistics, tax, power supply and industry."""

from __future__ import annotations

import polars as pl

from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.economy.activity import activity_of, write_firm_truth
from citybrain.demo.economy.electricity import write_electricity
from citybrain.demo.economy.enterprises import write_enterprises
from citybrain.demo.economy.individual_businesses import write_individual_businesses
from citybrain.demo.economy.monthly_economy import write_monthly_economy
from citybrain.demo.economy.production import write_production
from citybrain.demo.economy.resumption import write_resumption_reports
from citybrain.demo.economy.surveyed_enterprises import write_surveyed_enterprises
from citybrain.demo.economy.tax_payments import write_tax_payments
from citybrain.demo.outbreak import Illness


class EconomyFiles:
    """Feeds of the departments market, statistics, tax, power and industry."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Firms are of the world, not of its people: nothing to see."""

    def finish(self) -> Planted:
        """Writes all files about firms and what is true of them."""
        world = self._world
        activity = activity_of(world)
        write_firm_truth(world, activity)
        told_by_firms = (
            write_surveyed_enterprises, write_monthly_economy, write_tax_payments, write_electricity,
            write_resumption_reports, write_production,
        )  # fmt: skip
        registers = [write_enterprises(world), write_individual_businesses(world)]
        return merge([*registers, *(write(world, activity) for write in told_by_firms)])
