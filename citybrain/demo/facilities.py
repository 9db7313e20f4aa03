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
    more = max(1, round(len(county.townships) / TOWNSHIPS_A_CLINIC) - 2)
    crowded = np.argsort(-township_shares(county), kind="stable")
    towns = [t for t in crowded if county.townships[t].kind != "街道"] or list(crowded)
    return (*COUNTY_HOSPITALS, *(health_centre(county, int(t)) for t in towns[:more]))


def health_centre(county: County, township: int) -> str:
    """Name of the health centre of a township."""
    place = county.townships[township]
    return f"{place.name}{ENDINGS[place.kind]}"


def township_shares(county: County) -> np.ndarray:
    """Share of the population of each township; together one."""
    return np.bincount(county.township_of, county.weights, minlength=len(county.townships))
