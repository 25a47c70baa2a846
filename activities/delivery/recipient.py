"""Recipient of a delivery: the responder and the address, as the log has them at this moment."""

from dataclasses import dataclass, replace

from activities.delivery.faults import DeliveryRefused
from events.configuration.responder import ContactMethod, Responder, ResponderKind
from events.subject.state import Subject
from events.values.personal import ERASED


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A responder, as far as a delivery needs to know them; nobody if they are unknown."""

    name: str = ""
    contact_methods: tuple[ContactMethod, ...] = ()
    answers: bool = True  # a channel is told, and cannot


def recipient(responder: Responder | None, subject: Subject) -> Recipient:
    """Return the recipient, without name and addresses if they were forgotten.

    A process remembers keys for a while, so it may still read what it must not use any more.
    """
    if responder is None:
        return Recipient()
    methods = responder.contact_methods
    if not subject.forgotten:
        person = responder.kind is ResponderKind.PERSON
        return Recipient(name=responder.name, contact_methods=methods, answers=person)
    nowhere = tuple(replace(method, address=ERASED, secret=None) for method in methods)
    return Recipient(name=ERASED, contact_methods=nowhere)


def contact_method(to: Recipient, *, address: int, channel: str) -> ContactMethod:
    """Return the contact method of that number, as the responder has it now.

    Raises: DeliveryRefused, if the responder has changed it to another channel, or was forgotten.
    """
    methods = to.contact_methods
    if address >= len(methods) or methods[address].channel != channel:
        raise DeliveryRefused("contact_method_gone")
    if methods[address].address == ERASED:
        raise DeliveryRefused("responder_forgotten")
    return methods[address]
