"""The project's secrets: made once, readable by the owner only, never in a snapshot, log or message."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import duckdb

from citybrain.project import Paths

_PSEUDONYM_VARIABLE = "citybrain_pseudonym_key"


def secret(paths: Paths, name: str) -> bytes:
    """The 32 secret bytes of that name, made at first use; losing them loses the pseudonyms."""
    file = paths.keys / f"{name}.key"
    try:
        return bytes.fromhex(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        _make(file)
        return secret(paths, name)


def _make(file: Path) -> None:
    """Writes beside and links into place, so that all who start together agree on one secret."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    beside = file.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32))
    try:
        file.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def arm_pseudonyms(con: duckdb.DuckDBPyConnection, paths: Paths) -> None:
    """Gives the connection the key, as a variable: it stands in no SQL text and so in no message or plan."""
    con.execute(f"SET VARIABLE {_PSEUDONYM_VARIABLE} = $key", {"key": secret(paths, "pseudonym").hex()})


def sql_pseudonym(text: str, kind: str) -> str:
    """SQL of the keyed pseudonym (BIGINT, 60 bits of SHA-256 over key, kind and text); NULL stays NULL.

    Without the key a pseudonym cannot be guessed by trying all ID numbers. Of 100 million persons two share a
    pseudonym with a probability of 0.4 %.
    """
    keyed = f"getvariable('{_PSEUDONYM_VARIABLE}') || '{kind}:' || {text}"
    return f"('0x' || substr(sha256({keyed}), 1, 15))::BIGINT"
