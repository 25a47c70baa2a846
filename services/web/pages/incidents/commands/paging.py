"""Paging commands: who is asked, until when nobody is, and who comes to help."""

from typing import Final

from services.web.pages.incidents.commands.choices import (
    SPANS,
    is_open,
    page_numbers,
    response_page,
    seen,
)
from services.web.pages.incidents.commands.fields import choice
from services.web.pages.incidents.commands.form import Command, Field, Kind

PAGING: Final = (
    Command(
        noun="pages/escalation",
        button="Not me, escalate",
        words="The next level is paged now, without waiting for the one that is paged.",
        fields=(
            Field(name="number", label="Page", kind=Kind.HIDDEN),
            Field(name="round", label="Round", kind=Kind.HIDDEN_NUMBER),
            Field(name="level", label="Level", kind=Kind.HIDDEN_NUMBER),
        ),
        api="pages/{number}/escalation",
    ),
    Command(
        noun="escalation",
        button="Escalate",
        words="The next level is asked to take it now. Whoever has it has it no longer.",
        fields=(
            Field(name="page", label="Page", kind=Kind.HIDDEN_NUMBER, now=seen("number")),
            Field(name="round", label="Round", kind=Kind.HIDDEN_NUMBER, now=seen("round")),
            Field(name="level", label="Level", kind=Kind.HIDDEN_NUMBER, now=seen("level")),
            Field(name="reason", label="Why", kind=Kind.LINE, needed=False),
        ),
        when=lambda incident: is_open(incident) and response_page(incident) is not None,
        group="Paging",
    ),
    Command(
        noun="pages",
        button="Add responders",
        words="They are paged now, with your words. The incident commander stays the same.",
        fields=(
            Field(name="ask", label="What you ask them for", kind=Kind.LINE),
            Field(name="responder_ids", label="Who", kind=Kind.PEOPLE, needed=False),
            Field(
                name="escalation_policy_id",
                label="Or whoever an escalation policy reaches",
                kind=Kind.POLICY,
                needed=False,
            ),
        ),
        key="g",
        when=is_open,
        group="People",
    ),
    Command(
        noun="reassignment",
        button="Reassign",
        words="Those who had it are no longer asked; the people you name are paged instead.",
        fields=(
            Field(name="reason", label="Why", kind=Kind.LINE),
            Field(name="responder_ids", label="Who", kind=Kind.PEOPLE, needed=False),
            Field(
                name="escalation_policy_id",
                label="Or an escalation policy",
                kind=Kind.POLICY,
                needed=False,
            ),
        ),
        when=is_open,
        group="People",
    ),
    Command(
        noun="unacknowledgement",
        button="Unacknowledge",
        words="Nobody has it any longer, and people are paged for it again.",
        fields=(Field(name="reason", label="Why", kind=Kind.LINE, needed=False),),
        when=lambda incident: incident["status"] == "acknowledged",
        group="Paging",
    ),
    Command(
        noun="snooze",
        button="Snooze",
        words="Nobody is paged until then. It is paged again when the time is over.",
        fields=(
            choice("duration_seconds", "For how long", SPANS, needed=False),
            Field(name="until", label="Or until", kind=Kind.TIME, needed=False),
            Field(name="reason", label="Why", kind=Kind.LINE, needed=False),
        ),
        when=lambda incident: is_open(incident) and not incident["snoozed_until"],
        group="Paging",
    ),
    Command(
        noun="snooze/end",
        button="End snooze",
        words="It is paged again at once.",
        api="snooze",
        method="DELETE",
        when=lambda incident: bool(incident["snoozed_until"]),
        group="Paging",
    ),
    Command(
        noun="pages/cancellation",
        button="Cancel a page",
        words="Nobody is asked for it any more.",
        fields=(
            Field(name="number", label="Page", kind=Kind.CHOICE, choices=page_numbers),
            Field(name="reason", label="Why", kind=Kind.LINE),
        ),
        api="pages/{number}/cancellation",
        when=lambda incident: bool(page_numbers(incident)),
        group="Paging",
    ),
    Command(
        noun="pages/plan",
        button="Page by the policy as it is now",
        words="A page keeps the policy it began with. This begins anew, at the first level.",
        fields=(Field(name="number", label="Page", kind=Kind.CHOICE, choices=page_numbers),),
        api="pages/{number}/plan",
        when=lambda incident: bool(page_numbers(incident)),
        group="Paging",
    ),
    Command(
        noun="pages/acceptance",
        button="Accept",
        words="You come and help. Nobody asks you for it any more.",
        fields=(Field(name="number", label="Page", kind=Kind.HIDDEN),),
        api="pages/{number}/acceptance",
        kind="take",
    ),
    Command(
        noun="pages/decline",
        button="Decline to help",
        words="Whoever asked you is informed, and can ask somebody else.",
        fields=(
            Field(name="number", label="Page", kind=Kind.HIDDEN),
            Field(name="reason", label="Why", kind=Kind.LINE, needed=False),
        ),
        api="pages/{number}/decline",
    ),
)
