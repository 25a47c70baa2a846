"""Commands around an incident: who sees it, its relations, links and work item."""

from typing import Final

from services.web.pages.incidents.commands.choices import LINKS, is_open, links_of, members_of
from services.web.pages.incidents.commands.fields import WHOM, choice, reason
from services.web.pages.incidents.commands.form import Command, Field, Kind

AROUND: Final = (
    Command(
        noun="privacy",
        button="Make private",
        words="Only its members, admins and auditors see it from then on.",
        fields=(reason(),),
        when=lambda incident: not incident["private"],
        group="Who sees it",
    ),
    Command(
        noun="privacy/removal",
        button="Make public",
        words="Everybody in the organisation sees it, with all that was written.",
        fields=(reason(),),
        api="privacy",
        method="DELETE",
        when=lambda incident: bool(incident["private"]),
        group="Who sees it",
    ),
    Command(
        noun="members",
        button="Let somebody see it",
        words="They see it from the beginning.",
        fields=(WHOM,),
        when=lambda incident: bool(incident["private"]),
        group="Who sees it",
    ),
    Command(
        noun="members/removal",
        button="Let somebody see it no longer",
        words="They see it no longer, and no page lets them in again.",
        fields=(Field(name="responder_id", label="Who", kind=Kind.CHOICE, choices=members_of),),
        api="members/{responder_id}",
        method="DELETE",
        when=lambda incident: bool(incident["private"] and incident["members"]),
        group="Who sees it",
    ),
    Command(
        noun="merge",
        button="Merge",
        words="Its alerts and its people go on in the other incident; this one is over.",
        fields=(
            Field(
                name="into", label="Into which incident", kind=Kind.LINE, hint="Such as INC-1042."
            ),
            reason(),
        ),
        when=is_open,
        group="Other incidents",
    ),
    Command(
        noun="parent",
        button="Put below another incident",
        words="It stays its own incident, and is shown with the one above it.",
        fields=(
            Field(
                name="parent",
                label="Below which incident",
                kind=Kind.LINE,
                hint="Such as INC-1042.",
            ),
        ),
        when=lambda incident: not incident["relations"]["parent"],
        group="Other incidents",
    ),
    Command(
        noun="parent/removal",
        button="Take out from below its incident",
        words="The two stand beside each other again.",
        api="parent",
        method="DELETE",
        when=lambda incident: bool(incident["relations"]["parent"]),
        group="Other incidents",
    ),
    Command(
        noun="links",
        button="Add a link",
        words="It stands in the head of the incident.",
        fields=(
            choice("kind", "Kind", LINKS),
            Field(name="title", label="Title", kind=Kind.LINE),
            Field(name="url", label="Address", kind=Kind.LINE, hint="It begins with https://"),
        ),
        group="Facts",
    ),
    Command(
        noun="links/removal",
        button="Remove a link",
        words="It stays in the record.",
        fields=(Field(name="url", label="Link", kind=Kind.CHOICE, choices=links_of),),
        api="links",
        query=("url",),
        method="DELETE",
        when=lambda incident: bool(incident["links"]),
        group="Facts",
    ),
    Command(
        noun="work-item/assignment",
        button="Give the work item to somebody",
        words="They are asked to complete it in business hours.",
        fields=(
            Field(name="owner", label="Who", kind=Kind.PERSON, needed=False),
            Field(name="due_at", label="Due", kind=Kind.TIME, needed=False),
        ),
    ),
    Command(
        noun="work-item/completion",
        button="Complete",
        words="The work is done, and the incident with it.",
        fields=(Field(name="summary", label="What was done"),),
        kind="accent",
    ),
)
