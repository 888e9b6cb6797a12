"""Text of a PDF that Chromium has printed: enough of the format to read it back, page by page."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.S)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
SHOWN = re.compile(rb"/(\w+)\s+[\d.]+\s+Tf|<([0-9a-fA-F]+)>\s*Tj|\[((?:<[^>]*>|[^\]<])*)\]\s*TJ")


def pages(content: bytes) -> list[str]:
    """Text of each page, without its line breaks and with what spaces the fonts have."""
    objects = {int(number): body for number, body in OBJECT.findall(content)}
    found = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b", body):
            fonts = {
                name: _characters(objects, int(number))
                for name, number in re.findall(rb"/(F\d+)\s+(\d+) 0 R", _resources(objects, body))
            }
            (stream,) = re.findall(rb"/Contents\s+(\d+) 0 R", body)
            found.append(_text(_stream(objects[int(stream)]), fonts))
    return found


def _resources(objects: dict[int, bytes], page: bytes) -> bytes:
    """The page, and the dictionary of its fonts if that is another object."""
    outside = re.findall(rb"/(?:Resources|Font)\s+(\d+) 0 R", page)
    return page + b"".join(_resources(objects, objects[int(number)]) for number in outside)


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"FlateDecode" in body else found[1]


def _characters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """Characters of a font by their code."""
    mapped = re.search(rb"/ToUnicode\s+(\d+) 0 R", objects[font])
    table = _stream(objects[int(mapped[1])]) if mapped else b""
    characters: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            characters[int(code, 16)] = _unicode(text)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                characters[int(first, 16) + step] = chr(int(text, 16) + step)
    return characters


def _unicode(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be")


def _text(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    shown, font = [], {}
    for name, one, several in SHOWN.findall(stream):
        if name:
            font = fonts.get(name, {})
        for codes in [one] if one else re.findall(rb"<([0-9a-fA-F]+)>", several):
            shown += [font.get(int(codes[i : i + 4], 16), "") for i in range(0, len(codes), 4)]
    return "".join(shown)
