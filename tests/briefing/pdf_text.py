"""The text of a PDF, page by page: enough of ISO 32000 to read back what Typst writes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_TOKEN = re.compile(rb"\(|<<|>>|<[0-9A-Fa-f\s]*>|/\w+|[A-Za-z'\"*]+")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page in the order of its content; what is shown by one operator is one word."""
    objects = _objects(pdf)
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b(?!s)", body)]
    numbers = {body: number for number, body in objects.items()}
    order = [
        int(n)
        for kids in re.findall(rb"/Kids\s*\[([^\]]*)\]", b"".join(objects.values()))
        for n in re.findall(rb"(\d+) 0 R", kids)
    ]
    pages.sort(key=lambda body: order.index(numbers[body]) if numbers[body] in order else -1)
    return [_page_text(body, objects) for body in pages]


def _objects(pdf: bytes) -> dict[int, bytes]:
    found = {int(n): body for n, body in _OBJECT.findall(pdf)}
    for body in list(found.values()):
        if b"/ObjStm" in body:
            unpacked, first = _stream(body), int(re.search(rb"/First (\d+)", body)[1])
            heads = [int(n) for n in unpacked[:first].split()]
            ends = [*heads[3::2], len(unpacked) - first]
            for number, start, end in zip(heads[::2], heads[1::2], ends, strict=True):
                found[number] = unpacked[first + start : first + end]
    return found


def _stream(body: bytes) -> bytes:
    packed = _STREAM.search(body)[1]
    return zlib.decompress(packed) if b"FlateDecode" in body else packed


def _page_text(page: bytes, objects: dict[int, bytes]) -> str:
    content = objects[int(re.search(rb"/Contents (\d+) 0 R", page)[1])]
    return _text(_stream(content), _resources(page, objects), objects)


def _resources(owner: bytes, objects: dict[int, bytes]) -> bytes:
    referred = re.search(rb"/Resources (\d+) 0 R", owner)
    return objects[int(referred[1])] if referred else owner


def _text(content: bytes, resources: bytes, objects: dict[int, bytes]) -> str:
    fonts = {
        name: _characters(objects[int(n)], objects)
        for name, n in re.findall(rb"/(\w+) (\d+) 0 R", resources)
        if b"/ToUnicode" in objects[int(n)]
    }
    words, font, codes, last = [], b"", b"", b""
    for token in _tokens(content):
        if token == b"Tf":
            font = last
        elif token in (b"Tj", b"TJ"):
            words.append("".join(fonts[font].get(codes[i : i + 2], "") for i in range(0, len(codes), 2)))
            codes = b""
        elif token[:1] in b"<(" and token != b"<<":
            codes += _bytes(token)
        elif token.startswith(b"/"):
            last = token[1:]
    for _name, n in re.findall(rb"/(\w+) (\d+) 0 R", resources):
        body = objects[int(n)]
        if b"/Subtype /Form" in body or b"/Subtype/Form" in body:
            words.append(_text(_stream(body), _resources(body, objects), objects))
    return " ".join(words)


def _tokens(content: bytes) -> Iterator[bytes]:
    """Names, operators and strings; a string in brackets may hold balanced brackets."""
    at = 0
    while match := _TOKEN.search(content, at):
        token, at = match[0], match.end()
        if token == b"(":
            depth = 1
            while depth:
                step = 2 if content[at : at + 1] == b"\\" else 1
                depth += {b"(": 1, b")": -1}.get(content[at : at + step], 0)
                at += step
            token = content[match.start() : at]
        yield token


def _bytes(literal: bytes) -> bytes:
    if literal.startswith(b"<"):
        return bytes.fromhex(literal[1:-1].decode())
    return re.sub(rb"\\([0-7]{1,3}|.|\n)", _unescaped, literal[1:-1], flags=re.DOTALL)


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code[:1].isdigit() else _ESCAPES.get(code, code)


def _characters(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    """Two-byte code → characters, by the ToUnicode table of the font."""
    table = _stream(objects[int(re.search(rb"/ToUnicode (\d+) 0 R", font)[1])])
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(text, 16)
            for n in range(int(high, 16) - int(low, 16) + 1):
                found[(int(low, 16) + n).to_bytes(2, "big")] = chr(start + n)
    return found
