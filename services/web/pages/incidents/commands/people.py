"""People commands: who has which role, and who takes part."""

from typing import Final

from services.web.pages.incidents.commands.choices import held_roles, is_open, offered_roles
from services.web.pages.incidents.commands.fields import FORCE, ROLE, TO, WHOM, reason
from services.web.pages.incidents.commands.form import Command, Field, Kind

PEOPLE: Final = (
    Command(
        noun="roles/assignment",
        button="Assign a role",
        words="They have the role at once.",
        fields=(ROLE, WHOM, reason(needed=False), FORCE),
        api="roles/{role}",
        key="r",
        when=is_open,
        group="People",
    ),
    Command(
        noun="roles/offer",
        button="Offer a role",
        words="They have it once they accept.",
        fields=(ROLE, TO),
        api="roles/{role}/offer",
        when=is_open,
        group="People",
    ),
    Command(
        noun="roles/handover",
        button="Hand over a role",
        words="The role goes to somebody else, with what they must know.",
        fields=(
            Field(name="role", label="Role", kind=Kind.CHOICE, choices=held_roles),
            TO,
            reason(label="What they must know"),
        ),
        api="roles/{role}/handover",
        key="h",
        when=lambda incident: is_open(incident) and bool(held_roles(incident)),
        group="People",
    ),
    Command(
        noun="roles/removal",
        button="Take a role away",
        words="Nobody has it then.",
        fields=(Field(name="role", label="Role", kind=Kind.CHOICE, choices=held_roles),),
        api="roles/{role}",
        method="DELETE",
        when=lambda incident: is_open(incident) and bool(held_roles(incident)),
        group="People",
    ),
    Command(
        noun="roles/offer/withdrawal",
        button="Withdraw an offer",
        words="The role is no longer offered.",
        fields=(Field(name="role", label="Role", kind=Kind.CHOICE, choices=offered_roles),),
        api="roles/{role}/offer",
        method="DELETE",
        when=lambda incident: bool(offered_roles(incident)),
        group="People",
    ),
    Command(
        noun="roles/acceptance",
        button="Accept the role",
        words="It is yours from now on.",
        fields=(Field(name="role", label="Role", kind=Kind.HIDDEN), reason(needed=False), FORCE),
        api="roles/{role}/offer/acceptance",
        kind="accent",
    ),
    Command(
        noun="roles/decline",
        button="Decline the role",
        words="Whoever offered it is informed.",
        fields=(Field(name="role", label="Role", kind=Kind.HIDDEN), reason(needed=False)),
        api="roles/{role}/offer/decline",
    ),
    Command(
        noun="takeover",
        button="Take command",
        words="You are the incident commander instead of whoever was.",
        fields=(reason(), FORCE),
        when=lambda incident: is_open(incident) and "commander" in incident["roles"],
        group="People",
    ),
    Command(
        noun="responders",
        button="Note who helps",
        words="They are part of the response. Nobody is paged by this.",
        fields=(WHOM,),
        when=is_open,
        group="People",
    ),
)
