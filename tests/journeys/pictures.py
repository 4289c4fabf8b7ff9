"""Makes the documentation's pictures small: PNG with a palette, in pure Python."""

import struct
import sys
import zlib
from collections import Counter


def with_palette(png: bytes) -> bytes:
    """The same picture in 256 of its colours, other colours as the nearest of them."""
    width, height, rows = _pixels(png)
    counted = Counter(row[at : at + 3] for row in rows for at in range(0, 3 * width, 3))
    palette = _chosen([colour for colour, _n in counted.most_common()])
    place = {
        colour: min(range(len(palette)), key=lambda i: _distance(palette[i], colour))
        for colour in counted
    }
    body = b"".join(
        b"\0" + bytes(place[row[at : at + 3]] for at in range(0, 3 * width, 3)) for row in rows
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(body, 9))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in [*chunks, (b"IEND", b"")])


def _chosen(colours: list[bytes], apart: int = 40) -> list[bytes]:
    """The commonest 256 that are not too much alike: else the greys crowd out a red word."""
    palette: list[bytes] = []
    for colour in colours:
        if len(palette) < 256 and all(_distance(colour, other) > apart for other in palette):
            palette.append(colour)
    return palette


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of an 8-bit RGB picture, which is what Chromium takes."""
    width, height, depth, colours = struct.unpack(">IIBB", png[16:26])
    if (depth, colours) != (8, 2):
        sys.exit("this browser's pictures are not 8-bit RGB")
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += 12 + length
    data, stride = zlib.decompress(packed), 3 * width
    rows: list[bytes] = []
    before = bytes(stride)
    for start in range(0, len(data), stride + 1):
        before = _unfiltered(data[start], data[start + 1 : start + 1 + stride], before)
        rows.append(before)
    return width, height, rows


def _unfiltered(how: int, line: bytes, above: bytes) -> bytes:
    """Undoes one of PNG's five filters of a row (PNG specification, section 9)."""
    row = bytearray(line)
    for i in range(len(row)):
        left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
        match how:
            case 1:
                row[i] = (row[i] + left) & 255
            case 2:
                row[i] = (row[i] + above[i]) & 255
            case 3:
                row[i] = (row[i] + (left + above[i]) // 2) & 255
            case 4:
                guess = left + above[i] - corner
                nearest = min((left, above[i], corner), key=lambda value: abs(guess - value))
                row[i] = (row[i] + nearest) & 255
    return bytes(row)
