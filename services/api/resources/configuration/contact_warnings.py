"""Contact warnings: what is missing for a person to be reached when one way to them fails.

Nobody is silently unpaged for it: a contact method that nobody has verified is used all the same.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from events.configuration.responder import ContactMethod, responder_decider
from events.contact_verification.decide import contact_verification_decider
from events.contact_verification.standing import verified_by
from events.ids import ResponderId, contact_verification_stream, responder_stream
from events.log.codec import Codec, codec_for
from events.log.store import Log

ENOUGH: Final = 2  # contact methods that do not fail together


async def warnings_of_contacts(
    log: Log, responder_id: ResponderId, methods: Sequence[ContactMethod]
) -> list[str]:
    """Return what is missing for a person who is about to have these contact methods.

    Raises: LogUnavailable.
    """
    history: list[tuple[int, object]] = []
    for stream, decider in (
        (responder_stream(responder_id), responder_decider),
        (contact_verification_stream(responder_id), contact_verification_decider),
    ):
        codec: Codec[object] = codec_for(decider.event_types)
        stored = await log.opened(await log.read_stream(stream))
        history += [(one.position, codec.decode(one).event) for one in stored]
    proven = verified_by(event for _, event in sorted(history, key=lambda one: one[0]))
    ways = [(one.channel, one.address) for one in methods]
    return warnings_about(responder_id, ways, [one in proven for one in ways])


def warnings_about(
    responder_id: str, methods: Sequence[tuple[str, str]], verified: Sequence[bool]
) -> list[str]:
    """Return what is missing: two ways that do not fail together, and a proof that each works."""
    if not methods:
        return []  # that nobody can page them at all is said elsewhere
    warnings = []
    if independent(methods) < ENOUGH:
        warnings.append(
            f"{responder_id} can be paged in one way only: add a contact method with another "
            "address, for the night on which this one fails."
        )
    unproven = [number for number, proven in enumerate(verified, 1) if not proven]
    if len(unproven) == len(methods):
        warnings.append(
            f"No contact method of {responder_id} is verified: send a code over each of them."
        )
    else:
        warnings += [
            f"Contact method {number} of {responder_id} ({methods[number - 1][0]}) is not "
            "verified: send a code over it."
            for number in unproven
        ]
    return warnings


def independent(methods: Iterable[tuple[str, str]]) -> int:
    """Return how many contact methods do not share an address: one telephone is one way."""
    return len({address.strip().lower() for _, address in methods})
