"""Tracker trial: asks a tracker whether what is known of it works, and says what to do if not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    ProviderUnreachable,
)
from activities.delivery.outbound import Outbound
from activities.tracking.tracker import tracker_for
from events.configuration.tracker import TrackerDefined

DEADLINE: Final = timedelta(seconds=5)  # somebody waits for it
REFUSED: Final = {
    "http_301": "The repository has another name by now: write that one.",
    "http_401": "The token is not taken: give a new one, of Jira with the account that it is of.",
    "http_403": "The token may not read the project's issues: let it read and write issues.",
    "http_404": "There is no such project, or the token may not see it: look at both.",
    "http_410": "The project has no issues: switch them on there.",
    "no_issue_type": (
        "The account may create no issue of that type in the project: name another type, or let it."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerTrial:
    """What came of asking a tracker."""

    problem: str | None = None  # named fault, without addresses or secrets; None: it works
    advice: str | None = None  # what to do


async def try_out(known: TrackerDefined, at: datetime, *, allow_private: bool) -> TrackerTrial:
    """Ask the tracker; it is told nothing that it keeps."""
    outbound = Outbound(allow_private=allow_private, deadline=DEADLINE)
    try:
        await tracker_for(known, outbound).try_out(at)
    except DeliveryFault as fault:
        return TrackerTrial(problem=fault.code, advice=advice_for(fault))
    return TrackerTrial()


def advice_for(fault: DeliveryFault) -> str:
    """Return what to do about a fault."""
    if isinstance(fault, DeliveryRefused):
        usual = f"It does not take what it is asked ({fault.code}): look at the address."
        return REFUSED.get(fault.code, usual)
    if isinstance(fault, DeliveryDeferred):
        return "It asks to wait: try again in a while."
    if isinstance(fault, ProviderUnreachable):
        return "No connection came about: look at the address, and whether it can be reached."
    return "It did not answer in time, or not as such a tracker does: look at the address."
