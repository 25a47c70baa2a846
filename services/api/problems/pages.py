"""Problem pages: where each `type` leads to, and the same page in docs/."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Final

from services.api.problems.table import (
    FAULT_TITLES,
    FAULTS,
    every_refusal,
    slug_of,
    status_of,
    title_of,
)

HEAD: Final = "Problems"
INTRODUCTION: Final = (
    "What the API answers when it refuses, in the shape of RFC 9457. `code` names the problem,"
    " `detail` says what happened and what is allowed instead, `errors` names the fields."
)
ADVICE: Final[dict[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "Mend the request; the same one is refused again.",
    HTTPStatus.UNAUTHORIZED: "Send a key that is not mistyped, expired or revoked.",
    HTTPStatus.FORBIDDEN: "Ask somebody who may, or for a key that may.",
    HTTPStatus.NOT_FOUND: "Look the name up; what is there can be listed.",
    HTTPStatus.METHOD_NOT_ALLOWED: "`Allow` names the methods.",
    HTTPStatus.REQUEST_TIMEOUT: "Send the request again, with the same `Idempotency-Key`.",
    HTTPStatus.CONFLICT: "Read it again and decide again; `allowed` says what may be done now.",
    HTTPStatus.GONE: "Ask for a new one.",
    HTTPStatus.PRECONDITION_FAILED: "Read it again and decide again, with the new `ETag`.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send less; `limit` is the number of bytes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send `application/json` in UTF-8, not compressed.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Mend the values; the same ones are refused again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "It is a defect of ours: report it with the request id.",
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Send the request again after `Retry-After`, with the same `Idempotency-Key`."
    ),
}


ADVICE_OF: Final[dict[str, str]] = {  # where the status alone advises wrongly
    "attachment-forged": (
        "To try again is of no use: somebody changed what is stored. Tell whoever audits; they run"
        " `tocsin audit check`, and a backup may have the right bytes."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One problem as both pages explain it."""

    slug: str
    status: HTTPStatus
    title: str

    @property
    def advice(self) -> str:
        """Return what the caller can do."""
        return ADVICE_OF.get(self.slug, ADVICE[self.status])


def explained() -> list[Explained]:
    """Return every problem, by its name."""
    found = {
        slug_of(one): Explained(slug=slug_of(one), status=status_of(one), title=title_of(one))
        for one in every_refusal()
    }
    internal = (HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error")
    for status, slug in (*FAULTS.values(), internal):
        found[slug] = Explained(slug=slug, status=status, title=FAULT_TITLES[slug])
    return [found[slug] for slug in sorted(found)]


def as_markdown() -> str:
    """Return the page as docs/problems.md holds it."""
    return "\n".join(
        [
            f"# {HEAD}",
            "",
            INTRODUCTION,
            "",
            "This page is generated from the classes of the refusals: `make openapi`.",
            *(line for one in explained() for line in _section(one)),
            "",
        ]
    )


def _section(one: Explained) -> Iterator[str]:
    yield from ("", f"## {one.slug}", "")
    yield f"**{one.status.value} {one.status.phrase}.** {one.title} {one.advice}"


def as_html() -> str:
    """Return the page as the API serves it, with an anchor for every `type`."""
    sections = "".join(
        f'<h2 id="{one.slug}">{one.slug}</h2><p><b>{one.status.value} {one.status.phrase}.</b>'
        f" {_html(one.title)} {_html(one.advice)}</p>"
        for one in explained()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{HEAD}</title>'
        f"<h1>{HEAD}</h1><p>{_html(INTRODUCTION)}</p>{sections}</html>"
    )


def _html(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
