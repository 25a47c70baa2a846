"""Whom a delivery goes to, and where: as the log knows them at this moment."""

from dataclasses import replace

from activities.delivery.faults import DeliveryRefused
from events.personal import ERASED
from events.responder.events import ContactMethod
from events.responder.state import Responder
from events.subject.state import Subject


def recipient(responder: Responder, subject: Subject) -> Responder:
    """Return the responder without name and addresses, if they were forgotten.

    A process remembers keys for a while, so it may still read what it must not use any more.
    """
    if not subject.forgotten:
        return responder
    nowhere = tuple(replace(one, address=ERASED, secret=None) for one in responder.contact_methods)
    return replace(responder, name=ERASED, contact_methods=nowhere)


def contact_method(to: Responder, *, address: int, channel: str) -> ContactMethod:
    """Return the contact method of that number, as the responder has it now.

    Raises: DeliveryRefused, if the responder has changed it to another channel, or was forgotten.
    """
    methods = to.contact_methods
    if address >= len(methods) or methods[address].channel.value != channel:
        raise DeliveryRefused("contact_method_gone")
    if methods[address].address == ERASED:
        raise DeliveryRefused("responder_forgotten")
    return methods[address]
