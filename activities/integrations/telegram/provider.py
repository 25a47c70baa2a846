"""Telegram provider: one message in one chat, by the Bot API."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from activities.delivery.faults import DeliveryRefused
from activities.delivery.message import Message
from activities.delivery.outbound import Answer, Outbound
from activities.delivery.provider import ContactAddress, Provider, ProviderSettings
from activities.integrations.http_answers import json_in, require_accepted, seconds
from activities.integrations.telegram.render import bare, rich
from events.configuration.responder import ContactMethod
from events.delivery.limits import ON_A_SCREEN

DEADLINE: Final = timedelta(seconds=20)  # of two calls: a refused form is sent again in a plain one
_TOKEN: Final = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,200}")


def _bot_token(secret: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(secret.get_secret_value()):
        raise ValueError("write the bot's token as BotFather gives it: 123456:ABC-DEF1234")
    return secret


type BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]


class TelegramContact(ContactAddress):
    """A Telegram chat: of one person, a group or a channel that the bot may write to."""

    channel: Literal["telegram"]
    address: Annotated[
        str,
        StringConstraints(pattern=r"^(-?[1-9][0-9]{0,19}|@[A-Za-z][A-Za-z0-9_]{3,31})$"),
        Field(description="The chat's id, a number, or the @name of a public channel."),
    ]
    secret: Annotated[
        BotToken | None,
        Field(description="The token of a bot of their own; else it is TOCSIN_TELEGRAM_TOKEN."),
    ] = None


class TelegramBot(ProviderSettings):
    """The operator's bot."""

    telegram_token: BotToken | None = None
    telegram_url: str = "https://api.telegram.org"  # or of a Bot API server of one's own


class TelegramProvider(Provider):
    """Sends messages as a bot. Telegram has no idempotency key: a repeat is shown twice.

    Source: Telegram Bot API 9, "sendMessage", "ResponseParameters", "HTML style".
    """

    NAME = "telegram"
    Address = TelegramContact
    LIMITS = ON_A_SCREEN
    Settings = TelegramBot
    DEADLINE = DEADLINE

    def __init__(self, outbound: Outbound, bot: TelegramBot | None = None) -> None:
        super().__init__(outbound)
        self._bot = bot or TelegramBot()

    def require_reachable(self, to: ContactMethod) -> None:
        """Return if there is a bot to send it."""
        self._outbound.require_callable(self._url(to))

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return its number in the chat.

        A form that is refused was certainly not shown, so it is sent in a plain one: Telegram
        refuses, say, a button whose URL has no public host. So is one to a group that has moved.
        """
        answer = await self._call(to, {"chat_id": to.address, **rich(message)})
        if answer.status == HTTPStatus.BAD_REQUEST:
            moved = _parameters(answer).get("migrate_to_chat_id")
            chat = str(moved) if isinstance(moved, int) else to.address
            answer = await self._call(to, {"chat_id": chat, **bare(message)})
        require_accepted(answer, wait=seconds(_parameters(answer).get("retry_after")))
        match json_in(answer.body):
            case {"result": {"message_id": int(number)}}:
                return str(number)
            case _:
                return None

    async def _call(self, to: ContactMethod, content: Mapping[str, Any]) -> Answer:
        headers = {"content-type": "application/json", "user-agent": "Tocsin"}
        body = json.dumps(content).encode()
        return await self._outbound.post(self._url(to), headers=headers, body=body)

    def _url(self, to: ContactMethod) -> str:
        """Return where a message goes; the token is part of it.

        Raises: DeliveryRefused.
        """
        operators = self._bot.telegram_token
        token = to.secret or (operators.get_secret_value() if operators else None)
        if token is None:
            raise DeliveryRefused("channel_not_configured")
        if not _TOKEN.fullmatch(token):
            raise DeliveryRefused("secret_invalid")
        return f"{self._bot.telegram_url.rstrip('/')}/bot{token}/sendMessage"


def _parameters(answer: Answer) -> Mapping[str, Any]:
    """Return what Telegram adds to an error: how long to wait, or where a group is now."""
    found = json_in(answer.body).get("parameters")
    return found if isinstance(found, dict) else {}
