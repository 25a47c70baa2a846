"""Taking part: what a visitor may do in one schedule, so that no form is shown in vain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.web.rights.leading import Team, is_manager, person_of

type Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Part: how somebody stands to a schedule, its team and its shifts."""

    me: str
    leads: bool  # asks, withdraws and overrides for everybody
    overrides_all: bool
    has_turns: bool
    is_asked: bool  # with everybody of the team, when cover is asked for

    @property
    def may_override(self) -> bool:
        """Say whether they override some shift: any, or their own."""
        return self.overrides_all or self.has_turns

    @property
    def may_ask(self) -> bool:
        """Say whether there is a shift that they ask cover for."""
        return self.leads or self.has_turns

    def may_withdraw(self, override: Document) -> bool:
        """Say whether they withdraw an override: any, or one that they are in."""
        return self.overrides_all or self.me in (override["on"], override["off"])

    def may_take(self, request: Document) -> bool:
        """Say whether a cover request asks them."""
        asked = self.me in request["asked_ids"] or (not request["asked_ids"] and self.is_asked)
        return asked and request["responder_id"] != self.me

    def may_end(self, request: Document) -> bool:
        """Say whether they withdraw a cover request."""
        return self.leads or request["responder_id"] == self.me

    def may_revoke(self, feed: Document, *, is_admin: bool) -> bool:
        """Say whether they take away the address of a calendar."""
        mine = feed["issued_by"] == f"responder:{self.me}" or feed["responder_id"] == self.me
        return is_admin or mine


def part_of(
    me: str, schedule: Document, team: Team | None, overrides: Sequence[Document], *, is_admin: bool
) -> Part:
    """Return how somebody stands to a schedule; they may work on calls as a responder does."""
    members = [person_of(one) for one in team["members"]] if team else []
    leads = is_admin or is_manager(team, me)
    lets = team is not None and bool(team["members_may_override"]) and me in members
    turns = {*turns_in(schedule["layers"]), *(one["on"] for one in overrides)}
    return Part(
        me=me,
        leads=leads,
        overrides_all=leads or lets,
        has_turns=me in turns,
        is_asked=me in turns or me in members,
    )


def turns_in(layers: Iterable[Document]) -> list[str]:
    """Return everybody who has turns in some layers."""
    return [who for layer in layers for slot in layer["rotation"]["slots"] for who in slot]
