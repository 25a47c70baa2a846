"""Probe ends: the sink notes that a probe arrived, the heartbeat tells somebody outside."""

from typing import ClassVar, Final

from activities.delivery.faults import DeliveryFault
from activities.delivery.message import Message
from activities.delivery.outbound import Outbound
from activities.delivery.provider import ContactAddress, Provider
from activities.integrations.http_answers import require_accepted
from events.configuration.responder import ContactMethod
from events.log.database import Database
from events.log.liveness.dead_man_switch import heartbeat_sent, probe_arrived

PROBE: Final = "probe"  # kind of message
SINK: Final = "sink"
HEARTBEAT: Final = "heartbeat"


class Sink(Provider):
    """Takes a probe and notes that it came; nobody's contact method names it."""

    NAME = SINK
    Address = ContactAddress
    SUPPORTS: ClassVar[frozenset[str]] = frozenset({PROBE})

    def __init__(self, outbound: Outbound, database: Database, *, heartbeat_wanted: bool) -> None:
        super().__init__(outbound)
        self._database = database
        self._heartbeat_wanted = heartbeat_wanted

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Note that the probe arrived."""
        del message, to
        await probe_arrived(self._database, heartbeat_wanted=self._heartbeat_wanted)
        return None


class Heartbeat(Provider):
    """Posts to a URL of the user's choice, whose owner raises the alarm when nothing comes."""

    NAME = HEARTBEAT
    Address = ContactAddress
    SUPPORTS: ClassVar[frozenset[str]] = frozenset({PROBE})

    def __init__(self, outbound: Outbound, database: Database) -> None:
        super().__init__(outbound)
        self._database = database

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Post once, and note whether that went well."""
        headers = {"content-type": "text/plain; charset=utf-8", "user-agent": "Tocsin"}
        try:
            answer = await self._outbound.post(
                to.address, headers=headers, body=message.headline.encode()
            )
            require_accepted(answer)
        except DeliveryFault as fault:
            await heartbeat_sent(self._database, f"{type(fault).__name__}: {fault.code}")
            raise
        await heartbeat_sent(self._database)
        return None
