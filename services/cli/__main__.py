"""Command line: the `tocsin` command, with everything a person at a terminal asks of a Tocsin."""

import sys

import typer

from services.cli import configure
from services.cli.audit import commands as audit
from services.cli.communicate import notes, status_updates
from services.cli.operate import (
    page_tests,
    projections,
    projections_check,
    reconcile,
    subjects,
    system,
)
from services.cli.remote import Problem
from services.cli.respond import (
    checklists,
    fields,
    incidents,
    outcome,
    privacy,
    relations,
    roles,
    work_items,
)
from services.cli.terminal import complain, never_fails_on_a_character
from services.cli.understand import changes, history, log_events, noise, timeline
from services.exit import FAILED
from services.modules import modules_with

app = typer.Typer(
    name="tocsin",
    help="Incidents, from the first alert to the postmortem.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
GROUPS = {
    "Respond": (
        incidents,
        roles,
        checklists,
        work_items,
        relations,
        fields,
        privacy,
        outcome,
    ),
    "Communicate": (status_updates, notes),
    "Understand": (timeline, changes, noise, history, log_events),
    "Configure": modules_with("app", configure),
    "Operate": (system, page_tests, reconcile, subjects),
}
for group, parts in GROUPS.items():
    for part in parts:
        for command in (*part.app.registered_commands, *part.app.registered_groups):
            command.rich_help_panel = group
        app.add_typer(part.app)
projections.app.command()(projections_check.check)
app.add_typer(projections.app, name="projections", rich_help_panel="Operate")
app.add_typer(audit.app, name="audit", rich_help_panel="Audit")


def main() -> None:
    """Run one command; a problem is one sentence on standard error and exit code 1."""
    never_fails_on_a_character()
    try:
        app(prog_name="tocsin")
    except Problem as problem:
        complain(problem)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
