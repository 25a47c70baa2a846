"""Budget: how much reading one message may take, in steps that are counted, whatever it says.

Steps, and no clock, so that the same message is read or refused alike on every machine, and when it
is replayed. One takes a microsecond or two: all of them, some fifty milliseconds.
"""

from typing import Final

from events.mapping.refusals import TooMuch

STEPS: Final = 20_000
MOST_VALUES: Final = 5_000  # of a body that an expression looks at
LONGEST_TEXT: Final = 4_000  # characters of a text that an expression sees, or makes


class Budget:
    """The steps that are left for one message."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps.

        Raises: TooMuch.
        """
        self.left -= steps
        if self.left < 0:
            raise TooMuch(f"the message takes more than {STEPS} steps to read: shorten it or paths")
