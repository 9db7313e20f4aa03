"""The vault: who stands behind a pseudonym, encrypted, opened only for a stated purpose and never without a trace.

DuckDB can read encrypted files by itself but writes them securely only with an extension that must be downloaded, which a
closed network cannot. So the vault is a Parquet file sealed as a whole: AES-256-GCM in blocks of 4 MiB, each under its own
nonce and bound to its position, so that cutting, swapping or changing a block is noticed (NIST SP 800-38D).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from citybrain.contracts.contract import Contract
from citybrain.errors import AccessError, BuildError
from citybrain.ingest import Batch, current_batches
from citybrain.project import Paths
from citybrain.schema.columns import Sensitivity
from citybrain.sql import literal, quote
from citybrain.warehouse.records import sql_accepted
from citybrain.warehouse.secrets import secret, sql_pseudonym

_BLOCK = 4 << 20
_MAGIC = b"CBVAULT1"


def vault_file(paths: Paths, feed: str) -> Path:
    """Where the identities of one feed are sealed."""
    return paths.vault / f"{feed}.vault"


def has_identities(contract: Contract) -> bool:
    """Whether the feed's record type names persons by an identifier that has a pseudonym."""
    return any(c.pseudonym == "person_key" for c in contract.record.columns().values())


def seal_feed(
    con: duckdb.DuckDBPyConnection, paths: Paths, contract: Contract, batches: Sequence[Batch], work: Path
) -> None:
    """Writes the identities that a feed holds now: one row for each accepted row.

    Columns: `person_key`, the record type's direct identifiers, `batch`, `source_line`.
    """
    current = current_batches(batches, contract)
    target = vault_file(paths, contract.feed)
    if not current:
        target.unlink(missing_ok=True)
        return
    direct = {n: c for n, c in contract.record.columns().items() if c.sensitivity is Sensitivity.DIRECT}
    person = next(n for n, c in direct.items() if c.pseudonym == "person_key")
    columns = ", ".join([f"{sql_pseudonym(quote(person), 'person')} AS person_key", *map(quote, direct)])
    plain = work / f"{contract.feed}.identities"
    con.execute(
        f"COPY (SELECT {columns}, batch, source_line FROM {sql_accepted(paths, contract, current)})"
        f" TO {literal(plain)} (FORMAT parquet)"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o700)
    _seal(plain, target, secret(paths, "vault"))
    plain.unlink()


def _seal(plain: Path, target: Path, key: bytes) -> None:
    cipher, prefix = AESGCM(key), secrets.token_bytes(8)
    beside = target.with_suffix(".part")
    last = (plain.stat().st_size + _BLOCK - 1) // _BLOCK - 1
    with plain.open("rb") as reader, beside.open("wb") as writer:
        beside.chmod(0o600)
        writer.write(_MAGIC + prefix)
        for number in range(last + 1):
            nonce = prefix + number.to_bytes(4, "big")
            writer.write(cipher.encrypt(nonce, reader.read(_BLOCK), _position(number, last)))
        writer.flush()
        os.fsync(writer.fileno())
    beside.replace(target)


def _position(number: int, last: int) -> bytes:
    return b"last" if number == last else number.to_bytes(4, "big")


def _unseal(target: Path, plain: Path, key: bytes) -> None:
    cipher = AESGCM(key)
    last = (target.stat().st_size - len(_MAGIC) - 8 + _BLOCK + 15) // (_BLOCK + 16) - 1
    with target.open("rb") as reader, plain.open("wb") as writer:
        plain.chmod(0o600)
        if reader.read(len(_MAGIC)) != _MAGIC:
            raise BuildError(target.name, "this is not a vault file", remedy="Restore it, or build again")
        prefix = reader.read(8)
        try:
            for number in range(last + 1):
                nonce = prefix + number.to_bytes(4, "big")
                writer.write(cipher.decrypt(nonce, reader.read(_BLOCK + 16), _position(number, last)))
        except InvalidTag as error:
            raise BuildError(
                target.name, "the vault file was changed or its key is another", remedy="Restore both from one backup"
            ) from error


@contextmanager
def opened_vault(paths: Paths, contract: Contract, *, user: str, purpose: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the relation `identities` of one feed, for as long as the block lasts.

    The opening is written to `vault/audit.jsonl` before anything can be read.

    Raises:
        AccessError: no purpose, or one for which the contract does not allow the feed to be used.
        BuildError: the vault file is damaged.
    """
    if purpose not in contract.owner.purposes:
        raise AccessError(
            contract.feed,
            "identities are opened only for a purpose that the feed's contract names",
            found=f"'{purpose}'" if purpose else "no purpose",
            expected=" or ".join(contract.owner.purposes) or "none: it names no purpose",
            remedy="State the purpose, or ask the owner of the feed",
        )
    _write_audit(paths, contract, user, purpose)
    plain = paths.work / f"opened-{os.getpid()}-{secrets.token_hex(8)}"
    plain.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    try:
        _unseal(vault_file(paths, contract.feed), plain, secret(paths, "vault"))
        con.execute(f"CREATE VIEW identities AS FROM read_parquet({literal(plain)})")
        yield con
    finally:
        con.close()
        plain.unlink(missing_ok=True)


def _write_audit(paths: Paths, contract: Contract, user: str, purpose: str) -> None:
    entry = {"at": dt.datetime.now(dt.UTC).isoformat(), "user": user, "feed": contract.feed, "purpose": purpose}
    with (paths.vault / "audit.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry, ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())
