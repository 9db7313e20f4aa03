"""What kind of file it is: by its content first, by its name second."""

from __future__ import annotations

import re
from pathlib import Path

from citybrain.errors import ContractError, DeliveryError, nearest
from citybrain.readers.container import damaged, ole_kind, protected, zip_names
from citybrain.readers.encoding import read_head

KINDS = ("text", "workbook", "json", "parquet", "database", "geo", "custom")
NAMES = {
    "csv": "text", "tsv": "text", "txt": "text", "xlsx": "workbook", "xls": "workbook", "xlsm": "workbook",
    "ods": "workbook", "excel": "workbook", "ndjson": "json", "jsonl": "json", "geojson": "geo", "shapefile": "geo",
    "shp": "geo", "geopackage": "geo", "gpkg": "geo", "topojson": "geo", "sqlite": "database",
}  # fmt: skip
"""What people call a kind."""

REFUSED = (
    (b"%PDF", "a PDF document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a text document"),
)
"""Bytes at the beginning -> what it is; none of these is read."""


def sniff_kind(path: Path, stated: str = "") -> str:
    """One of `KINDS`.

    Raises:
        ContractError: the stated kind is unknown.
        DeliveryError: the file is missing, empty, or of a kind that is not read.
    """
    if stated:
        kind = NAMES.get(stated.lower(), stated.lower())
        if kind not in KINDS:
            raise ContractError(
                path.name,
                f"the kind '{stated}' is unknown.{nearest(stated, [*KINDS, *NAMES])}",
                expected=", ".join(KINDS),
            )
        return kind
    if not path.is_file():
        raise DeliveryError(path.name, "there is no such file")
    head = read_head(path)
    if not head:
        raise DeliveryError(path.name, "the file is empty", remedy="Deliver the file again")
    return _binary_kind(path, head) or _text_kind(path, head)


def _binary_kind(path: Path, head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(b"PK\x05\x06"):
        raise damaged(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\x00"):
        return "geo" if head[68:72] in (b"GPKG", b"GP10", b"GP11") else "database"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "geo"
    if re.match(rb"\x09[\x00\x02\x04\x08].\x00", head, re.DOTALL):
        return "workbook"
    for magic, what in REFUSED:
        if head.startswith(magic):
            raise _refused(path, what)
    return ""


def _zip_kind(path: Path) -> str:
    names = zip_names(path)
    if any(n.startswith("xl/") for n in names) or "content.xml" in names:
        return "workbook"
    if sum(n.lower().endswith(".shp") for n in names) == 1:
        return "geo"
    raise _refused(path, "a ZIP archive", "Unpack it and deliver the table in it")


def _ole_kind(path: Path) -> str:
    kind = ole_kind(path)
    if kind == "encrypted":
        raise protected(path)
    if not kind:
        raise _refused(path, "an Office document without a sheet")
    return kind


def _text_kind(path: Path, head: bytes) -> str:
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"<(!doctype html|html|table|head|meta|body|style|div)", start, re.IGNORECASE):
        raise _refused(
            path, "a web page under the name of a table", "Open it in Excel or WPS and save it as XLSX or CSV"
        )
    if start.startswith(b"<?xml") or start.startswith(b"<Workbook"):
        raise _refused(path, "an XML document", "Open it in Excel or WPS and save it as XLSX or CSV")
    is_text_by_name = path.suffix.lower() in (".csv", ".tsv", ".txt")
    is_json_by_name = path.suffix.lower() in (".json", ".ndjson", ".jsonl", ".geojson", ".topojson")
    is_json = re.match(rb'\{\s*["}]|\[\s*[\[{\]]', start) and not (is_text_by_name and start.startswith(b"[["))
    if is_json or (is_json_by_name and start[:1] in (b"{", b"[")):
        is_map = re.search(rb'"type"\s*:\s*"(FeatureCollection|Topology)"', head[: 1 << 16])
        return "geo" if is_map or path.suffix.lower() in (".geojson", ".topojson") else "json"
    return "text"


def _refused(path: Path, what: str, remedy: str = "Deliver the table as CSV or XLSX") -> DeliveryError:
    return DeliveryError(path.name, "this is not a table", found=what, remedy=remedy)
