"""Verified contact methods: proven by a code, for as long as their address stays as it is."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce

from events.configuration.responder import ResponderRegistered
from events.contact_verification.events import ContactVerificationConfirmed

type Verified = Mapping[tuple[str, str], datetime]  # when, by channel and address


def verified_by(history: Iterable[object]) -> Verified:
    """Return what is verified after the facts about one responder, in the order of the log.

    An address that is given up is no longer verified, also if it comes back later.
    """
    nothing: Verified = {}
    return reduce(_after, history, nothing)


def given_up_at(history: Iterable[object], channel: str, address: str) -> datetime | None:
    """Return when somebody was last registered without an address; None if they never were."""
    without = [
        event.registered_at
        for event in history
        if isinstance(event, ResponderRegistered)
        and (channel, address) not in {(one.channel, one.address) for one in event.contact_methods}
    ]
    return without[-1] if without else None


def _after(verified: Verified, event: object) -> Verified:
    match event:
        case ResponderRegistered():
            there = {(one.channel, one.address) for one in event.contact_methods}
            return {way: at for way, at in verified.items() if way in there}
        case ContactVerificationConfirmed():
            return {**verified, (event.channel, event.address): event.confirmed_at}
        case _:
            return verified
