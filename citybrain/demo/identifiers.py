"""Identity numbers, credit codes and telephone numbers that are well formed and belong to nobody."""

from __future__ import annotations

import numpy as np
import polars as pl

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
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


def credit_codes(kinds: pl.Series, area: str, serials: np.ndarray) -> pl.Series:
    """Unified social credit codes. Source: GB 32100-2015; its organisation part GB 11714-1997.

    `kinds` holds the department and category of each (91 company, 92 individual business, 93 cooperative). The
    organisation part begins with MA, as given out since 2015; equal serials get equal codes.
    """
    digits = [CREDIT_ALPHABET.index(c) for c in "MA"]
    scattered = serials.astype(np.int64) * 55_555_559 % 31**6
    positions = [np.full(len(serials), d) for d in digits] + [scattered // 31**k % 31 for k in range(5, -1, -1)]
    # The organisation code counts A as 10 to Z as 35, the credit code by position in its own alphabet.
    values = np.array([int(c, 36) for c in CREDIT_ALPHABET])
    own = sum(w * values[p] for w, p in zip(ORGANISATION_WEIGHTS, positions, strict=True)) % 11
    checks = np.array([CREDIT_ALPHABET.index(c) for c in "0X987654321"])[own]
    kind = np.array([[CREDIT_ALPHABET.index(c) for c in text] for text in kinds]).reshape(-1, 2)
    body = [*kind.T, *(np.full(len(serials), int(c)) for c in area), *positions, checks]
    total = sum(pow(3, i, 31) * p for i, p in enumerate(body)) % 31
    alphabet = pl.Series(list(CREDIT_ALPHABET))
    characters = [alphabet.gather(p) for p in [*body, (31 - total) % 31]]
    return pl.select(pl.concat_str(characters)).to_series()


def compact_dates(days: np.ndarray) -> np.ndarray:
    """YYYYMMDD as integers from `datetime64[D]`."""
    months = days.astype("M8[M]")
    years = days.astype("M8[Y]").astype(np.int64) + 1970
    return years * 10000 + (months.astype(np.int64) % 12 + 1) * 100 + (days - months).astype(np.int64) + 1
