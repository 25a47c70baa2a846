"""Push provider: messages to a phone over an ntfy topic."""

from email.header import Header
from typing import Annotated, Final, Literal

from pydantic import Field

from activities.delivery.message import Message, discreet
from activities.delivery.provider import ContactAddress, Provider
from activities.integrations.bearer_token import BearerToken, bearer
from activities.integrations.http_answers import json_in, require_accepted
from activities.integrations.web_address import WebAddress
from events.configuration.responder import ContactMethod
from events.delivery.limits import ON_A_SCREEN

LONGEST_ID: Final = 64  # characters of the provider's id that are kept


class PushContact(ContactAddress):
    """An ntfy topic."""

    channel: Literal["push"]
    address: WebAddress
    secret: Annotated[
        BearerToken | None,
        Field(description="A bearer token, where the topic asks for one."),
    ] = None


class NtfyProvider(Provider):
    """Posts the message to the topic's URL; the address may come with a bearer token.

    Source: ntfy documentation, "Publishing": header names; X-Sequence-ID lets a repeat replace the
    message that is on the phone already (2.16 or newer; older servers pass it over).
    """

    NAME = "push"
    Address = PushContact
    LIMITS = ON_A_SCREEN

    def require_reachable(self, to: ContactMethod) -> None:
        """Return if the URL may be called."""
        self._outbound.require_callable(to.address)

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the server's id for it."""
        message = discreet(message)  # it shows on locked screens, and its server reads it too
        headers = headers_of(message)
        if to.secret:
            headers["authorization"] = f"Bearer {bearer(to.secret)}"
        body = message.text.encode()
        answer = await self._outbound.post(to.address, headers=headers, body=body)
        require_accepted(answer)
        return id_in(answer.body)


def headers_of(message: Message) -> dict[str, str]:
    """Return everything but the text; priority 5 may ring through "do not disturb"."""
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "user-agent": "Tocsin",
        "title": encoded(message.headline),
        "priority": str(message.urgency.value),
        "tags": "rotating_light" if message.actions else "mega",
        "x-sequence-id": str(message.delivery_id),
    }
    if message.actions:
        headers["actions"] = "; ".join(
            f'http, {action.name}, url="{action.url}", method=POST, clear=true'
            for action in message.actions
        )
    if opens := (*message.actions[:1], *message.links[-1:]):
        headers["click"] = opens[0].url
    return headers


def encoded(value: str) -> str:
    """Return the value for a header: as it is, or as one RFC 2047 word if it is not ASCII."""
    return value if value.isascii() else Header(value, "utf-8").encode(maxlinelen=0)


def id_in(body: bytes) -> str | None:
    """Return the message id in an ntfy answer; another server may give none."""
    match json_in(body):
        case {"id": str(name)} if name.isascii() and name.isalnum():
            return name[:LONGEST_ID]
        case _:
            return None
