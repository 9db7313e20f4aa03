"""Where people are treated: the fever clinics of the county and the health centres of its townships."""

from __future__ import annotations

import numpy as np

from citybrain.demo.geography import County
from citybrain.demo.names import COUNTY_NAME

COUNTY_HOSPITALS = (f"{COUNTY_NAME}人民医院", f"{COUNTY_NAME}中医医院")
TOWNSHIPS_A_CLINIC = 6
ENDINGS = {"街道": "社区卫生服务中心", "镇": "中心卫生院", "乡": "卫生院"}


def fever_clinics(county: County) -> tuple[str, ...]:
    """Names of the fever clinics: the two county hospitals, and one more for every six townships, at least one."""
    return (*COUNTY_HOSPITALS, *(health_centre(county, t) for t in clinic_towns(county)))


def clinic_towns(county: County) -> list[int]:
    """Townships whose health centre runs a fever clinic: the towns with most people."""
    return _crowded_towns(county)[: max(1, round(len(county.townships) / TOWNSHIPS_A_CLINIC) - 2)]


def slow_hospital(county: County) -> int:
    """The township whose health centre reports days late: the one with most people among those without a clinic."""
    others = [t for t in _crowded_towns(county) if t not in clinic_towns(county)]
    return others[0] if others else 0


def _crowded_towns(county: County) -> list[int]:
    """Townships by their people, the greatest first; streets only where there is nothing else."""
    crowded = np.argsort(-township_shares(county), kind="stable").tolist()
    return [t for t in crowded if county.townships[t].kind != "街道"] or crowded


def seat_township(county: County) -> int:
    """The township where the county hospitals and offices are: the street with most people, else the first town."""
    crowded = np.argsort(-township_shares(county), kind="stable").tolist()
    return next((t for t in crowded if county.townships[t].kind == "街道"), crowded[0])


def remote_townships(county: County) -> list[int]:
    """One township in eight, those with fewest people: hardly anybody with a fever gets from there to a clinic."""
    crowded = np.argsort(township_shares(county), kind="stable").tolist()
    return crowded[: len(crowded) // 8]


def health_centre(county: County, township: int) -> str:
    """Name of the health centre of a township."""
    place = county.townships[township]
    return f"{place.name}{ENDINGS[place.kind]}"


def township_shares(county: County) -> np.ndarray:
    """Share of the population of each township; together one."""
    return np.bincount(county.township_of, county.weights, minlength=len(county.townships))
