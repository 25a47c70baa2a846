"""Web address of a contact method: what could never be called is refused here."""

from typing import Annotated

import httpx
from pydantic import AfterValidator, StringConstraints


def _web_address(text: str) -> str:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("write a URL: https://example.com/pages") from None
    if url.scheme not in {"https", "http"} or not url.raw_host:
        raise ValueError("write a URL with https and a host")
    if url.userinfo:
        raise ValueError("leave user name and password out of the URL")
    return text


type WebAddress = Annotated[
    str,
    StringConstraints(max_length=2_000, pattern=r"^[!-~]+$"),
    AfterValidator(_web_address),
]
