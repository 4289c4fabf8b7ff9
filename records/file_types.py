"""Decides by name and by content which files may be uploaded; their text is for `attached_text`.

Nothing is decoded or unpacked here: images and archives are judged by their headers alone.
"""

import hashlib
import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO

import puremagic
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from records.attached_text import decoded

__all__ = ["FileType", "RefusedFile", "inspect_upload"]

MAX_BYTES = 25 * 2**20
MAX_PIXELS = 50_000_000
MAX_ENTRIES, MAX_UNPACKED, MAX_RATIO = 5_000, 100 * 2**20, 100

_OFFICE = "application/vnd.openxmlformats-officedocument."
IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
IMAGES |= {"webp": "image/webp"}
OFFICE = {
    "docx": (f"{_OFFICE}wordprocessingml.document", "word/document.xml"),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": (f"{_OFFICE}presentationml.presentation", "ppt/presentation.xml"),
}
# XML, Markdown and logs are shown as plain text: a browser must not give them a meaning.
TEXTS = dict.fromkeys(("txt", "log", "md", "xml"), "text/plain")
TEXTS |= {"csv": "text/csv", "json": "application/json", "eml": "message/rfc822"}

# A web server may act on an inner extension: photo.php.jpg.
_ACTIVE_NAME = re.compile(
    r"\.(php\d?|phtml|phar|aspx?|jspx?|s?html?|svgz?|cgi|exe|hta)(\.|\Z)", re.I
)
_ACTIVE_ENTRY = re.compile(
    r"vbaProject\.bin|\.(exe|dll|js|jse|vbs|bat|cmd|ps1|hta|lnk|scr)\Z", re.I
)
_MARKUP = re.compile(
    r"\s*+(?>(?:<!--.*?-->|<\?xml[^>]*>)\s*+)*+"
    r"<(!doctype\s+(html|svg)|html|head|body|script|iframe|svg|\?php|(\w+:)?stylesheet)\b",
    re.I | re.S,
)
_ACTIVE_BYTES = re.compile(rb"<script|<\?php|<html|<svg", re.I)


class RefusedFile(ValidationError):
    """The file may not be stored; the message tells the person why."""


@dataclass(frozen=True, slots=True)
class FileType:
    name: str
    """Fit to be shown: no folder, no control or direction characters, 200 characters at most."""
    content_type: str
    sha256: str
    size: int


def _display_name(name: str) -> str:
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(char for char in name if char.isspace() or unicodedata.category(char)[0] != "C")
    stem, dot, extension = " ".join(name.split()).strip(". ").rpartition(".")
    if not stem or not extension.isascii() or not extension.isalnum():
        raise RefusedFile(_("the file name has no extension"))
    return stem[: 200 - len(dot + extension)] + dot + extension


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xFF:  # padding
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + length
    raise ValueError


def _image_size(data: bytes, extension: str) -> tuple[int, int]:
    if extension == "png":
        size = struct.unpack(">II", data[16:24])
    elif extension == "gif":
        size = struct.unpack("<HH", data[6:10])
    elif extension != "webp":
        size = _jpeg_size(data)
    elif data[12:16] == b"VP8X":
        size = tuple(int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        size = tuple(side & 0x3FFF for side in struct.unpack("<HH", data[26:30]))
    return size


def _check_image(data: bytes, extension: str) -> None:
    try:
        width, height = _image_size(data, extension)
    except (ValueError, IndexError, struct.error):
        raise RefusedFile(_("the image is damaged")) from None
    if not 0 < width * height <= MAX_PIXELS:
        raise RefusedFile(_("the image has too many pixels"))
    if _ACTIVE_BYTES.search(data):
        raise RefusedFile(_("the file holds something other than its name says"))


def _check_office(data: bytes, main_part: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        raise RefusedFile(_("the document is damaged")) from None
    names = [entry.orig_filename for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if not {"[Content_Types].xml", main_part} <= set(names):
        raise RefusedFile(_("the file holds something other than its name says"))
    # Entries that overlap add up to more than the file has.
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or packed > len(data):
        raise RefusedFile(_("the document unpacks to too much"))
    if unpacked > MAX_RATIO * max(packed, 10_000):
        raise RefusedFile(_("the document unpacks to too much"))
    for entry, name in zip(entries, names, strict=True):
        odd = name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name
        is_link = entry.external_attr >> 28 == 0xA
        if odd or is_link or "\0" in name or entry.flag_bits & 1 or _ACTIVE_ENTRY.search(name):
            raise RefusedFile(_("the document holds parts that are not allowed"))
    if len(set(names)) < len(names):
        raise RefusedFile(_("the document holds parts that are not allowed"))


def _check_text(data: bytes, extension: str) -> None:
    text = decoded(data)[0].removeprefix("\ufeff")
    if re.search(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]", text):  # escape colours log files
        raise RefusedFile(_("the file holds something other than its name says"))
    is_markup = _MARKUP.match(text[:4096]) or (
        extension == "xml" and re.search(r"w3\.org/(2000/svg|1999/(xhtml|XSL))|<script\b", text)
    )
    json_start = extension != "json" or re.match(r'\s*([\[{"\-\d]|true|false|null)', text)
    eml_start = extension != "eml" or re.match(r"\s*(From |[A-Za-z][A-Za-z0-9-]*:)", text)
    if is_markup or not json_start or not eml_start:
        raise RefusedFile(_("the file holds something other than its name says"))


def inspect_upload(name: str, data: bytes) -> FileType:
    """What the file is and how it may be shown. Raises `RefusedFile` for every type that is not on
    the list by name and by content, and for anything that is active, damaged or too large."""
    if not data:
        raise RefusedFile(_("the file is empty"))
    if len(data) > MAX_BYTES:
        raise RefusedFile(_("the file is larger than 25 MB"))
    name = _display_name(name)
    extension = name.rpartition(".")[2].lower()
    if _ACTIVE_NAME.search(name) or b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in data:
        raise RefusedFile(_("files of this type are not allowed"))

    if extension in TEXTS:
        content_type = TEXTS[extension]
        _check_text(data, extension)
    elif extension in IMAGES or extension in OFFICE or extension == "pdf":
        try:
            found = {match.extension for match in puremagic.magic_string(data[:8192])}
        except (puremagic.PureError, ValueError):
            found = set()
        is_archive = extension not in OFFICE and zipfile.is_zipfile(BytesIO(data))
        starts = data.startswith((b"%PDF-", b"PK\3\4")) or extension in IMAGES
        if f".{extension}" not in found or is_archive or not starts:
            raise RefusedFile(_("the file holds something other than its name says"))
        if extension in OFFICE:
            content_type, main_part = OFFICE[extension]
            _check_office(data, main_part)
        else:
            content_type = IMAGES.get(extension, "application/pdf")
            if extension in IMAGES:
                _check_image(data, extension)
    else:
        raise RefusedFile(_("files of this type are not allowed"))
    return FileType(name, content_type, hashlib.sha256(data).hexdigest(), len(data))
