"""Multipart forms: the fields and the one file that a browser sends from a page of ours."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import PurePosixPath
from typing import Final

MEDIA_TYPE: Final = "multipart/form-data"
PLAIN: Final = "text/plain"
BY_ENDING: Final = {  # what browsers have no name for, or several
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".log": PLAIN,
    ".md": PLAIN,
    ".txt": PLAIN,
    ".yaml": PLAIN,
    ".yml": PLAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """File as a browser sent it; what it claims to be is for the API to judge."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def parts_in(
    body: bytes, content_type: str
) -> tuple[dict[str, list[str]], dict[str, UploadedFile]]:
    """Return the fields, and the files that are not empty, by the names of their fields.

    Raises: ValueError (it is no multipart form, or is cut off).
    """
    boundary = _parameters(content_type).get("boundary", "")
    if not boundary:
        raise ValueError("no boundary")
    fields: dict[str, list[str]] = {}
    files: dict[str, UploadedFile] = {}
    for headers, content in _parts(body, b"--" + boundary.encode()):
        said = _parameters(headers.get("content-disposition", ""))
        name, filename = said.get("name"), said.get("filename")
        if name is None:
            raise ValueError("a part without a name")
        if filename is None:
            fields.setdefault(name, []).append(content.decode())
        elif content or filename:
            files[name] = _file(filename, headers.get("content-type", ""), content)
    return fields, files


def _parts(body: bytes, line: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    first, *rest = (b"\r\n" + body).split(b"\r\n" + line)
    if first or not rest or not rest[-1].startswith(b"--"):
        raise ValueError("a form that is cut off")
    for part in rest[:-1]:
        head, found, content = part.partition(b"\r\n\r\n")
        if not found or not head.startswith(b"\r\n"):
            raise ValueError("a part without headers")
        lines = head.decode().strip().split("\r\n")
        pairs = (one.partition(":") for one in lines)
        yield {name.strip().lower(): value.strip() for name, _, value in pairs}, content


def _parameters(header: str) -> dict[str, str]:
    message = Message()
    message["content-type"] = header
    found = message.get_params(failobj=[], unquote=True)
    return {name.lower(): value for name, value in found[1:]}


def _file(filename: str, media_type: str, content: bytes) -> UploadedFile:
    name = PurePosixPath(filename.replace("\\", "/")).name or "file"
    by_ending = BY_ENDING.get(PurePosixPath(name).suffix.lower())
    return UploadedFile(name=name, media_type=by_ending or media_type or PLAIN, content=content)
