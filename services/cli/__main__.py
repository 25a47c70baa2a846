"""Command line: the `tocsin` command, with everything a person at a terminal asks of a Tocsin."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import typer

from services.cli import configure, learn, on_call, people
from services.cli.communicate import notes, status_updates
from services.cli.panels import add
from services.cli.remote import Problem
from services.cli.respond import (
    checklists,
    fields,
    handing_on,
    incidents,
    outcome,
    privacy,
    relations,
    responder_requests,
    roles,
    work_items,
)
from services.cli.terminal import complain, never_fails_on_a_character
from services.cli.understand import (
    alerts,
    arrivals,
    changes,
    deliveries,
    flapping,
    log_events,
    metrics,
    noise,
    timeline,
)
from services.exit import FAILED
from services.modules import modules_with

DAILY: Final = {
    "Respond": (
        incidents,
        handing_on,
        responder_requests,
        roles,
        checklists,
        work_items,
        relations,
        fields,
        privacy,
        outcome,
    ),
    "On call": modules_with("app", on_call),
    "Communicate": (status_updates, notes),
    "Understand": (timeline, changes, alerts, arrivals, noise, flapping, deliveries, log_events),
    "Learn": (metrics, *modules_with("app", learn)),
    "Configure": (*modules_with("app", configure), *modules_with("app", people)),
}


def application(words: Sequence[str]) -> typer.Typer:
    """Return the command line for what was typed.

    Rare commands take a second to load: at night an acknowledgement does not wait for them.
    """
    app = typer.Typer(
        name="tocsin",
        help="Incidents, from the first alert to the postmortem.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for panel, parts in DAILY.items():
        add(app, panel, parts)
    if not words or words[0] not in commands_of(app):
        import_module("services.cli.rare").add_rare(app)
    return app


def commands_of(app: typer.Typer) -> frozenset[str]:
    """Return the names of the commands so far."""
    group = typer.main.get_command(app)
    return frozenset(getattr(group, "commands", ()))


def main() -> None:
    """Run one command; a problem is one sentence on standard error and exit code 1."""
    never_fails_on_a_character()
    try:
        application(sys.argv[1:])(prog_name="tocsin")
    except Problem as problem:
        complain(problem)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
