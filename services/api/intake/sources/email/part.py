"""Mail part: its text, however it was encoded and whatever it says of that. Pure."""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from itertools import takewhile
from typing import Final

from inscriptis import get_text

HEADER_LENGTH: Final = 4_000  # of one field, encoded
HTML_LENGTH: Final = 128 * 1024
TEXTS: Final = ("text/plain", "text/html")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_GAP: Final = re.compile(r"\n{3,}")
# Codecs that are no charsets of a mail, some of which take time out of proportion.
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_SHIFTING: Final = ("utf-7", "iso2022", "hz")  # which write everything in ASCII


def text_of(part: Message) -> str:
    """Return the text of a part, without the marks of HTML."""
    raw = unwrapped(part)
    if kind_of(part) == "text/html":
        return text_of_html(read_as(raw[:HTML_LENGTH], charset_of(part)))
    return read_as(raw, charset_of(part))


def text_of_html(html: str) -> str:
    """Return what a page says, line by line."""
    lines = "\n".join(line.strip() for line in get_text(html).splitlines())
    return _GAP.sub("\n\n", lines).strip("\n")


def kind_of(part: Message) -> str:
    """Return the media type of a part; `text/plain` where it says none, or one that is none."""
    try:
        return part.get_content_type()
    except (ValueError, IndexError, TypeError):  # a field that is junk
        return "text/plain"


def is_attached(part: Message) -> bool:
    """Return whether a part is a file besides, not what the mail says."""
    return field_text(str(part.get("content-disposition", ""))).lower().startswith("attachment")


def charset_of(part: Message) -> str:
    """Return what the part says its text is written in; nothing where it says none."""
    found = _CHARSET.search(str(part.get("content-type", "")))
    return found[1] if found else ""


def unwrapped(part: Message) -> bytes:
    """Return a part's bytes without their transfer encoding, where they have the one they name.

    A list server writes its footer in clear behind the base64 of others.
    """
    payload = part.get_payload()
    raw = payload.encode("latin-1") if isinstance(payload, str) else b""
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return _from_base64(raw) if encoding == "base64" else raw


def _from_base64(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    encoded = list(takewhile(lambda line: _BASE64.fullmatch(line.strip()), lines))
    rest = b"\n".join(lines[len(encoded) :])
    whole = b"".join(line.strip() for line in encoded).rstrip(b"=")
    whole = whole[:-1] if len(whole) % 4 == 1 else whole
    try:
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)) + rest
    except binascii.Error:  # an end within a line: several texts behind each other
        return raw


def read_as(raw: bytes, charset: str) -> str:
    """Return bytes as text: in the charset they name where they are written in it."""
    named = _codec(charset)
    if raw.isascii() and b"\0" not in raw and not named.startswith(_SHIFTING):
        return raw.decode("ascii")  # whatever it says
    for codec in (named, "utf-8"):
        try:
            return raw.decode(codec)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name in _NO_CHARSETS else name


def field_text(value: str) -> str:
    """Return what a header field says, its encoded words read, in one line.

    It is given as it came: a character for each byte.
    """
    raw = value[:HEADER_LENGTH].encode("latin-1", "replace")
    text = read_as(raw, "utf-8")
    if "=?" not in text:
        return " ".join(text.split())
    try:
        words = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return " ".join(text.split())
    return " ".join("".join(_words(words)).split())


def _words(words: list[tuple[bytes | str, str | None]]) -> Iterator[str]:
    for said, charset in words:
        yield said if isinstance(said, str) else read_as(said, charset or "utf-8")
