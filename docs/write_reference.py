"""Writes the reference pages from the code that they describe: `make docs`.

A test fails when a page is stale, so whoever adds a record type, an indicator or a reason runs this once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from citybrain.indicators import STANDARD_DICTIONARY, load_dictionary
from citybrain.indicators.indicator import Indicator, Kind
from citybrain.schema.columns import Column, Declared, RecordType
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.shared import SHARED_TABLES
from citybrain.schema.words import RecordWords
from citybrain.semantics import REASONS, SEMANTIC_TYPES

DOCS = Path(__file__).resolve().parent
CHINESE = RecordWords("zh")
WRITTEN = "<!-- Written by docs/write_reference.py; change the code and run `make docs`. -->\n\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line breaks in cells cannot break it."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(headings), line(["---"] * len(headings)), *map(line, rows)]) + "\n"


def record_types() -> str:
    """What departments deliver."""
    parts = [
        "# Record types\n\nA feed delivers exactly one of these row shapes. Contracts map headers to these columns.\n"
    ]
    for record in RECORD_TYPES.values():
        meaning = "".join(CHINESE.meaning(record))
        parts.append(f"## `{record.name}` {CHINESE.record_title(record)}\n\n{_paragraphs(record)}\n\n{meaning}\n")
        rows = [_record_column(record, name, column) for name, column in record.columns().items()]
        parts.append(table(("column", "中文", "semantic type", "", "sensitivity", "meaning"), rows))
        parts.append(f"Key: {_names(record.key)}." + (f" Date: `{record.date}`." if record.date else "") + "\n")
    return "\n".join(parts)


def _record_column(record: type[RecordType], name: str, column: Column) -> tuple[str, ...]:
    notes = [column.doc, f"Unit: {column.unit}." if column.unit else ""]
    notes.append(f"Served as `{column.pseudonym}`." if column.pseudonym else "")
    notes += [f"`{code}`: {', '.join(words)}." for code, words in column.codes]
    meaning = " ".join(filter(None, notes))
    title, required = CHINESE.column_title(record, name), "required" if column.required else ""
    return f"`{name}`", title, f"`{column.semantic}`", required, column.sensitivity.value, meaning


def shared_tables() -> str:
    """What a snapshot serves."""
    parts = [
        "# Shared tables\n\nWhat the models make of the records, as a snapshot holds it. No column names a person.\n"
    ]
    for shared in SHARED_TABLES.values():
        parts.append(f"## `shared.{shared.table}`\n\n{_paragraphs(shared)}\n")
        rows = [
            (f"`{name}`", column.sql_type, column.doc + (f" Unit: {column.unit}." if column.unit else ""))
            for name, column in shared.columns().items()
        ]
        parts.append(table(("column", "type", "meaning"), rows))
        if shared.key:
            parts.append(f"Key: {_names(shared.key)}.\n")
    return "\n".join(parts)


def semantic_types() -> str:
    """What a column can mean."""
    rows = [
        (f"`{kind.name}`", kind.title_zh, kind.title_en, kind.sql_type, _names(_reasons_of(kind.name)))
        for kind in SEMANTIC_TYPES.values()
    ]
    head = (
        "# Semantic types\n\nEach has one normaliser and one check. A column of type `code` states its code list.\n\n"
    )
    return head + table(("name", "中文", "English", "value", "reasons"), rows)


def reasons() -> str:
    """Why a row is set aside."""
    rows = [(f"`{code}`", zh, en) for code, (zh, en) in sorted(REASONS.items())]
    head = "# Reasons\n\nWhy a row is in quarantine, as the department reads it. A row has every reason that holds.\n\n"
    return head + table(("reason", "中文", "English"), rows)


def _reasons_of(semantic: str) -> list[str]:
    return [code for code in REASONS if code.split(".")[0] == semantic]


def indicators() -> str:
    """The standard dictionary."""
    parts = ["# Indicators\n\nThe standard dictionary, `citybrain/dictionary/*.toml`; a city may add its own.\n"]
    for indicator in (i for i in load_dictionary([STANDARD_DICTIONARY]) if not i.version_of):
        parts.append(f"## `{indicator.id}` {indicator.title.zh} · {indicator.title.en}\n")
        parts.append(f"{indicator.definition.zh}\n\n{indicator.definition.en}\n")
        parts.append(table(("", ""), _indicator_facts(indicator)))
    return "\n".join(parts)


def _indicator_facts(indicator: Indicator) -> list[tuple[str, str]]:
    facts = [
        ("unit", f"{indicator.unit.zh} · {indicator.unit.en}"),
        (
            "kind",
            f"{indicator.kind}, {indicator.better} is better" if indicator.better != "neutral" else str(indicator.kind),
        ),
        ("owner", indicator.owner),
    ]
    if indicator.version.changed:
        facts.append(
            (
                f"version {indicator.version.number}",
                f"from {indicator.version.valid_from}: {indicator.version.changed.en}",
            )
        )
    if indicator.measure:
        measure = indicator.measure
        day = f", on `{measure.on}`" if measure.on else ""
        where = f", where `{measure.where}`" if measure.where else ""
        facts.append(("measure", f"`{measure.value}` from `{measure.source}`{day}{where}"))
        facts.append(("no row means", indicator.absent.replace("_", " ")))
    if indicator.kind is Kind.CUMULATIVE:
        facts.append(("running total of", f"`{indicator.of}`"))
    if indicator.kind is Kind.RATIO:
        facts.append(("ratio", f"{indicator.scale:g} × `{indicator.numerator}` / `{indicator.denominator}`"))
    return facts


def contents() -> str:
    """The index of the reference."""
    pages = {
        "record-types": "what departments deliver", "shared-tables": "what a snapshot serves",
        "semantic-types": "what a column can mean", "reasons": "why a row is set aside",
        "indicators": "every number, defined once",
    }  # fmt: skip
    rows = [f"- [{name.replace('-', ' ').capitalize()}]({name}.md): {what}" for name, what in pages.items()]
    rows.append("- [The command line](../cli.md): every command and exit code")
    return "# Reference\n\nWritten from the code.\n\n" + "\n".join(rows) + "\n"


def _paragraphs(declared: type[Declared]) -> str:
    return declared.meaning().strip()


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def pages() -> dict[Path, str]:
    """Every generated page with its text."""
    written = {
        "reference/README.md": contents,
        "reference/record-types.md": record_types,
        "reference/shared-tables.md": shared_tables,
        "reference/semantic-types.md": semantic_types,
        "reference/reasons.md": reasons,
        "reference/indicators.md": indicators,
    }
    return {DOCS / name: WRITTEN + write() for name, write in written.items()}


def main() -> None:
    """Writes all pages."""
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
