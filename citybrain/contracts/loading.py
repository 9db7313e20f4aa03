"""Reads contracts from TOML and says everything that is wrong with them, in words, at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citybrain.contracts.columns import check_columns, read_columns, read_values
from citybrain.contracts.contract import Contract, Delivery, Mapping
from citybrain.contracts.sections import (
    read_due,
    read_expect,
    read_ignore,
    read_owner,
    read_replace,
    read_scope,
    read_source,
)
from citybrain.contracts.select import Select, check_reader, read_select
from citybrain.contracts.table import Table
from citybrain.errors import ContractError
from citybrain.schema.columns import RecordType
from citybrain.schema.records import RECORD_TYPES

if TYPE_CHECKING:
    from citybrain.project import Project


class ContractErrors(ContractError):
    """Everything that is wrong with the contracts of a project; `errors` holds one error each."""

    def __init__(self, errors: Iterable[ContractError]) -> None:
        self.errors = list(errors)
        super().__init__("connectors", f"{len(self.errors)} errors in contracts")

    def sentence(self) -> str:
        """One line an error."""
        return "\n".join(e.sentence() for e in self.errors)


def load_contracts(project: Project) -> list[Contract]:
    """Every contract of the project, by feed name.

    Raises: ContractErrors, with all errors of all files.
    """
    contracts, errors = _read_all(project)
    if errors:
        raise ContractErrors(errors)
    return contracts


def check_contracts(project: Project) -> list[ContractError]:
    """All errors of all contracts of the project; empty when all can be loaded."""
    return _read_all(project)[1]


def load_contract(file: Path, department: str, levels: Iterable[str] = ()) -> Contract:
    """The contract of one TOML file, with the `.sql` and `.py` beside it.

    `levels` are the codes of the project's area levels; without them a stated level is not checked.
    Raises: ContractErrors.
    """
    errors: list[ContractError] = []
    contract = _read(file, department, list(levels), errors)
    if contract is None or errors:
        raise ContractErrors(errors)
    return contract


def _read_all(project: Project) -> tuple[list[Contract], list[ContractError]]:
    errors: list[ContractError] = []
    levels = [level.code for level in project.levels]
    folder = project.root / "connectors"
    read = [_read(file, file.parent.name, levels, errors) for file in sorted(folder.glob("*/*.toml"))]
    for file in sorted([*folder.glob("*/*.sql"), *folder.glob("*/*.py")]):
        if not file.with_suffix(".toml").exists() and file.name != "__init__.py":
            errors.append(ContractError(_shown(file), "no contract beside it", expected=file.with_suffix(".toml").name))
    for file in sorted(folder.glob("*.toml")):
        errors.append(
            ContractError(f"connectors/{file.name}", "not in the folder of a department", remedy="Move it there")
        )
    return sorted((c for c in read if c), key=lambda c: c.feed), errors


def _shown(file: Path) -> str:
    """The file as people name it: connectors/<department>/<feed>.toml."""
    return "/".join(file.parts[-3:])


def _read(file: Path, department: str, levels: list[str], errors: list[ContractError]) -> Contract | None:
    where, before = _shown(file), len(errors)
    content = _parse(file, where, errors)
    if content is None:
        return None
    for kind, name in (("department folder", department), ("file name", file.stem)):
        if not re.fullmatch(r"[\w-]+", name):
            expected = "letters, digits, '_' and '-'"
            errors.append(ContractError(where, f"the {kind} cannot name a feed", found=f"'{name}'", expected=expected))
    top = Table(where, content, errors)
    contract = _read_sections(top, file, department, levels)
    return contract if len(errors) == before else None


def _parse(file: Path, where: str, errors: list[ContractError]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        errors.append(ContractError(where, "the file is not UTF-8", remedy="Save it again as UTF-8"))
    except tomllib.TOMLDecodeError as error:
        stated = re.fullmatch(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
        reason, line, column = stated.groups() if stated else (str(error), None, None)
        found = f"{reason} at line {line}, column {column}" if line else f"{reason}, noticed at the end of the file"
        errors.append(
            ContractError(where, "not readable as TOML", found=found, remedy="Check quotes and brackets there")
        )
    return None


def _read_sections(top: Table, file: Path, department: str, levels: list[str]) -> Contract | None:
    title = top.text("title", required=True)
    record = RECORD_TYPES.get(top.choice("record", list(RECORD_TYPES), required=True))
    delivery = top.choice("delivery", [d.value for d in Delivery], required=True)
    owner, source = read_owner(top.table("owner"), department), read_source(top.table("source"))
    due, expect = read_due(top.table("due"), levels), read_expect(top.table("expect"))
    ignore, scope, replace = (
        read_ignore(top.table("ignore")),
        read_scope(top.table("scope")),
        read_replace(top.table("replace")),
    )
    columns_table, values_table = top.table("columns"), top.table("values")
    top.close()
    if record is None:
        return None
    columns, values = read_columns(columns_table, record, tuple(levels)), read_values(values_table)
    if values and record.name != "observation":
        values_table.wrong(
            f"record '{record.name}' has no [values]", remedy='Only record = "observation" takes wide sheets'
        )
    check_columns(columns_table, record, columns, values)
    _check_replace(top, replace, columns, record)
    _check_ignore(top, ignore, columns, values)
    select = _read_beside(top, file, columns, values)
    if not delivery:
        return None
    return Contract(
        feed=f"{department}.{file.stem}", file=file, title=title, record=record, delivery=Delivery(delivery),
        owner=owner, source=source, columns=columns, values=values, due=due, ignore=ignore, scope=scope, expect=expect,
        replace=replace, sql=select.text, sql_headers=select.reads, reader=_beside(file, ".py"),
    )  # fmt: skip


def _check_replace(
    top: Table, replace: dict[str, dict[str, str]], columns: dict[str, Mapping], record: type[RecordType]
) -> None:
    for name in replace:
        if name not in columns:
            what = (
                "is not mapped in [columns]"
                if name in record.columns()
                else f"is not a column of record '{record.name}'"
            )
            Table(top.file, {}, top.errors, f"replace.{name}").wrong(
                f"'{name}' {what}", expected=f"one of {', '.join(columns)}"
            )


def _check_ignore(top: Table, ignore: tuple[str, ...], columns: dict[str, Mapping], values: dict[str, Mapping]) -> None:
    used = {h for m in (*columns.values(), *values.values()) for h in (*m.headers, *m.parts)}
    for header in sorted(used & set(ignore)):
        Table(top.file, {}, top.errors, "ignore").wrong(
            f"the header '{header}' is both used and ignored", remedy="Remove it from one of them"
        )


def _beside(file: Path, suffix: str) -> Path | None:
    beside = file.with_suffix(suffix)
    return beside if beside.exists() else None


def _read_beside(top: Table, file: Path, columns: dict[str, Mapping], values: dict[str, Mapping]) -> Select:
    reader, sql = _beside(file, ".py"), _beside(file, ".sql")
    if reader:
        check_reader(reader, _shown(reader), top.errors)
    if not sql:
        return Select("", (), ())
    select = read_select(sql, _shown(sql), top.errors)
    for name, mapping in (*columns.items(), *values.items()):
        missing = [h for h in (*mapping.headers, *mapping.parts) if h not in select.returns]
        found_none = len(missing) == len(mapping.headers) + len(mapping.parts)
        if select.returns and missing and (mapping.parts or found_none):
            what = f"'{name}' maps '{missing[0]}', which the SELECT of {sql.name} does not return"
            top.wrong(what, expected=f"one of {', '.join(select.returns)}")
    return select
