"""Only files that are what their name says, and that do nothing, are let in; their text is read."""

import hashlib
import io
import struct
import time
import zipfile
import zlib
from email.message import EmailMessage

import pypdf
import pytest
from django.utils.translation import override
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from records.attached_text import mask_text_file, text_of
from records.card_numbers import mask_card_numbers
from records.file_types import MAX_BYTES, OFFICE, RefusedFile, inspect_upload

CARD = "4111111111111111"


def a_png(width: int = 1, height: int = 1, tail: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"") + tail


def a_jpeg(width: int = 1, height: int = 1) -> bytes:
    app = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = (
        b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\3\1\x22\0\2\x11\1\3\x11\1"
    )
    return b"\xff\xd8" + app + frame + b"\xff\xd9"


def a_gif(width: int = 1, height: int = 1) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\0\0\0\xff\xff\xff;"


def a_webp(width: int = 1, height: int = 1) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"WEBPVP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", bits) + b"\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def an_extended_webp(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + sides
    return b"RIFF" + struct.pack("<I", len(body)) + body


def a_zip(parts: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def an_office_file(extension: str = "docx", **more: bytes | str) -> bytes:
    main = OFFICE[extension][1]
    return a_zip({"[Content_Types].xml": "<Types/>", main: "<x/>", **more})


def a_pdf(text: str = "hello", pages: int = 1) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(300, 300)
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode())
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(content)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


