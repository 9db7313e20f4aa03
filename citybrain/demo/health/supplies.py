"""What hospitals have in stock, use, are sent and receive: one simulation from which every list of goods is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.randomness import stream

ITEMS = ("口罩", "N95口罩", "防护服", "护目镜", "消毒液", "酒精", "检测试剂")
USE_A_BED = (3.0, 0.5, 0.25, 0.1, 0.35, 0.2, 0.4)
"""By bed and day in ordinary times; liquids in litres, the others in pieces."""
RISE = ((0, 1.0), (14, 1.5), (18, 4.0), (27, 5.0), (40, 3.5), (56, 2.5))
AT_FIRST_DAYS = 14.0
"""Days of ordinary use in stock on the first day."""
FIRST_ISSUE, ISSUE_EVERY = 10, 4
COVER_DAYS = ((10, 3.0), (23, 3.5), (30, 6.0), (42, 9.0), (56, 10.0))
"""Days of use that an issue fills the stock up to: scarce until early February."""
LOST, PARTIAL, SHIFTED, ELSEWHERE, DONATED = 0.02, 0.03, 0.025, 0.015, 0.02
"""Shares of the lines: lost, delivered in part, booked on another day, booked by another hospital; and donations that
nobody issued, by line."""


@dataclass(frozen=True)
class Supplies:
    """`stock` and `used` by hospital, item and day; `lines`, one row a line of a delivery note.

    Lines: document_no, day (of the issue), hospital (that it was issued to), item (positions), quantity (issued),
    received (quantity, null: lost), received_day, receiver (position), lost (kind of discrepancy or "").
    """

    stock: np.ndarray
    used: np.ndarray
    lines: pl.DataFrame


def simulate(world: World, beds: np.ndarray) -> Supplies:
    """Stocks of hospitals with so many beds, day by day: they use what they need and have, and are filled up."""
    rng, days = stream(world.seed, "supplies"), world.days
    usual = beds[:, None] * np.array(USE_A_BED)[None, :]
    stock = np.round(usual * AT_FIRST_DAYS * rng.lognormal(0, 0.3, usual.shape))
    stocks, uses = np.zeros((*usual.shape, days)), np.zeros((*usual.shape, days))
    arriving = np.zeros((*usual.shape, days + 8))
    parts = []
    for number in range(days):
        rise = np.interp(number, *np.array(RISE).T)
        if number >= FIRST_ISSUE and (number - FIRST_ISSUE) % ISSUE_EVERY == 0:
            cover = np.interp(number, *np.array(COVER_DAYS).T)
            lack = usual * rise * cover * rng.lognormal(0, 0.15, usual.shape) - stock
            lines = _issue(rng, lack, number)
            np.add.at(
                arriving,
                tuple(
                    lines.filter(pl.col("received").is_not_null()).select("receiver", "item", "arrives").to_numpy().T
                ),
                lines["received"].drop_nulls().to_numpy(),
            )
            parts.append(lines)
        stock = stock + arriving[:, :, number]
        used = np.minimum(np.round(usual * rise * rng.lognormal(0, 0.25, usual.shape)), stock)
        stock = stock - used
        stocks[:, :, number], uses[:, :, number] = stock, used
    lines = pl.concat(parts) if parts else _issue(rng, np.zeros((0, len(ITEMS))), 0)
    return Supplies(stocks.astype(np.int64), uses.astype(np.int64), lines)


def _issue(rng: np.random.Generator, lack: np.ndarray, number: int) -> pl.DataFrame:
    """The lines of one day's delivery notes, one note a hospital, and what becomes of each."""
    hospital, item = np.nonzero(lack > 0)
    count, hospitals = len(hospital), max(len(lack), 1)
    # Goods are issued in round numbers.
    quantity = np.maximum(np.ceil(lack[hospital, item] / 10) * 10, 10).astype(np.int64)
    kinds = ["", "sent_not_received", "partial", "date_shift", "wrong_township", "received_not_sent"]
    shares = [LOST, PARTIAL, SHIFTED, ELSEWHERE, DONATED]
    lost = gathered_kinds(rng, kinds, shares, count)
    part = np.maximum((quantity * rng.uniform(0.4, 0.9, count)).astype(np.int64), 1)
    received = np.where(lost == "partial", part, quantity)
    arrives = number + (rng.random(count) < 0.3)
    booked = arrives + np.where(lost == "date_shift", rng.integers(4, 7, count), 0)
    other = (hospital + rng.integers(1, max(hospitals, 2), count)) % hospitals
    receiver = np.where(lost == "wrong_township", other, hospital)
    return pl.DataFrame(
        {
            "document_no": [f"FW{number:03d}-{h + 1:04d}" for h in hospital],
            "day": np.full(count, number, dtype=np.int64),
            "hospital": hospital.astype(np.int64),
            "item": item.astype(np.int64),
            "quantity": quantity,
            "received": pl.Series(received).cast(pl.Int64),
            "received_day": booked.astype(np.int64),
            "arrives": arrives.astype(np.int64),
            "receiver": receiver.astype(np.int64),
            "lost": pl.Series(lost, dtype=pl.String),
        },
        schema_overrides={"document_no": pl.String},
    ).with_columns(received=pl.when(pl.col("lost") != "sent_not_received").then("received"))


def gathered_kinds(rng: np.random.Generator, kinds: list[str], shares: list[float], count: int) -> np.ndarray:
    """A kind for each of `count` lines: the first of `kinds` unless one of the others falls by its share."""
    return np.array(kinds, dtype=object)[rng.choice(len(kinds), count, p=[1 - sum(shares), *shares])]
