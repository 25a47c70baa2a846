"""Preconditions (If-Match): a write counts only if nothing has changed since the caller looked."""

import re
from typing import Annotated, Final

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


ExpectedVersion = Annotated[int | None, Depends(expected_version)]
