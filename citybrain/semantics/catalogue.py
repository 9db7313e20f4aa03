"""The semantic types by name."""

from __future__ import annotations

from citybrain.errors import ContractError, nearest
from citybrain.semantics.dates import DATE, INSTANT
from citybrain.semantics.identifiers import CREDIT_CODE, RESIDENT_ID
from citybrain.semantics.numbers import DECIMAL, INTEGER, LATITUDE, LONGITUDE
from citybrain.semantics.semantic_type import SemanticType
from citybrain.semantics.words import AREA, BOOLEAN, PERSON_NAME, PHONE, SEX, TEXT, Codes, code_list

SEMANTIC_TYPES: dict[str, SemanticType] = {
    t.name: t
    for t in (
        RESIDENT_ID,
        CREDIT_CODE,
        AREA,
        DATE,
        INSTANT,
        PHONE,
        SEX,
        INTEGER,
        DECIMAL,
        LONGITUDE,
        LATITUDE,
        BOOLEAN,
        PERSON_NAME,
        TEXT,
    )
}
"""Every semantic type but `code`, which needs the code list of its column."""


def semantic_type(name: str, codes: Codes = ()) -> SemanticType:
    """The semantic type of this name; `code` takes the code list of the column.

    Raises:
        ContractError: no type has this name, or `code` without a code list.
    """
    if name == "code" and codes:
        return code_list(codes)
    if name not in SEMANTIC_TYPES:
        raise ContractError(
            "semantic types",
            "a code list is missing" if name == "code" else f"no semantic type is named '{name}'",
            expected=", ".join([*SEMANTIC_TYPES, "code"]),
            remedy=nearest(name, SEMANTIC_TYPES).strip(),
        )
    return SEMANTIC_TYPES[name]
