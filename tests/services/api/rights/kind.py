"""Kinds of callers, and how each stands to what the walks over the API and the web name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from events.configuration.api_key import ApiScope
from services.access.permissions import RIGHTS, Permission, Relation, is_unbound, permissions_of

# Who stands so to what the walks name: things of Payments, Ben, and Ben's shifts.
STAND: Final[Mapping[Relation, frozenset[str]]] = {
    Relation.MANAGES: frozenset({"grace"}),
    Relation.IS: frozenset({"ben"}),
    Relation.LEADS: frozenset({"ben", "grace"}),
    Relation.BRINGS_IN: frozenset({"grace"}),
    Relation.STANDS_IN: frozenset({"ben", "grace"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of caller: its roles, the person if it is one, and whether it signed in."""

    name: str
    roles: tuple[ApiScope, ...]
    person: str | None = None
    signed_in: bool = False

    def may(self, permission: Permission) -> bool:
        """Say what the table says."""
        carried = permissions_of(self.roles)
        relation = RIGHTS[permission].to_responder
        if permission not in carried or relation is None or is_unbound(carried):
            return permission in carried
        return self.person in STAND[relation]
