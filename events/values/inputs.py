"""Input markers: what people may fill into a command; checked where requests come in.

They stand on the fields of commands as `Personal` stands on those of events. An id needs no mark:
whom or what its type names must exist.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from events.values.plain_text import ONE_LINE, PLAIN


@dataclass(frozen=True, slots=True)
class Form:
    """How a text is written; lengths in characters."""

    least: int | None = None
    most: int | None = None
    pattern: str = ""  # of the whole text, in ECMA 262's syntax and Python's alike
    ask: str = ""  # for what the pattern wants, in a sentence
    example: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """The smallest and the largest whole number that is accepted."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Says:
    """What a field is for, where its name does not say it."""

    text: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that no request has: the program that gives the command fills it in."""


LINE: Final = Form(
    least=1,
    most=200,
    pattern=ONE_LINE,
    ask="Use one line of plain text: no tabs, control characters or direction marks.",
)
TEXT: Final = Form(
    least=1,
    most=8_000,
    pattern=PLAIN,
    ask="Use plain text: line ends and tabs, but no other control characters or direction marks.",
)
TEXT_IF_ANY: Final = Form(most=8_000, pattern=PLAIN, ask=TEXT.ask)

type Line = Annotated[str, LINE]
type Text = Annotated[str, TEXT]
type TextIfAny = Annotated[str, TEXT_IF_ANY]
type InPlace = Annotated[
    Text | None, Says("Why somebody does it in the place of the incident commander.")
]