GOOD = {
    "a.png": (a_png(), "image/png"),
    "a.jpg": (a_jpeg(), "image/jpeg"),
    "a.JPEG": (a_jpeg(), "image/jpeg"),
    "a.gif": (a_gif(), "image/gif"),
    "a.webp": (a_webp(), "image/webp"),
    "b.webp": (an_extended_webp(640, 480), "image/webp"),
    "a.pdf": (a_pdf(), "application/pdf"),
    "a.txt": ("año ñandú\n".encode(), "text/plain"),
    "latin.txt": ("año".encode("latin-1"), "text/plain"),
    "utf16.txt": ("año".encode("utf-16"), "text/plain"),
    "a.log": (b"\x1b[31mERROR\x1b[0m <html> in a log is no page", "text/plain"),
    "a.md": (b"# Title\n", "text/plain"),
    "a.csv": (b"a,b\n1,2\n", "text/csv"),
    "a.json": (b'{"a": 1}', "application/json"),
    "a.xml": (b'<?xml version="1.0"?><a/>', "text/plain"),
    "a.eml": (b"From: a@b.mx\r\nSubject: x\r\n\r\nbody", "message/rfc822"),
    **{f"a.{kind}": (an_office_file(kind), OFFICE[kind][0]) for kind in OFFICE},
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_on_the_list_is_let_in(name):
    data, content_type = GOOD[name]
    found = inspect_upload(name, data)
    assert (found.name, found.content_type, found.size) == (name, content_type, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def a_lying_zip() -> bytes:
    """Says that its entry unpacks to ten bytes; it is a million."""
    data = an_office_file("docx", **{"word/header1.xml": b"0" * 1_000_000})
    return data.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
BAD = {
    "empty": ("a.txt", b""),
    "too large": ("a.txt", b"a" * (MAX_BYTES + 1)),
    "no extension": ("README", b"text"),
    "only an extension": (".txt", b"text"),
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "html": ("a.html", b"<html></html>"),
    "program": ("a.exe", b"MZ" + b"\0" * 200),
    "archive": ("a.zip", a_zip({"a.txt": "x"})),
    "html as text": ("a.txt", b"  \n<!DOCTYPE html><script>alert(1)</script>"),
    "html after a comment": ("a.txt", b"<!-- x -->\n<html>"),
    "html as utf-16": ("a.txt", "<html><script>".encode("utf-16")),
    "php as text": ("a.txt", b"<?php system('id');"),
    "svg as xml": ("a.xml", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
    "xhtml as xml": ("a.xml", b"<x xmlns:h='http://www.w3.org/1999/xhtml'><h:script/></x>"),
    "program as text": ("a.txt", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"),
    "program as png": ("a.png", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"),
    "text as json": ("a.json", b"<a/>"),
    "page as mail": ("a.eml", b"<p>Subject: x</p>"),
    "png as pdf": ("a.pdf", a_png()),
    "pdf behind something": ("a.pdf", b"GARBAGE\n" + a_pdf()),
    "zip behind a pdf": ("a.pdf", a_pdf() + a_zip({"a": "b"})),
    "zip behind a png": ("a.png", a_png(tail=a_zip({"a": "b"}))),
    "page behind a gif": ("a.gif", a_gif() + b"<script>alert(1)</script>"),
    "php in a jpeg": ("a.jpg", a_jpeg() + b"<?php phpinfo(); ?>"),
    "two extensions": ("photo.php.jpg", a_jpeg()),
    "hidden second extension": ("photo.ph\u200bp.jpg", a_jpeg()),
    "huge png": ("a.png", a_png(50_000, 50_000)),
    "huge jpeg": ("a.jpg", a_jpeg(60_000, 60_000)),
    "huge gif": ("a.gif", a_gif(60_000, 60_000)),
    "huge webp": ("a.webp", an_extended_webp(16_000_000, 16_000)),
    "png of no size": ("a.png", a_png(0, 5)),
    "cut jpeg": ("a.jpg", a_jpeg()[:21]),
    "eicar": ("a.txt", EICAR),
    "eicar in a log": ("a.log", b"found: " + EICAR),
    "zip bomb": ("a.docx", an_office_file("docx", **{"word/a.xml": b"0" * 60_000_000})),
    "many entries": ("a.docx", an_office_file("docx", **{f"word/{n}": "" for n in range(5_001)})),
    "slip": ("a.docx", an_office_file("docx", **{"../../etc/cron.d/x": "x"})),
    "absolute slip": ("a.docx", an_office_file("docx", **{"/etc/passwd": "x"})),
    "windows slip": ("a.docx", an_office_file("docx", **{"word\\..\\..\\x": "x"})),
    "macro": ("a.docx", an_office_file("docx", **{"word/vbaProject.bin": "x"})),
    "program inside": ("a.xlsx", an_office_file("xlsx", **{"xl/embeddings/a.exe": "x"})),
    "other document": ("a.docx", an_office_file("xlsx")),
    "plain archive as document": ("a.docx", a_zip({"a.txt": "x"})),
    "cut document": ("a.docx", an_office_file()[:-30]),
    "document behind something": ("a.docx", b"<script>" + an_office_file()),
}


TYPE = "files of this type are not allowed"
NAME = "the file name has no extension"
PARTS = "the document holds parts that are not allowed"
SIZE = "the document unpacks to too much"
PIXELS = "the image has too many pixels"
REASONS = {  # every other case holds something other than its name says
    "empty": "the file is empty",
    "too large": "the file is larger than 25 MB",
    "cut jpeg": "the image is damaged",
    "cut document": "the document is damaged",
    **dict.fromkeys(("no extension", "only an extension"), NAME),
    **dict.fromkeys(("svg", "html", "program", "archive", "eicar", "eicar in a log"), TYPE),
    **dict.fromkeys(("two extensions", "hidden second extension"), TYPE),
    **dict.fromkeys(("huge png", "huge jpeg", "huge gif", "huge webp", "png of no size"), PIXELS),
    **dict.fromkeys(("zip bomb", "many entries"), SIZE),
    **dict.fromkeys(("slip", "absolute slip", "windows slip", "macro", "program inside"), PARTS),
}


@pytest.mark.parametrize("case", BAD)
def test_everything_else_is_refused_with_a_reason(case):
    name, data = BAD[case]
    with pytest.raises(RefusedFile) as refused, override("en"):
        inspect_upload(name, data)
    reason = REASONS.get(case, "the file holds something other than its name says")
    assert refused.value.messages == [reason]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\nota.txt", "nota.txt"),
        ("a\u202etxt.txt", "atxt.txt"),
        ("a\0b\r\nc.txt", "ab c.txt"),
        ("  año   2026 .txt", "año 2026 .txt"),
        ("...a.txt", "a.txt"),
        ("an\u0303o.txt", "año.txt"),
        ("\ud800a.txt", "a.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
def test_the_name_that_is_shown_is_clean(name, shown):
    assert inspect_upload(name, b"text").name == shown


def test_the_largest_files_are_judged_in_time():
    before = time.process_time()
    inspect_upload("a.log", b"a 1\n" * (MAX_BYTES // 4))
    inspect_upload("a.png", a_png(tail=bytes(MAX_BYTES - 100)))
    with pytest.raises(RefusedFile):
        inspect_upload("a.txt", b"<!---->" * 600 + b"\0")
    assert time.process_time() - before < 5


def test_the_text_of_every_kind_is_read_for_the_card_scan():
    run = "<w:p><w:r><w:t>card 4111 1111</w:t></w:r><w:r><w:t> 1111 1111</w:t></w:r></w:p>"
    row = f'<row><c t="str"><v>1234</v></c><c><v>{CARD}</v></c></row>'
    mail = f"From: a@b.mx\r\nSubject: x\r\n\r\ncard {CARD[:8]}=\r\n{CARD[8:]}\r\n".encode()
    files = {
        "a.txt": f"card {CARD}".encode("utf-16"),
        "a.csv": f"1,{CARD}".encode(),
        "a.json": f'{{"pan": {CARD}}}'.encode(),
        "a.pdf": a_pdf(f"card {CARD}"),
        "a.eml": b"Content-Transfer-Encoding: quoted-printable\r\n" + mail,
        "a.docx": an_office_file("docx", **{"word/header1.xml": run}),
        "a.xlsx": an_office_file("xlsx", **{"xl/worksheets/sheet1.xml": row}),
        "a.pptx": an_office_file("pptx", **{"ppt/slides/slide1.xml": f"<a:p>{CARD}</a:p>"}),
    }
    for name, data in files.items():
        text = text_of(data, inspect_upload(name, data).content_type)
        assert mask_card_numbers(text)[1] == 1, name


def test_cells_never_run_together():
    cells = "".join(f"<c><v>{part}</v></c>" for part in ("4111", "1111", "1111", "1111"))
    data = an_office_file("xlsx", **{"xl/worksheets/sheet1.xml": cells})
    assert mask_card_numbers(text_of(data, OFFICE["xlsx"][0]))[1] == 0


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (a_png(), "image/png"),
        (b"%PDF-1.7 nonsense", "application/pdf"),
        (b"PK nonsense", OFFICE["docx"][0]),
        (a_lying_zip(), OFFICE["docx"][0]),
    ],
)
def test_what_cannot_be_read_has_no_text(data, content_type):
    assert text_of(data, content_type) is None


def test_entities_of_a_document_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:p>&b;</w:p>'
    data = an_office_file("docx", **{"word/footer1.xml": bomb})
    assert "aaaaaaaaaaaaaaaaaaaa" not in text_of(data, OFFICE["docx"][0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
def test_a_text_file_is_masked_in_its_own_encoding(encoding):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    before, after = (f"{mark}año {number} fin\r\n" for number in (CARD, "411111XXXXXX1111"))
    assert mask_text_file(before.encode(encoding)) == (after.encode(encoding), 1)
    assert mask_text_file(after.encode(encoding)) == (after.encode(encoding), 0)


def test_card_numbers_are_found_in_comments_properties_and_files_of_mails():
    card = "card 4111111111111111"
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "x"
    mail.set_content("hello")
    mail.add_attachment(a_pdf(card), maintype="application", subtype="pdf", filename="a.pdf")
    mail.set_boundary("===4111111111111111==")  # mail programs make them of random digits
    files = {
        "a.xlsx": an_office_file("xlsx", **{"xl/comments1.xml": f"<t>{card}</t>"}),
        "a.pptx": an_office_file("pptx", **{"ppt/comments/comment1.xml": f"<t>{card}</t>"}),
        "a.docx": an_office_file("docx", **{"docProps/core.xml": f"<t>{card}</t>"}),
        "a.eml": bytes(mail),
    }
    types = {name: inspect_upload(name, data).content_type for name, data in files.items()}
    found = {name: mask_card_numbers(text_of(files[name], types[name]))[1] for name in files}
    assert found == dict.fromkeys(files, 1)
