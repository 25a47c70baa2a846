"""Learning policy refusal, and what it says to do instead."""

from events.errors import Unprocessable


class LearningPolicyRefused(Unprocessable):
    """The learning policy does not make sense."""
