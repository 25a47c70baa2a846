"""Bearer token of a contact method: what could not stand in a header is refused here."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, SecretStr

from activities.delivery.faults import DeliveryRefused

_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,500}")


def _token(secret: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(secret.get_secret_value()):
        raise ValueError("write the token alone: 1 to 500 visible characters of ASCII")
    return secret


type BearerToken = Annotated[SecretStr, AfterValidator(_token)]


def bearer(token: str) -> str:
    """Return the token.

    Raises: DeliveryRefused, if it cannot stand in a header.
    """
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise DeliveryRefused("secret_invalid")
    return token
