"""乡镇: health checkpoints on roads, at stations and at the entrances of villages, as the platform exports them."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np

from citybrain.demo.borders import KM_A_DEGREE, ORIGIN
from citybrain.demo.departments import Planted, World
from citybrain.demo.faults import Fault, fault_table
from citybrain.demo.period import day, day_number, deliver
from citybrain.demo.randomness import stream

FOLDER = "township"
FIRST = day_number(dt.date(2020, 1, 25))
CLOSING = day_number(dt.date(2020, 2, 19))
KINDS = {"国省道": (2, 14), "车站": (1, 10), "村口": (0, 4)}
"""Kind -> checkpoints by township (0: one by village), and people on duty a day."""
GUARDED = 0.8
"""Share of the villages with a checkpoint at their entrance."""
SCATTER_KM = 0.6
SLIPS = {
    "town_unknown": (0.01, "所属", ("交警大队", "县交通局")),
    "opened_missing": (0.006, "启用", ("", "待定")),
}
"""Kind -> share, what it spoils and the texts that then stand there."""
POINT_MISPLACED = 0.008
"""Longitudes whose decimal point slipped: the place is lost, the checkpoint is not."""


def write_checkpoints(world: World) -> Planted:
    """Writes the list as it stands at the end of the period, unless it ends before there is any."""
    rng = stream(world.seed, "checkpoints")
    if world.days <= FIRST + 3:
        return Planted()
    file = f"{FOLDER}/checkpoints_{day(world.days):%Y%m%d}.json"
    points, faults = [], []
    for village, kind, serial in _places(rng, world):
        point = _point(rng, world, village, kind, serial)
        slip = _spoil(rng, point)
        points.append(point)
        if slip:
            faults.append(Fault(file, len(points), *slip))
    document = {"状态": "成功", "数据": {"总数": len(points), "卡点": points}}
    path = world.extracts / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    deliver(path, world.days, "07:50")
    return Planted(faults=fault_table(faults))


def _places(rng: np.random.Generator, world: World) -> list[tuple[int, str, int]]:
    """Village near which a checkpoint stands, its kind, and its number in the township."""
    found = []
    for township in range(len(world.county.townships)):
        villages = world.county.villages_of(township)
        serial = 1
        for kind, (number, _) in KINDS.items():
            near = rng.choice(villages, number) if number else villages[rng.random(len(villages)) < GUARDED]
            for village in near:
                found.append((int(village), kind, serial))
                serial += 1
    return found


def _point(rng: np.random.Generator, world: World, village: int, kind: str, serial: int) -> dict:
    county = world.county
    town = county.townships[int(county.township_of[village])]
    place = county.coverage.places[village] + rng.normal(0, SCATTER_KM, 2)
    longitude, latitude = place / np.array(KM_A_DEGREE) + np.array(ORIGIN)
    opened = FIRST + int(rng.integers(0, 4 if kind == "村口" else 2))
    closed = CLOSING + int(rng.integers(0, 14))
    return {
        "编号": f"{town.code}K{serial:03d}",
        "名称": f"{town.name}{county.villages[village].name}{kind}疫情防控检查点",
        "类型": kind,
        "所属": town.name,
        "村": county.villages[village].name if kind == "村口" else None,
        "启用": f"{day(opened):%Y/%m/%d}",
        "撤销": f"{day(closed):%Y/%m/%d}" if closed <= world.days else None,
        "值守人数": KINDS[kind][1] + int(rng.integers(-1, 3)),
        "位置": {"经度": round(float(longitude), 6), "纬度": round(float(latitude), 6)},
    }


def _spoil(rng: np.random.Generator, point: dict) -> tuple[str, str] | None:
    """Spoils the checkpoint, maybe: the kind and what stood there before."""
    draw = float(rng.random())
    for kind, (share, header, texts) in SLIPS.items():
        if 0 <= draw < share:
            before = str(point[header])
            point[header] = str(rng.choice(texts))
            return kind, before
        draw -= share
    if 0 <= draw < POINT_MISPLACED:
        before = str(point["位置"]["经度"])
        point["位置"]["经度"] = round(point["位置"]["经度"] * 10, 5)
        return "point_misplaced", before
    return None
