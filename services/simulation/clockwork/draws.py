"""Draws: everything that is left to chance, as pure functions of the seed and of a name.

What is drawn for one thing never depends on what was drawn for another: a person more in the
company changes nobody else's year.
"""

from collections import Counter
from hashlib import sha256
from math import exp, log
from random import Random
from statistics import NormalDist
from typing import Final

GOLDEN: Final = 0.618_033_988_749_894_9
NORMAL: Final = NormalDist()
EDGE: Final = 0.02  # nobody is quicker, or slower, than all but one in fifty


class Draws:
    """The dice of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._drawn: Counter[str] = Counter()

    def dice(self, *names: object) -> Random:
        """Return dice of their own for what has this name."""
        digest = sha256(":".join(["tocsin simulation", str(self.seed), *map(str, names)]).encode())
        return Random(int.from_bytes(digest.digest()))  # noqa: S311  a simulation

    def regular(self, *names: object) -> float:
        """Return the next of a row of numbers between 0 and 1 that fills the span evenly.

        A person's habits do not change from month to month: with plain dice, one year in ten would
        look as if they had.
        """
        name = ":".join(map(str, names))
        self._drawn[name] += 1
        return (self.dice("regular", name).random() + self._drawn[name] * GOLDEN) % 1

    def skewed(self, median: float, sigma: float, *names: object) -> float:
        """Return the next of a row that is log-normal: most are near the median, a few are far."""
        quantile = EDGE + (1 - 2 * EDGE) * self.regular(*names)
        return exp(log(median) + sigma * NORMAL.inv_cdf(quantile))
