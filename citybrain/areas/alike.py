"""Texts that lie in the same place whatever they say of it: house numbers do not tell areas apart."""

from __future__ import annotations

from citybrain.areas.tree import AreaTree

_HAN, _BEYOND_HAN = "一", "龦"
"""First Han character in common use, and the one behind the last."""


def sql_alike(tree: AreaTree, text: str) -> str:
    """SQL of a text that `place_texts` places as it places this one: an address with every digit made 0.

    A county of 10 million writes millions of addresses, and a tenth of them are left so. A digit tells an area only in a code
    or in the name of an area; a text that begins with a Han character is no code, and where a name holds a digit (101团) each
    text stands for itself.
    """
    if _digits_tell(tree):
        return text
    is_address = f"{text} >= '{_HAN}' AND {text} < '{_BEYOND_HAN}'"
    return f"CASE WHEN {is_address} THEN regexp_replace({text}, '[0-9]', '0', 'g') ELSE {text} END"


def _digits_tell(tree: AreaTree) -> bool:
    in_names = tree.forms["form"].str.contains("[0-9]").any()
    in_words_for_codes = tree.areas["area_code"].str.contains(f"^[{_HAN}-{_BEYOND_HAN}].*[0-9]").any()
    return in_names or in_words_for_codes
