"""The fingerprint of a contract: whether a delivery would be read differently now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import cache
from typing import Any

from citybrain.contracts.contract import Contract, Expect, Mapping, Source

NOT_READING = frozenset({"file", "title", "owner", "due", "sql_headers"})
"""Fields of a contract that do not change which rows come out of a delivery."""


def contract_fingerprint(contract: Contract) -> str:
    """SHA-256 of all that decides how a delivery is read, with the text of the `.sql` and `.py` beside the contract.

    Comments, order and spacing of the file do not count. Title, owner and due time are left out: nothing has to be
    read again because a phone number changed.
    """
    content = {f.name: getattr(contract, f.name) for f in fields(contract) if f.name not in NOT_READING}
    content["record"] = contract.record.name
    content["reader"] = contract.reader.read_text(encoding="utf-8") if contract.reader else ""
    return hashlib.sha256(json.dumps(_plain(content), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The value as JSON types; fields at their default are left out, so that a new option changes no fingerprint."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Source | Mapping | Expect):
        kind: type = type(value)
        return {n: _plain(v) for n, default in _defaults(kind) if (v := getattr(value, n)) != default}
    return value


@cache
def _defaults(kind: type) -> list[tuple[str, Any]]:
    return [(f.name, f.default) for f in fields(kind)]
