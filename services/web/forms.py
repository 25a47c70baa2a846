"""Forms: what a browser sends back, only from a page of ours, and once for each press."""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

from starlette.requests import ClientDisconnect, Request

from services.access.callers import Session
from services.web.multipart import MEDIA_TYPE as MULTIPART
from services.web.multipart import UploadedFile, parts_in

SECONDS: Final = 20.0  # for a form to come, on a slow phone with a file too
LARGEST: Final = 640 * 1024  # bytes of a form: the longest section of a postmortem in any script
LARGEST_FILE: Final = 2 * 1024 * 1024  # bytes, as many as the API takes
MOST_FIELDS: Final = 500
TOKEN: Final = "csrf"  # noqa: S105  the name of a field
COMMAND: Final = "command"
SEEN: Final = "seen"
NAMESPACE: Final = UUID("6f9df1c0-5f0a-5b8e-9a56-2f0d3c1f7c11")
MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


class FormRefused(Exception):
    """The form cannot be taken: it is too large, unreadable, or not from a page of ours."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


@dataclass(frozen=True, slots=True)
class Form:
    """Form: the fields as they were sent, and the id of the command that they are."""

    fields: Mapping[str, list[str]] = field(repr=False)
    command_id: UUID
    files: Mapping[str, UploadedFile] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return what a person wrote, without the space around it; None if it is nothing."""
        found = self.fields.get(name, [""])[-1].replace("\r\n", "\n").strip()
        return found or None

    def ticked(self, name: str) -> bool:
        """Say whether a box is ticked."""
        return self.text(name) is not None

    def listed(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [one.strip() for one in self.fields.get(name, []) if one.strip()]


def csrf_token(token: bytes) -> str:
    """Return what a form of this session carries; who has no cookie of it cannot know it."""
    return hmac.new(token, b"form", sha256).hexdigest()


async def read_form(
    request: Request, session: Session | None, token: bytes, *, takes_file: bool = False
) -> Form:
    """Return a form that one of our own pages sent.

    Raises: FormRefused.
    """
    require_same_origin(request)
    fields, files = await _fields(request, takes_file=takes_file)
    shown = fields.get(TOKEN, [request.headers.get("x-csrf-token", "")])[-1]
    if not hmac.compare_digest(shown.encode(), csrf_token(token).encode()):
        raise FormRefused("This page is out of date. Load it again, then press once more.", 403)
    return Form(fields, _command_id(request, session, fields), files)


def require_same_origin(request: Request) -> None:
    """Refuse what another site's page sends.

    Raises: FormRefused.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = urlsplit(origin).netloc == request.headers.get("host") if origin else site is not None
    if (site is not None and site != "same-origin") or not ours:
        raise FormRefused("Another site sent this. Open Tocsin itself, and press there.", 403)


def _command_id(request: Request, session: Session | None, fields: Mapping[str, list[str]]) -> UUID:
    """Return the same id for the same press of the same person, however often it is sent.

    A page that many look at carries no id of its own: there what was seen and what is asked are it.
    """
    who = session.account_id if session else ""
    given = fields.get(COMMAND)
    asked = sorted((name, value) for name, value in fields.items() if name != TOKEN)
    said = given[-1] if given else repr(asked)
    seen = fields.get(SEEN, [""])[-1]
    return uuid5(NAMESPACE, f"{who}\n{request.url.path}\n{seen}\n{said}")


async def _fields(
    request: Request, *, takes_file: bool
) -> tuple[dict[str, list[str]], dict[str, UploadedFile]]:
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if takes_file and media_type == MULTIPART:
        body = await _body(request, LARGEST_FILE + LARGEST)
        return _read(lambda: parts_in(body, content_type))
    if media_type not in {"", MEDIA_TYPE}:
        raise FormRefused(f"A form is {MEDIA_TYPE}, not {media_type}.", 415)
    body = await _body(request, LARGEST)
    return _read(lambda: (_plain(body), {}))


async def _body(request: Request, largest: int) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > largest:
                    raise FormRefused(f"A form is at most {largest // 1024} KiB. Send less.", 413)
    except (TimeoutError, ClientDisconnect):
        raise FormRefused(
            f"The form did not come within {SECONDS:.0f} s. Send it again.", 408
        ) from None
    return bytes(body)


def _read[T](parse: Callable[[], T]) -> T:
    try:
        return parse()
    except ValueError:  # UnicodeDecodeError is one
        raise FormRefused("The form could not be read. Load the page again.", 400) from None


def _plain(body: bytes) -> dict[str, list[str]]:
    return parse_qs(
        body.decode(),
        keep_blank_values=True,
        strict_parsing=bool(body),
        max_num_fields=MOST_FIELDS,
        errors="strict",
    )
