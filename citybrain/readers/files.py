"""Files as the engine sees them."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from citybrain.sql import literal


def new_file(spool: Path, suffix: str = ".parquet") -> Path:
    """An empty file of its own name in the spool folder."""
    descriptor, name = tempfile.mkstemp(dir=spool, prefix="read-", suffix=suffix)
    os.close(descriptor)
    return Path(name)


def sql_file(path: Path) -> str:
    """The path as an SQL literal; `*`, `?` and `[` in a file name are no pattern."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))
