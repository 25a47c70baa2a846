"""Link commands: what people may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.values.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLink:
    """Add a link; an address that is there already gets its new title."""

    link: Link
    actor: Actor
    at: datetime
    kind: Literal["add_link"] = "add_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLink:
    """Remove a link."""

    url: str
    actor: Actor
    at: datetime
    kind: Literal["remove_link"] = "remove_link"


type LinkCommand = AddLink | RemoveLink
