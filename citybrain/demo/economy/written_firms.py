"""How departments write firms down: codes mistyped, old or left out, names short, former or with other brackets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.identifiers import CREDIT_ALPHABET

LOOK_ALIKE = str.maketrans("0125", "OIZS")
"""Letters that codes never use, typed for the digits that look like them."""


@dataclass(frozen=True)
class CodeRates:
    """Share of the codes that bear each fault; a code bears one at most."""

    code_missing: float = 0.03
    code_substitution: float = 0.008
    code_transposition: float = 0.005
    code_15_digits: float = 0.004
    code_look_alike: float = 0.003
    code_truncated: float = 0.003
    code_lower_case: float = 0.010
    code_full_width: float = 0.003


@dataclass(frozen=True)
class NameRates:
    """Share of the names that differ from the register in each way; a name does in one at most."""

    name_short: float = 0.06
    name_variant: float = 0.01
    name_spaced: float = 0.02
    name_form: float = 0.02
    name_cut: float = 0.01


@dataclass(frozen=True)
class FirmRates:
    """How well a department writes firms down."""

    codes: CodeRates = CodeRates()
    names: NameRates = NameRates()
    former: float = 0.5
    """Share of the renamed firms that are still known by their former name."""


USUAL = FirmRates()
BY_SYSTEM = FirmRates(
    CodeRates(code_missing=0.0, code_look_alike=0.0, code_truncated=0.0, code_substitution=0.002),
    NameRates(0.02, 0.005, 0.01, 0.005, 0.0), former=0.3,
)  # fmt: skip
"""Where a system checks the code when the firm is entered."""
BY_HAND = FirmRates(CodeRates(code_missing=0.08), NameRates(0.12, 0.02, 0.04, 0.04, 0.01))
Rewrite = Callable[[np.random.Generator, str], str]


def _substituted(rng: np.random.Generator, code: str) -> str:
    place = int(rng.integers(8, 18))
    other = str(rng.choice([c for c in CREDIT_ALPHABET if c != code[place]]))
    return code[:place] + other + code[place + 1 :]


def _transposed(rng: np.random.Generator, code: str) -> str:
    """Two different neighbours change places."""
    places = [i for i in range(8, 17) if code[i] != code[i + 1]]
    at = int(rng.choice(places)) if places else 1
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def _look_alike(rng: np.random.Generator, code: str) -> str:
    return code[:9] + code[9:].translate(LOOK_ALIKE)


def _other_form(rng: np.random.Generator, name: str) -> str:
    if "有限责任公司" in name:
        return name.replace("有限责任公司", "有限公司")
    return name.replace("股份有限公司", "股份公司") if "股份" in name else name.replace("有限公司", "有限责任公司")


REWRITES: dict[str, Rewrite] = {
    "code_missing": lambda rng, code: str(rng.choice(("", "", "无", "—"))),
    "code_substitution": _substituted,
    "code_transposition": _transposed,
    "code_15_digits": lambda rng, code: names.COUNTY_CODE + f"{int(rng.integers(0, 10**9)):09d}",
    "code_look_alike": _look_alike,
    "code_truncated": lambda rng, code: code[:-1],
    "code_lower_case": lambda rng, code: code.lower(),
    "code_full_width": lambda rng, code: "".join(chr(ord(c) + 0xFEE0) for c in code),
    "name_short": lambda rng, name: name.removeprefix(names.COUNTY_NAME),
    "name_variant": lambda rng, name: name.translate(names.TRADITIONAL),
    "name_spaced": lambda rng, name: name[:3] + " " + name[3:],
    "name_form": _other_form,
    "name_cut": lambda rng, name: name.removesuffix("公司"),
}


def written_firms(rng: np.random.Generator, firms: pl.DataFrame, rates: FirmRates = USUAL) -> pl.DataFrame:
    """The firms as a department writes them down, in the order and with all columns of `firms`.

    Added: code_written, name_written and firm_fault (kinds joined by +, or ""). A firm is known by a former name only
    where its code is right, since else nobody could know which one is meant.
    """
    code, code_fault = _rewritten(rng, firms["credit_code"], rates.codes)
    is_former = (
        (firms["former_name"] != "").to_numpy()
        & (rng.random(firms.height) < rates.former)
        & (code_fault == "").to_numpy()
    )
    name, name_fault = _rewritten(rng, firms["enterprise_name"], rates.names)
    name = firms["former_name"].zip_with(pl.Series(is_former), name)
    name_fault = pl.repeat("name_former", firms.height, eager=True).zip_with(pl.Series(is_former), name_fault)
    both = (code_fault != "") & (name_fault != "")
    joined = (code_fault + "+" + name_fault).zip_with(both, code_fault + name_fault)
    return firms.with_columns(
        code.alias("code_written"), name.alias("name_written"), joined.alias("firm_fault")
    )  # fmt: skip


def _rewritten(rng: np.random.Generator, texts: pl.Series, rates: CodeRates | NameRates) -> tuple[pl.Series, pl.Series]:
    """The texts with faults, and the kind of each; a rewrite that changes nothing is none."""
    kinds = [f.name for f in fields(rates)]
    drawn = np.searchsorted(np.cumsum([getattr(rates, kind) for kind in kinds]), rng.random(len(texts)), side="right")
    fault = pl.repeat("", len(texts), eager=True)
    for number, kind in enumerate(kinds):
        at = np.flatnonzero(drawn == number)
        before = texts.gather(at).to_list()
        after = [REWRITES[kind](rng, text) for text in before]
        changed = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        if changed:
            texts = texts.scatter(at[changed], [after[i] for i in changed])
            fault = fault.scatter(at[changed], kind)
    return texts, fault
