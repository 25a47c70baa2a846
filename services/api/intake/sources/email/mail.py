"""Mail: its header fields and its text, read from whatever came. Pure.

What is kept is what is read: the beginning, in which a mail says what it has to say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import Parser
from email.policy import compat32
from typing import Final

from events.log.intake.arrivals import BODY_KEPT
from events.values.plain_text import one_line, plain
from services.api.intake.sources.email.part import (
    TEXTS,
    field_text,
    is_attached,
    kind_of,
    text_of,
)
from services.request_refusals import BodyMalformed

MOST_FIELDS: Final = 500
MOST_PARTS: Final = 50  # of any depth; a mail of more is read as one text
MOST_EDGES: Final = 1_000  # lines that may part one from the next
MOST_LINES: Final = 20_000  # of a mail that is looked at for parts
MOST_HEAD_LINES: Final = 1_000  # of a header; what is beyond is the text
TEXT_LENGTH: Final = 20_000  # characters that are looked at for what they say
_PART: Final = re.compile(rb"content-type\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Mail: what it says, in one form."""

    fields: Mapping[str, str] = field(default_factory=dict[str, str])  # names in lower case
    text: str = ""
    kind: str = ""  # its media type
    cut_off: bool = False  # it goes on behind what was read

    def says(self, name: str) -> str:
        """Return what a header field says; nothing where there is none."""
        return self.fields.get(name, "")


def read_mail(raw: bytes) -> Mail:
    """Return what a mail says, however badly it is written.

    Raises: BodyMalformed (it says nothing at all).
    """
    message = parsed(raw)
    fields = fields_of(message)
    text = plain(_text(message))[:TEXT_LENGTH].strip()
    if not fields and not text:
        raise BodyMalformed("The mail is empty: it has neither a header nor a text.")
    return Mail(fields=fields, text=text, kind=kind_of(message), cut_off=len(raw) > BODY_KEPT)


def parsed(raw: bytes) -> Message:
    """Return the mail in its parts; one that nests too deep for any reader is a single text."""
    beginning = raw[:BODY_KEPT]
    is_plain = (
        beginning.count(b"\n") > MOST_LINES
        or beginning.count(b"\n--") > MOST_EDGES
        or sum(1 for _ in _PART.finditer(beginning)) > MOST_PARTS
    )
    lines = beginning.split(b"\n", MOST_HEAD_LINES)
    if len(lines) > MOST_HEAD_LINES and not any(not line.strip(b"\r") for line in lines[:-1]):
        beginning = b"\n".join((*lines[:-1], b"", lines[-1]))
    text = beginning.decode("latin-1")  # a character for each byte: no part is what it says yet
    return Parser(policy=compat32).parsestr(text, headersonly=is_plain)


def fields_of(message: Message) -> dict[str, str]:
    """Return the header fields that say something; of several of a name, the first."""
    fields: dict[str, str] = {}
    for name, value in list(message.raw_items())[:MOST_FIELDS]:
        known = name.lower()
        if known not in fields and (text := one_line(field_text(str(value)))):
            fields[known] = text
    return fields


def leaves_of(message: Message) -> Iterator[Message]:
    """Yield the parts that hold no others."""
    return (part for part in message.walk() if not part.is_multipart())


def _text(message: Message) -> str:
    """Return what the mail says: its first plain text, else its first page."""
    said = [part for part in leaves_of(message) if not is_attached(part)]
    for kind in TEXTS:
        for part in said:
            if kind_of(part) == kind and (text := text_of(part)).strip():
                return text
    return ""
