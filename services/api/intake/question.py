"""Question: a request without a body, by which a sender looks at what it talks to."""

from services.intake.arrival import Arrival


class Question:
    """Reads a request that says nothing but who asks."""

    def __init__(self, _arrival: Arrival) -> None:
        """Nothing of it counts."""

    def feed(self, part: bytes) -> None:
        """Pass over what a GET has no use for."""

    def finish(self) -> None:
        """Return: there is nothing to say."""
