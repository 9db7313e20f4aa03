"""The models: one `.sql` file a shared table, run in the order of their own references."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from citybrain.errors import ContractError
from citybrain.schema.shared import SHARED_TABLES
from citybrain.sql import quote

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Model:
    """One SQL file: folder = schema, file = table."""

    name: str
    sql: str
    reads: frozenset[str]
    """The relations the SQL refers to, as `schema.table`."""

    def fingerprint(self, inputs: dict[str, str]) -> str:
        """Of the SQL and everything it reads."""
        text = self.sql + "".join(f"\n{name}:{inputs[name]}" for name in sorted(self.reads))
        return hashlib.sha256(text.encode()).hexdigest()


def load_models(folder: Path = FOLDER) -> list[Model]:
    """Every model, in an order in which each comes after what it reads.

    Raises:
        ContractError: a model is not one portable SELECT, or models read one another in a circle.
    """
    # sqlglot is slow to load, and models that were checked before are not read again.
    from citybrain.models.portable import relations, unportable

    models = {}
    for file in sorted(folder.glob("*/*.sql")):
        sql = file.read_text(encoding="utf-8")
        if problems := unportable(sql):
            raise ContractError(file.name, "the model leaves the portable subset of SQL", found="; ".join(problems))
        model = Model(f"{file.parent.name}.{file.stem}", sql, relations(sql))
        models[model.name] = model
    try:
        order = TopologicalSorter({m.name: sorted(m.reads & models.keys()) for m in models.values()}).static_order()
        return [models[name] for name in order]
    except CycleError as error:
        raise ContractError(
            "models", "models read one another in a circle", found=" -> ".join(error.args[1])
        ) from error


def check_models(con: duckdb.DuckDBPyConnection, models: list[Model]) -> None:
    """Binds every model on empty inputs and compares its columns with the declared table; reads no row.

    The connection must hold `records.*` and `shared.areas` (empty will do).

    Raises:
        ContractError: SQL that does not bind, or columns that differ from the declaration.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS shared")
    for model in models:
        try:
            described = con.execute(f"DESCRIBE {model.sql}").fetchall()
        except duckdb.Error as error:
            raise ContractError(
                f"{model.name}.sql", "the model does not bind", found=str(error).splitlines()[0]
            ) from error
        found = {row[0]: row[1] for row in described}
        declared = {n: c.sql_type for n, c in SHARED_TABLES[model.name.split(".")[1]].columns().items()}
        if found != declared:
            raise ContractError(
                f"{model.name}.sql", "the columns are not those declared in citybrain/schema/shared.py",
                found=_differences(found, declared), expected=_differences(declared, found),
            )  # fmt: skip
        columns = ", ".join(f"{quote(n)} {t}" for n, t in declared.items())
        con.execute(f"CREATE TABLE {model.name} ({columns})")


def _differences(these: dict[str, str], those: dict[str, str]) -> str:
    return ", ".join(f"{n} {t}" for n, t in these.items() if those.get(n) != t) or "the same columns in another order"
