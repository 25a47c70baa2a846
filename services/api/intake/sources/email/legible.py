"""Legible mail: as it is kept, its texts in clear, so that secrets in them are seen. Pure.

A text in base64 would hide a password from every rule, and a file that is attached is nobody's
alert. What is kept is read as what came: where it would not be, the mail is kept as it came.
"""

from email.message import Message
from typing import Final

from services.api.intake.sources.email.mail import Mail, parsed, read_mail
from services.api.intake.sources.email.part import (
    TEXTS,
    charset_of,
    is_attached,
    kind_of,
    read_as,
    unwrapped,
)
from services.request_refusals import BodyMalformed

_OF_THE_ENCODING: Final = frozenset({"content-transfer-encoding", "content-type"})


def legible(raw: bytes) -> bytes:
    """Return a mail with its texts in clear, and without what is attached to it."""
    clear = _written(parsed(raw)).encode("latin-1")
    return clear if _read(clear) == _read(raw) else raw


def _read(raw: bytes) -> tuple[dict[str, str], str] | None:
    try:
        mail: Mail = read_mail(raw)
    except BodyMalformed:
        return None
    fields = {name: said for name, said in mail.fields.items() if name not in _OF_THE_ENCODING}
    return fields | {"kind": mail.kind}, mail.text


def _written(part: Message) -> str:
    """Return a part as it is kept: a character for each byte."""
    payload = part.get_payload()
    if isinstance(payload, str):
        return _leaf(part)
    head = _head(part, ())
    inside = [_written(one) for one in payload if isinstance(one, Message)]
    edge = part.get_boundary()
    if edge is None:  # a message within
        return f"{head}\n{''.join(inside)}"
    before = f"{part.preamble}\n" if isinstance(part.preamble, str) else ""
    parts = "".join(f"--{edge}\n{one}\n" for one in inside)
    return f"{head}\n{before}{parts}--{edge}--\n"


def _leaf(part: Message) -> str:
    raw = unwrapped(part)
    kind = kind_of(part)
    if is_attached(part) or kind not in TEXTS:
        return f"{_head(part, {'content-transfer-encoding'})}\n[left out: {len(raw)} bytes]"
    if raw.isascii():
        return f"{_head(part, {'content-transfer-encoding'})}\n{raw.decode('latin-1')}"
    text = read_as(raw, charset_of(part)).encode("utf-8", "replace").decode("latin-1")
    return f"{_head(part, _OF_THE_ENCODING)}Content-Type: {kind}; charset=utf-8\n\n{text}"


def _head(part: Message, without: frozenset[str] | set[str] | tuple[str, ...]) -> str:
    """Return a part's header fields, as they came but for some."""
    fields = ((name, str(value)) for name, value in part.raw_items())
    return "".join(f"{name}: {value}\n" for name, value in fields if name.lower() not in without)
