"""Matrix provider: one message in one room, by the client-server API."""

import json
import re
from typing import Annotated, Final, Literal
from urllib.parse import quote, unquote

import httpx
from pydantic import AfterValidator, Field

from activities.delivery.faults import DeliveryRefused
from activities.delivery.message import Message
from activities.delivery.provider import ContactAddress, Provider
from activities.integrations.bearer_token import BearerToken, bearer
from activities.integrations.http_answers import json_in, require_accepted, seconds
from activities.integrations.matrix.render import content_of
from activities.integrations.web_address import WebAddress
from events.configuration.responder import ContactMethod
from events.delivery.limits import ON_A_SCREEN

LONGEST_ID: Final = 255  # characters of an event's id, Matrix 1.16 "Size limits"
_ROOM: Final = re.compile(r"![^\s/?#]{1,254}", re.ASCII)


def _room_on_a_server(text: str) -> str:
    try:
        place_of(text)
    except DeliveryRefused:
        raise ValueError(
            "write the homeserver's URL and the room's id: https://matrix.example.org/!abc:example.org"
        ) from None
    return text


class MatrixContact(ContactAddress):
    """A room on a Matrix homeserver, and the access token of an account that is in it."""

    channel: Literal["matrix"]
    address: Annotated[
        WebAddress,
        AfterValidator(_room_on_a_server),
        Field(description="The homeserver's URL, and behind it the room's id, with its `!`."),
    ]
    secret: Annotated[BearerToken, Field(description="The account's access token.")]


class MatrixProvider(Provider):
    """Puts the message into the room. The homeserver drops what comes twice.

    Source: Matrix 1.16, client-server API, "PUT /rooms/{roomId}/send/{eventType}/{txnId}",
    "Rate limiting", "m.text".
    """

    NAME = "matrix"
    Address = MatrixContact
    LIMITS = ON_A_SCREEN

    def require_reachable(self, to: ContactMethod) -> None:
        """Return if the homeserver may be called."""
        self._outbound.require_callable(to.address)

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the event's id."""
        server, room = place_of(to.address)
        url = (
            f"{server}/_matrix/client/v3/rooms/{quote(room, safe='')}"
            f"/send/m.room.message/{message.delivery_id}"
        )
        if not to.secret:
            raise DeliveryRefused("secret_missing")
        headers = {
            "authorization": f"Bearer {bearer(to.secret)}",
            "content-type": "application/json",
            "user-agent": "Tocsin",
        }
        body = json.dumps(content_of(message)).encode()
        answer = await self._outbound.put(url, headers=headers, body=body)
        said = json_in(answer.body)
        # A homeserver older than Matrix 1.10 names the wait in the body alone.
        milliseconds = said.get("retry_after_ms")
        require_accepted(answer, wait=seconds(milliseconds, each=0.001))
        name = said.get("event_id")
        return name[:LONGEST_ID] if isinstance(name, str) and name.isprintable() else None


def place_of(address: str) -> tuple[str, str]:
    """Return the homeserver's URL and the room's id, from an address that is both.

    Raises: DeliveryRefused.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError):
        raise DeliveryRefused("address_invalid") from None
    before, _, last = url.raw_path.decode().rpartition("/")
    room = unquote(last)
    if url.query or url.fragment or not _ROOM.fullmatch(room):
        raise DeliveryRefused("address_invalid")
    return str(url.copy_with(raw_path=(before or "/").encode())).rstrip("/"), room
