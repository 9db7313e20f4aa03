"""Which encoding a text file is in, and turning it into UTF-8."""

from __future__ import annotations

import codecs
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from citybrain.errors import ContractError, DeliveryError
from citybrain.readers.files import new_file

HEAD_BYTES = 1 << 20
SAMPLE_LINES = 200
"""So many lines with bytes beyond ASCII, of each sampled part, decide between UTF-8, GB18030 and Latin-1."""

ICONV_NAMES = {
    "utf-8-sig": "UTF-8", "gbk": "GB18030", "gb2312": "GB18030", "gb18030": "GB18030", "cp936": "GB18030",
    "iso8859-1": "ISO-8859-1", "latin-1": "ISO-8859-1", "utf-16": "UTF-16", "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
}  # fmt: skip
"""Python's names of encodings -> iconv's; GBK and GB2312 are read as their superset, which loses nothing."""


def read_head(path: Path) -> bytes:
    """The first megabyte of the file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def is_utf8_head(head: bytes) -> bool:
    """True when the bytes are UTF-8, save for a character cut off at the end of a full head."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def utf16_of(head: bytes) -> str:
    """`utf-16` with a byte order mark, `utf-16-le` or `utf-16-be` by where the zero bytes stand, or an empty string."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[: 1 << 16]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    # ASCII digits, separators and line ends fill at least a fifth of any table; their other byte is zero.
    if max(even, odd) < len(sample) / 10 or min(even, odd) > max(even, odd) / 10:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def legacy_encoding(path: Path, known: int = 0) -> str:
    """`gb18030` or `latin-1` for a file that is not UTF-8, judged by lines from the whole of it.

    Args:
        known: offset at which a line begins from which on bytes that are not UTF-8 are known to stand.

    Raises:
        DeliveryError: most of it is UTF-8, so that some bytes must be damaged.
    """
    lines = list(_lines_beyond_ascii(path, known))
    as_utf8 = [_decodes(line, "utf-8") for _, line in lines]
    if sum(as_utf8) * 2 > len(lines):
        offset = next((o for (o, _), good in zip(lines, as_utf8, strict=True) if not good), None)
        raise DeliveryError(
            path.name, "the text is UTF-8 but some bytes are damaged",
            found=f"a line from byte {offset} on that is not UTF-8" if offset is not None else "",
            remedy="Export the file again as UTF-8; it may have been cut off or joined from two encodings",
        )  # fmt: skip
    decoded = "".join(line.decode("gb18030", "replace") for _, line in lines)
    beyond = {c: many for c, many in Counter(decoded).items() if ord(c) > 127}
    # Western letters paired by chance fall outside GB 2312, Chinese text hardly ever does.
    common = sum(many for c, many in beyond.items() if c != "\ufffd" and _encodes(c, "gb2312"))
    return "gb18030" if common * 2 > sum(beyond.values()) else "latin-1"


def normal_encoding(stated: str, where: str) -> str:
    """Python's name of a stated encoding; GBK and GB2312 become GB18030.

    Raises:
        ContractError: nobody knows that encoding.
    """
    try:
        name = codecs.lookup(stated).name
    except LookupError as error:
        raise ContractError(
            where, "the encoding is unknown", found=stated, remedy="State utf-8, gb18030 or utf-16"
        ) from error
    return "gb18030" if name in ("gbk", "gb2312", "cp936") else "utf-8" if name == "utf-8-sig" else name


def to_utf8(path: Path, encoding: str, spool: Path) -> Path:
    """The file rewritten as UTF-8 in the spool folder by `iconv`.

    `iconv` and not Python's codec: it is faster, and gives the rare characters of GB18030 their real code points.

    Raises:
        DeliveryError: some bytes are not of that encoding.
    """
    converted = new_file(spool, ".csv")
    command = ["iconv", "-f", ICONV_NAMES.get(encoding, encoding), "-t", "UTF-8", str(path)]
    try:
        with converted.open("wb") as out:
            done = subprocess.run(
                command, stdout=out, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}, check=False
            )
    except FileNotFoundError as error:
        raise DeliveryError(
            path.name, f"the text is {encoding}, and the program iconv, which converts it, is not installed",
            remedy="Install iconv (part of the C library tools), or deliver UTF-8",
        ) from error  # fmt: skip
    if done.returncode and b"not supported" in done.stderr:
        raise ContractError(
            path.name, "iconv cannot convert the encoding", found=encoding, remedy="Deliver the file as UTF-8"
        )
    if done.returncode:
        place = re.search(rb"position (\d+)", done.stderr)
        raise DeliveryError(
            path.name, f"the text is not {encoding}",
            found=f"undecodable bytes at offset {int(place[1])}" if place else "an unfinished last character",
            remedy="Export the file again as UTF-8, or state the right encoding",
        )  # fmt: skip
    return converted


def _lines_beyond_ascii(path: Path, known: int) -> Iterator[tuple[int, bytes]]:
    """Lines with bytes beyond ASCII (offset, bytes): first, last, evenly between, and from the offset `known` on."""
    size = path.stat().st_size
    starts = sorted({*range(0, size, max(size // 64, HEAD_BYTES)), known})
    with path.open("rb") as file:
        for start in starts:
            file.seek(start)
            offset = start + (len(file.readline()) if start not in (0, known) else 0)
            block = file.read(HEAD_BYTES)
            lines = block.splitlines(keepends=True)
            if file.tell() < size:
                # The last line is cut off.
                lines = lines[:-1]
            count = 0
            for line in lines:
                if not line.isascii():
                    count += 1
                    yield offset, line.rstrip(b"\r\n")
                if count == SAMPLE_LINES:
                    break
                offset += len(line)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
