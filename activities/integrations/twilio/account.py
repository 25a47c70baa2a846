"""Twilio account of the operator: who pays for messages and calls, and whence they come."""

import re
from typing import Final, Literal

from pydantic import Field, SecretStr

from activities.delivery.faults import DeliveryRefused
from activities.delivery.provider import ProviderSettings

NUMBER: Final = re.compile(r"\+[1-9]\d{4,14}")
SHORT_NUMBER: Final = re.compile(r"\d{3,8}")  # Twilio's "short code", which takes replies too
NOT_CONFIGURED: Final = "channel_not_configured"


class TwilioAccount(ProviderSettings):
    """The operator's account at Twilio; without it no message and no call goes out."""

    twilio_account_sid: str | None = Field(default=None, pattern=r"^AC[0-9a-fA-F]{32}$")
    # signs what Twilio calls us with; the one before it after a comma while it is being changed
    twilio_auth_token: SecretStr | None = None
    twilio_api_key: str | None = Field(default=None, pattern=r"^SK[0-9a-fA-F]{32}$")
    twilio_api_secret: SecretStr | None = None
    twilio_from: str | None = None  # a number of the account's, or a name where replies are none
    twilio_messaging_service: str | None = Field(default=None, pattern=r"^MG[0-9a-fA-F]{32}$")
    twilio_voice_from: str | None = None  # where calls come from another number
    twilio_url: str = "https://api.twilio.com"
    public_url: str = "http://127.0.0.1:8080"

    @property
    def credentials(self) -> tuple[str, str]:
        """Return user name and password of a request: the API key, or else the account itself.

        Raises: DeliveryRefused.
        """
        if self.twilio_api_key and self.twilio_api_secret:
            return self.twilio_api_key, self.twilio_api_secret.get_secret_value()
        if self.twilio_account_sid and self.auth_tokens:
            return self.twilio_account_sid, self.auth_tokens[0]
        raise DeliveryRefused(NOT_CONFIGURED)

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Return what Twilio may have signed a callback with, the newest first."""
        text = self.twilio_auth_token.get_secret_value() if self.twilio_auth_token else ""
        return tuple(token.strip() for token in text.split(",") if token.strip())

    @property
    def caller(self) -> str | None:
        """Return the number that calls come from."""
        number = self.twilio_voice_from or self.twilio_from
        return number if number and NUMBER.fullmatch(number) else None

    @property
    def takes_replies(self) -> bool:
        """Return whether somebody who gets a text message can answer it."""
        sender = self.twilio_from or ""
        return bool(
            self.twilio_messaging_service
            or NUMBER.fullmatch(sender)
            or SHORT_NUMBER.fullmatch(sender)
        )

    def resource(self, name: Literal["Messages", "Calls"]) -> str:
        """Return the URL of the account's messages or calls.

        Raises: DeliveryRefused.
        """
        if self.twilio_account_sid is None:
            raise DeliveryRefused(NOT_CONFIGURED)
        site = self.twilio_url.rstrip("/")
        return f"{site}/2010-04-01/Accounts/{self.twilio_account_sid}/{name}.json"

    def callback(self, path: str) -> str:
        """Return where Twilio is to call us, as the world reaches us."""
        return self.public_url.rstrip("/") + path
