"""A few rows of each feed of the demo, for people who want to see what departments deliver without running anything."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from citybrain.demo.county import make_county

RESIDENTS, SEED = 6_000, 2020
FIRST_LINES, LAST_LINES = 15, 2
MOST_RECORDS = 4
TEXTS = (".csv", ".tsv", ".txt")


def write_sample(folder: Path) -> list[Path]:
    """Writes one shortened file of each feed below `folder`, in place of what was there, and returns them.

    Text is cut to its first and last lines and turned into UTF-8, whatever the department writes; records of JSON are
    cut to the first few; workbooks are those of a county of 6,000 people, whole.
    """
    written = []
    shutil.rmtree(folder, ignore_errors=True)
    with TemporaryDirectory() as place:
        make_county(Path(place), residents=RESIDENTS, seed=SEED)
        extracts = Path(place) / "data" / "extracts"
        for source in _one_of_each_feed(extracts):
            target = folder / source.relative_to(extracts)
            target.parent.mkdir(parents=True, exist_ok=True)
            _shorten(source, target)
            written.append(target)
    return written


def _one_of_each_feed(extracts: Path) -> list[Path]:
    """A third of the way into each series: files of one folder whose names are the same up to the first digit."""
    series: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(p for p in extracts.rglob("*") if p.is_file()):
        name = re.split(r"\d", path.stem)[0].rstrip("_")
        series[f"{path.parent}/{name}"].append(path)
    return [files[len(files) // 3] for files in series.values()]


def _shorten(source: Path, target: Path) -> None:
    if source.suffix in TEXTS:
        target.write_text(_cut_lines(_decode(source.read_bytes())), encoding="utf-8", newline="")
    elif source.suffix == ".json":
        records = _cut_lists(json.loads(_decode(source.read_bytes())))
        target.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def _cut_lists(value: Any) -> Any:
    """The same with the first records of each list."""
    if isinstance(value, list):
        return [_cut_lists(item) for item in value[:MOST_RECORDS]]
    return {key: _cut_lists(item) for key, item in value.items()} if isinstance(value, dict) else value


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _cut_lines(text: str) -> str:
    lines = text.splitlines()
    if len(lines) > FIRST_LINES + LAST_LINES:
        lines = [*lines[:FIRST_LINES], *lines[-LAST_LINES:]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_sample(Path("data/sample"))
