"""Which source column is which canonical column in one delivery, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from citybrain.contracts.contract import Contract, Mapping
from citybrain.errors import DeliveryError, nearest
from citybrain.sql import literal, quote


@dataclass(frozen=True)
class Bound:
    """The columns of one delivery bound to the canonical ones.

    `texts` holds, for each canonical column, the SQL expression of its source text (NULL where the source has none).
    `values` holds the same for each measure of a wide observation.
    """

    texts: dict[str, str]
    values: dict[str, str]
    findings: tuple[str, ...]


def bind_columns(contract: Contract, headers: tuple[str, ...], file_name: str) -> Bound:
    """Binds the headers of a file to the contract.

    Raises:
        DeliveryError: a column that the record type requires is not in the file.
    """
    findings: list[str] = []
    texts = {
        name: _source_text(contract, name, contract.columns.get(name), headers, file_name, findings, column.required)
        for name, column in contract.record.columns().items()
        if not (contract.values and name in ("measure", "value"))
    }
    values = {
        measure: _source_text(contract, measure, mapping, headers, file_name, findings, required=False)
        for measure, mapping in contract.values.items()
    }
    if contract.values and all(text == "NULL" for text in values.values()):
        raise _missing(contract, "values", [h for m in contract.values.values() for h in m.headers], headers, file_name)
    findings += _unknown(contract, headers)
    return Bound(texts, {m: t for m, t in values.items() if t != "NULL"}, tuple(findings))


def _source_text(
    contract: Contract, name: str, mapping: Mapping | None, headers: tuple[str, ...], file_name: str,
    findings: list[str], required: bool,
) -> str:  # fmt: skip
    if mapping is None:
        return "NULL"
    if mapping.constant is not None:
        return literal(mapping.constant)
    if mapping.parts:
        present = [p for p in mapping.parts if p in headers]
        if len(present) == len(mapping.parts) or (present and not required):
            pieces = ", ".join(f"nullif(trim({quote(p)}), '')" for p in present)
            return f"nullif(concat_ws('/', {pieces}), '')"
    present = [h for h in mapping.headers if h in headers]
    if len(present) > 1:
        findings.append(
            f"Columns {_words(present)} all mean `{name}`; the first is used. Keep one alias in the contract."
        )
    if present:
        return quote(present[0])
    wanted = [*mapping.headers, *mapping.parts]
    if required:
        raise _missing(contract, name, wanted, headers, file_name)
    if not mapping.optional:
        findings.append(
            f"Column {_words(wanted)} (`{name}`) is missing.{_renamed(wanted, headers)}"
            " Ask the department, add the new header as an alias, or mark it optional."
        )
    return "NULL"


def _missing(
    contract: Contract, name: str, wanted: list[str], headers: tuple[str, ...], file_name: str
) -> DeliveryError:
    return DeliveryError(
        file_name,
        f"the column for `{name}` is missing",
        found=_words(headers[:20]) + (f" and {len(headers) - 20} more" if len(headers) > 20 else ""),
        expected=" or ".join(f"'{w}'" for w in wanted),
        remedy=f"The department delivers it again, or whoever maintains {contract.file.name} adds the new header."
        + _renamed(wanted, headers),
    )


def _renamed(wanted: Iterable[str], headers: tuple[str, ...]) -> str:
    return next((hint for w in wanted if (hint := nearest(w, headers))), "")


def unknown_headers(contract: Contract, headers: Iterable[str]) -> list[str]:
    """The source columns that the contract neither maps nor ignores."""
    prefixes = tuple(i[:-1] for i in contract.ignore if i.endswith("*"))
    known = contract.headers
    return [h for h in headers if h not in known and not (prefixes and h.startswith(prefixes))]


def _unknown(contract: Contract, headers: tuple[str, ...]) -> list[str]:
    """One finding for each source column that is neither mapped nor ignored."""
    known = contract.headers
    unknown = unknown_headers(contract, headers)
    return [
        f"Column '{h}' is not in the contract.{_close(h, known)} Map it, or list it under [ignore] columns."
        for h in unknown[:50]
    ] + ([f"And {len(unknown) - 50} more columns are not in the contract."] if len(unknown) > 50 else [])


def _close(header: str, known: Iterable[str]) -> str:
    match = get_close_matches(header, list(known), n=1, cutoff=0.6)
    return f" It looks like '{match[0]}'." if match else ""


def _words(names: Iterable[str]) -> str:
    return ", ".join(f"'{n}'" for n in names)
