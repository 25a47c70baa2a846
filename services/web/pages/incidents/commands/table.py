"""Table of the commands: every form of an incident, by its address."""

from collections.abc import Sequence
from typing import Final

from services.web.calls import Document
from services.web.pages.incidents.commands.around import AROUND
from services.web.pages.incidents.commands.course import COURSE
from services.web.pages.incidents.commands.doing import DOING
from services.web.pages.incidents.commands.form import Command
from services.web.pages.incidents.commands.informing import INFORMING
from services.web.pages.incidents.commands.paging import PAGING
from services.web.pages.incidents.commands.people import PEOPLE

COMMANDS: Final[Sequence[Command]] = (
    *COURSE,
    *PEOPLE,
    *PAGING,
    *AROUND,
    *DOING,
    *INFORMING,
)
BY_NOUN: Final = {command.noun: command for command in COMMANDS}
GROUPS: Final = ("Course", "People", "Paging", "Work", "Who sees it", "Other incidents", "Facts")


def offered(incident: Document) -> list[tuple[str, list[Command]]]:
    """Return what can be done with the incident as it is, in groups."""
    groups = [
        (name, [one for one in COMMANDS if one.group == name and one.when(incident)])
        for name in GROUPS
    ]
    return [(name, found) for name, found in groups if found]
