"""Firms of other counties that work here: they pay tax here, and our register does not know them."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.firms import BRANDS
from citybrain.demo.identifiers import credit_codes
from citybrain.demo.randomness import stream

OUTSIDE_CODE = "379902"
"""No county has this code either."""
OUTSIDE_SHARE = 0.02
"""Of the number of firms in the register."""
SEATS = ("山东", "鲁中", "临河市", "东昌市", "海右")
TRADES = {"E4710": "建设集团有限公司", "G5431": "供应链有限公司", "F5212": "连锁超市有限公司", "C3311": "重工有限公司"}


def outside_firms(world: World) -> pl.DataFrame:
    """Firms registered elsewhere with a branch here; the same whoever asks.

    Columns: firm (from the number of firms of the world on), credit_code, enterprise_name, former_name (""), industry,
    is_individual, staff (persons here), village (where they work).
    """
    rng = stream(world.seed, "firms of other counties")
    count = max(3, round(world.firms.height * OUTSIDE_SHARE))
    pool, trades = list(BRANDS), list(TRADES)
    trade = rng.integers(0, len(trades), count)
    drawn = rng.integers(0, len(pool), (count, 3))
    seat = rng.integers(0, len(SEATS), count)
    titles = [
        SEATS[s] + "".join(pool[c] for c in brand) + TRADES[trades[t]] + f"第{n}分公司"
        for n, (s, brand, t) in enumerate(zip(seat, drawn, trade, strict=True), start=1)
    ]
    return pl.DataFrame(
        {
            "firm": np.arange(world.firms.height, world.firms.height + count, dtype=np.int64),
            "credit_code": credit_codes(pl.Series(["91"] * count), OUTSIDE_CODE, np.arange(count)),
            "enterprise_name": titles,
            "former_name": [""] * count,
            "industry": [trades[t] for t in trade],
            "is_individual": [False] * count,
            "staff": rng.integers(4, 60, count),
            "village": rng.choice(len(world.county.villages), count, p=world.county.weights).astype(np.int32),
        }
    )
