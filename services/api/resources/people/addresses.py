"""E-mail addresses to sign in with, compared as people type them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from activities.integrations.email.provider import EmailContact
from services.identity.finding import LONGEST_NAME, as_typed


def _address(text: str) -> str:
    return as_typed(EmailContact(channel="email", address=text).address)


type EmailAddress = Annotated[
    str, Field(min_length=3, max_length=LONGEST_NAME), AfterValidator(_address)
]
