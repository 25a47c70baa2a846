"""The `tocsin` command: everything a person at a terminal asks of a Tocsin."""

import sys

import typer

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
from services.cli.respond import checklists, fields, incidents, privacy, roles, work_items
from services.cli.respond import relations as lives
from services.cli.terminal import complain, never_fails_on_a_character
from services.cli.understand import changes, history, log_events, timeline
from services.exit import FAILED

app = typer.Typer(
    name="tocsin",
    help="Incidents, from the first alert to the postmortem.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
PARTS = (
    system,
    privacy,
    changes,
    incidents,
    timeline,
    notes,
    checklists,
    fields,
    lives,
    roles,
    status_updates,
    work_items,
    history,
    log_events,
    reconcile,
    subjects,
    page_tests,
)
for part in PARTS:
    app.add_typer(part.app)
app.add_typer(audit.app, name="audit")
projections.app.command()(projections_check.check)
app.add_typer(projections.app, name="projections")


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
