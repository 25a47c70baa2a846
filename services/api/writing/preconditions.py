"""Preconditions: a write counts only if nothing has changed since, or only shows what it would."""

import re
from typing import Annotated, Final, Literal

from fastapi import Depends, Header

from services.request_refusals import Invalid, RequestInvalid

_ETAG: Final = re.compile(r'"([1-9][0-9]{0,17})"')


async def expected_version(
    if_match: Annotated[
        str | None,
        Header(
            description="The version last seen, from ETag; 412 if there is a newer one.",
            examples=['"7"'],
            pattern=r'^(\*|"[1-9][0-9]{0,17}")$',
        ),
    ] = None,
) -> int | None:
    """Return the version the caller has seen, None if any will do.

    Raises: RequestInvalid.
    """
    if if_match is None or if_match == "*":
        return None
    etag = _ETAG.fullmatch(if_match)
    if etag is None:
        raise RequestInvalid(Invalid(field="header.If-Match", reason='Send one ETag: "7".'))
    return int(etag[1])


async def dry_run(
    tocsin_dry_run: Annotated[
        Literal["true", "false"],
        Header(description="Say what would change, or why it is refused, and store nothing."),
    ] = "false",
) -> bool:
    """Return whether the caller only wants to know what would change."""
    return tocsin_dry_run == "true"


ExpectedVersion = Annotated[int | None, Depends(expected_version)]
DryRun = Annotated[bool, Depends(dry_run)]
