"""Area codes in their several spellings: `370201001`, `370201001000` and `370201` with `370201000000`.

Source: GB/T 2260 (province 2, prefecture 4, county 6 digits) and the statistical code of 12 digits
(county 6 + township 3 + village 3); a wider area pads with zeros.
"""

from __future__ import annotations

STATISTICAL_LEVELS = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village"}
"""Significant digits -> the level they usually name; `level_map` of a source overrides it."""

PADDED = ((12, 9), (9, 6), (6, 4), (4, 2))

PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省",
    "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区",
    "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省",
    "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
"""GB/T 2260 provincial codes: what tells a place of another province from an unknown one."""


def code_key(code: str) -> str:
    """What two spellings of one code have in common: the code without the zeros that only pad it.

    Codes that are not statistical codes (letters, other lengths) are their own key.
    """
    if not code.isdecimal():
        return code
    for length, shorter in PADDED:
        if len(code) == length and code.endswith("0" * (length - shorter)):
            code = code[:shorter]
    return code


def spellings(key: str) -> list[str]:
    """Every padded form of a key, itself first."""
    forms = [key]
    if key.isdecimal() and len(key) in STATISTICAL_LEVELS:
        forms += [key.ljust(length, "0") for length in (6, 9, 12) if length > len(key)]
    return forms
