"""Work commands: the checklist, and what is tried."""

from typing import Final

from services.web.pages.incidents.commands.choices import MITIGATIONS, OUTCOMES, SECTIONS, is_open
from services.web.pages.incidents.commands.fields import choice
from services.web.pages.incidents.commands.form import Command, Field, Kind

DOING: Final = (
    Command(
        noun="checklist",
        button="Add a step",
        words="It stands on the checklist of this incident only.",
        fields=(
            choice("section", "Where", SECTIONS),
            Field(name="text", label="What to do", kind=Kind.LINE),
            Field(
                name="mandatory",
                label="It must be done before the phase ends",
                kind=Kind.TICK,
                needed=False,
            ),
        ),
        when=is_open,
        group="Work",
    ),
    Command(
        noun="checklist/tick",
        button="Tick",
        words="The step is done.",
        fields=(Field(name="item_id", label="Step", kind=Kind.HIDDEN),),
        api="checklist/{item_id}/tick",
    ),
    Command(
        noun="checklist/untick",
        button="Untick",
        words="The step is open again.",
        fields=(Field(name="item_id", label="Step", kind=Kind.HIDDEN),),
        api="checklist/{item_id}/tick",
        method="DELETE",
    ),
    Command(
        noun="mitigation-actions",
        button="Begin an action",
        words="Everybody sees what is being tried, and since when.",
        fields=(
            choice("kind", "Kind", MITIGATIONS),
            Field(name="description", label="What you do", kind=Kind.LINE),
        ),
        when=is_open,
        group="Work",
    ),
    Command(
        noun="mitigation-actions/outcome",
        button="End an action",
        words="Everybody sees whether it helped.",
        fields=(
            Field(name="number", label="Action", kind=Kind.HIDDEN),
            choice("outcome", "What came of it", OUTCOMES),
            Field(name="comment", label="What you saw", needed=False),
        ),
        api="mitigation-actions/{number}/outcome",
    ),
)
