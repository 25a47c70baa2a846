"""Changes of what teams own: refused to whoever does not manage each owner, before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from events.decider import Decider
from events.errors import CommandRejected, LogOverloaded
from events.ids import ResponderId
from events.loading import load
from events.log.store import Log
from services.access.permissions import Permission
from services.access.rights.ownership import Owner, Owners, answering, owner_behind
from services.access.schedule_people import is_manager
from services.request_refusals import PermissionMissing

_MANAGERS_SHOWN: Final = 5
_NOBODYS: Final = "Your key is nobody's: use your own."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedChanges:
    """What one person may change: that whose owners the person manages, all of them.

    A key that belongs to nobody is nobody, whomever it says it speaks for.
    """

    log: Log
    person: ResponderId | None
    advice: str = ""  # said with a refusal

    async def bound[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Decider[Command, State, Event]:
        """Return the rules of a thing with one more: the person manages who owns it.

        It is asked of the state that the command is decided on, so nobody gives something away, or
        takes it, between the question and the change.
        Raises: RoutingRulesRefused, LogUnavailable.
        """
        before, _ = await load(self.log, decider, stream)
        owners = await self._owners({*self._around(decider, stream, command, before)})

        def decide(command: Command, state: State) -> list[Event]:
            held = answering(stream, state)
            self._require(owners, held)
            events = decider.decide(command, state)
            after = answering(stream, reduce(decider.evolve, events, state))
            self._require(owners, after - held, becomes=True)
            return events

        return replace(decider, decide=decide)

    async def require(self, streams: Iterable[str]) -> None:
        """Let the person pass who manages all that answers for something.

        Raises: PermissionMissing, LogUnavailable.
        """
        owners = await self._owners({*streams})
        self._require(owners, owners)
        if self.person is None:
            raise PermissionMissing(
                f"Only the managers of a team and admins may do this. {self.advice or _NOBODYS}",
                permission=Permission.TEAM_WRITE.value,
            )

    @staticmethod
    def _around[Command, State, Event](
        decider: Decider[Command, State, Event], stream: str, command: Command, state: State
    ) -> frozenset[str]:
        held = answering(stream, state)
        try:
            after = reduce(decider.evolve, decider.decide(command, state), state)
        except CommandRejected:
            return held  # so it is refused in any case
        return held | answering(stream, after)

    async def _owners(self, streams: Iterable[str]) -> Owners:
        return {stream: await owner_behind(self.log, stream) for stream in sorted(streams)}

    def _require(self, owners: Owners, held: Iterable[str], *, becomes: bool = False) -> None:
        for stream in sorted(held):
            if stream not in owners:
                raise LogOverloaded("It was changed at the same time; nothing was stored.")
            if not is_manager(owners[stream].team, self.person):
                raise refused(owners[stream], self.advice, becomes=becomes)


def refused(owner: Owner, advice: str, *, becomes: bool) -> PermissionMissing:
    """Return the refusal to change what somebody else owns; it names the team, and who may."""
    advice = f" {advice}" if advice else ""
    verb = "would be" if becomes else "is"
    facts = {"permission": Permission.TEAM_WRITE.value}
    if owner.team_id is None:
        why = f"It {verb} no team's, so only an admin may do this."
        hint = " Say which team it is of, one that you manage." if becomes else ""
        return PermissionMissing(why + hint + advice, **facts)
    facts["team_id"] = owner.team_id
    if owner.team is None:
        why = f"It {verb} team {owner.team_id}'s, which nobody has set up: only an admin may."
        return PermissionMissing(why + advice, **facts)
    managers = [member.responder_id for member in owner.team.members if member.manager]
    named = ", ".join(managers[:_MANAGERS_SHOWN]) or "nobody now"
    more = ", …" if len(managers) > _MANAGERS_SHOWN else ""
    return PermissionMissing(
        f"It {verb} team {owner.team.name}'s ({owner.team_id}): its managers ({named}{more}) and"
        f" admins may do this.{advice}",
        **facts,
    )
