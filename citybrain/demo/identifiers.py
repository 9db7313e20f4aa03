"""Identity numbers, credit codes and telephone numbers that are well formed and belong to nobody."""

from __future__ import annotations

import numpy as np
import polars as pl

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PHONE_SERIES = 154_0000_0000
"""Mobile series 154 is not assigned to any operator."""


def id_check_positions(digits17: np.ndarray) -> np.ndarray:
    """Position in `ID_CHECKS` for numbers of 17 digits. Source: GB 11643-1999 (ISO 7064 MOD 11-2)."""
    rest, total = digits17.copy(), np.zeros(len(digits17), dtype=np.int64)
    for weight in reversed(ID_WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return total % 11


def id_texts(digits17: np.ndarray) -> pl.Series:
    """Citizen identification numbers of 18 characters from their first 17 digits."""
    checks = pl.Series(list(ID_CHECKS)).gather(id_check_positions(digits17))
    return pl.Series(digits17).cast(pl.String) + checks


def with_check(first17: str) -> str:
    """The 18 characters of one number."""
    return str(id_texts(np.array([int(first17)], dtype=np.int64))[0])


def credit_code(kind: str, area: str, serial: int) -> str:
    """A unified social credit code. Source: GB 32100-2015.

    `kind` is the department and category (91, 92, 93); the organisation part is the serial in base 31.
    """
    organisation = ""
    for _ in range(9):
        serial, digit = divmod(serial, 31)
        organisation = CREDIT_ALPHABET[digit] + organisation
    body = kind + area + organisation
    total = sum(CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + CREDIT_ALPHABET[(31 - total) % 31]


def compact_dates(days: np.ndarray) -> np.ndarray:
    """YYYYMMDD as integers from `datetime64[D]`."""
    months = days.astype("M8[M]")
    years = days.astype("M8[Y]").astype(np.int64) + 1970
    return years * 10000 + (months.astype(np.int64) % 12 + 1) * 100 + (days - months).astype(np.int64) + 1
