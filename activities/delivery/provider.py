"""Provider: one way messages go; each vendor is a folder of `activities/integrations`."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import ClassVar, Final

from pydantic import BaseModel, ConfigDict
from pydantic_settings import BaseSettings, SettingsConfigDict

from activities.delivery import outbound
from activities.delivery.message import Message
from activities.delivery.outbound import Outbound
from events.configuration.responder import ContactMethod
from events.delivery.events import NOTICE, PAGE, QUESTIONS, REMINDER, STATUS_UPDATE
from events.delivery.limits import Limits

FOLDERS: Final = "activities.integrations"
MODULE: Final = "provider"  # of the folder; it has a Provider of its own for each way


class ContactAddress(BaseModel):
    """Contact address of a provider, as a request has it; an impossible one is refused here.

    Each has a `channel` and an `address`, and a `secret` where the provider asks for one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def contact_method(self) -> ContactMethod:
        """Return the address as the log keeps it."""
        said = dict(self)
        secret = said.get("secret")
        return ContactMethod(
            channel=said["channel"],
            address=said["address"],
            secret=secret.get_secret_value() if secret else None,
        )


class ProviderSettings(BaseSettings):
    """Settings of a provider, from TOCSIN_* variables."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", env_ignore_empty=True, extra="ignore")


class Provider(ABC):
    """One way to reach people. It is registered by being there."""

    NAME: ClassVar[str]  # what contact methods and events call it: the channel
    Address: ClassVar[type[ContactAddress]]  # its variant in the API; its `channel` is the name
    Settings: ClassVar[type[ProviderSettings]] = ProviderSettings
    SUPPORTS: ClassVar[frozenset[str]] = frozenset(
        {PAGE, STATUS_UPDATE, NOTICE, REMINDER, QUESTIONS}
    )  # kinds of messages
    DEADLINE: ClassVar[timedelta] = outbound.DEADLINE  # of one attempt
    LIMITS: ClassVar[Limits | None] = None  # of one contact; programs take whatever comes

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def require_reachable(self, to: ContactMethod) -> None:  # noqa: B027  most have no more to say
        """Return if a message can be sent there at all, as far as is known without sending one.

        Raises: DeliveryRefused.
        """

    @abstractmethod
    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the provider's own name for it, if it gives one.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """


@cache
def provider_types() -> Mapping[str, type[Provider]]:
    """Return every provider there is, by name."""
    folders = pkgutil.iter_modules(importlib.import_module(FOLDERS).__path__)
    found = [
        provider for folder in folders if folder.ispkg for provider in _providers_of(folder.name)
    ]
    return {
        provider.NAME: provider for provider in sorted(found, key=lambda provider: provider.NAME)
    }


def providers(outbound: Outbound) -> dict[str, Provider]:
    """Return every provider, ready to send."""
    return {name: provider(outbound) for name, provider in provider_types().items()}


def supports(channel: str, kind: str) -> bool:
    """Say whether messages of a kind go over a channel; one nobody knows is left to fail."""
    provider = provider_types().get(channel)
    return provider is None or kind in provider.SUPPORTS


def _providers_of(folder: str) -> list[type[Provider]]:
    """Return the providers of a vendor: one that is a tracker only has none."""
    home = f"{FOLDERS}.{folder}"
    inside = pkgutil.iter_modules(importlib.import_module(home).__path__)
    return _providers_in(f"{home}.{MODULE}") if MODULE in {one.name for one in inside} else []


def _providers_in(name: str) -> list[type[Provider]]:
    """Return the providers that the module defines."""
    defined = vars(importlib.import_module(name)).values()
    return [
        definition
        for definition in defined
        if isinstance(definition, type)
        and issubclass(definition, Provider)
        and definition.__module__ == name
    ]
