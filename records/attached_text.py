"""The text of an attachment, to look for card numbers in it; not for showing it to people."""

import email
import email.policy
import html
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import BytesIO

import pypdf

from records.card_numbers import mask_card_numbers

__all__ = ["decoded", "mask_text_file", "text_of"]

MAX_PAGES = 300
MAX_UNPACKED = 100 * 2**20
_PARTS = re.compile(
    r"(word|xl/worksheets|xl/threadedComments|ppt/slides|ppt/notesSlides|ppt/comments|docProps)"
    r"/[^/]*\.xml|xl/(sharedStrings|comments[^/]*)\.xml"
)

# Numbers in these are boundaries and identifiers, of which one in thirty would pass for a card.
_BY_MACHINES = re.compile(
    r"(content-|message-id|references|in-reply-to|received|return-path|date|dkim-|arc-)", re.I
)


def decoded(data: bytes) -> tuple[str, str]:
    """(text, encoding); a byte order mark stays in the text, so that encoding it gives `data`."""
    marks = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
    for encoding in (marks.get(data[:2], "utf-8"), "latin-1"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")


def mask_text_file(data: bytes) -> tuple[bytes, int]:
    """The file with its card numbers masked, in its own encoding, and how many there were."""
    text, encoding = decoded(data)
    masked, count = mask_card_numbers(text)
    return (masked.encode(encoding) if count else data), count


def _office_text(data: bytes) -> str:
    """Runs of one paragraph are joined, for a number may change its type face halfway. By regular
    expression: no entity is expanded, no reference followed."""
    texts, left = [], MAX_UNPACKED
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in filter(_PARTS.fullmatch, archive.namelist()):
            with archive.open(name) as part:
                xml = part.read(left + 1)
            left -= len(xml)
            if left < 0:
                raise ValueError("unpacks to too much")
            broken = re.sub(rb"</(?:w:p|a:p)>|<(?:w:br|w:tab|a:br)\b[^>]*>", b"\n", xml)
            broken = re.sub(rb"</(?:c|si|w:tc|a:tc)>", b"\n\n", broken)  # cells never run together
            texts.append(html.unescape(re.sub(rb"<[^>]*>", b"", broken).decode("utf-8", "replace")))
    return "\n\n".join(texts)


def _pdf_text(data: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(data), strict=False).pages
    return "\n\n".join(pages[n].extract_text() for n in range(min(len(pages), MAX_PAGES)))


def _mail_text(data: bytes) -> str:
    message = email.message_from_bytes(data, policy=email.policy.default)
    texts = []
    for part in message.walk():
        if part.get_content_maintype() == "text":
            texts.append(part.get_content())
        elif not part.is_multipart():  # a file in the mail
            inside = part.get_payload(decode=True)
            texts.append(text_of(inside, part.get_content_type()) or "")
    written = (str(value) for name, value in message.items() if not _BY_MACHINES.match(name))
    return "\n\n".join([*written, *texts])


def text_of(data: bytes, content_type: str) -> str | None:
    """Text of a file that `inspect_upload` let in (of a PDF, the first 300 pages); None where it
    has none or cannot be read, as with images, encrypted and damaged files."""
    try:
        if content_type == "application/pdf":
            return _pdf_text(data)
        if content_type == "message/rfc822":
            return _mail_text(data)
        if "officedocument" in content_type:
            return _office_text(data)
    except Exception:  # damaged files make these libraries raise nearly anything
        if content_type != "message/rfc822":
            return None
    is_text = content_type.startswith("text/") or content_type in (
        "application/json",
        "message/rfc822",
    )
    return decoded(data)[0] if is_text else None
