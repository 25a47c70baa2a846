"""Personal data mark: a field that tells who a person is, under a key that can be destroyed."""

from dataclasses import dataclass
from typing import Final

ERASED: Final = "erased"  # what such a field says once the person has been forgotten


@dataclass(frozen=True, slots=True)
class Personal:
    """Put into `Annotated[str, Personal("responder_id")]`, on an event or on a value inside one.

    `subject` names the field of the event, at its top, that holds the id of the person.
    """

    subject: str
