"""Tracker commands: where action items become issues."""

from typing import Annotated

import typer

from events.configuration.tracker import TrackerVendor
from services.cli import shown
from services.cli.configure.nouns import Id, Noun, group, put, report
from services.cli.options import AsJson
from services.cli.remote import Remote

TRACKER = Noun(
    name="tracker",
    many="trackers",
    path="/v1/trackers",
    key="tracker_id",
    columns={
        "Vendor": lambda one: one["vendor"],
        "Project": lambda one: one["project"],
        "State": lambda one: "removed" if one["removed_at"] else "open",
        "Signed": lambda one: "yes" if one["is_signed"] else "no",
    },
)
app = typer.Typer()
tracker = group(TRACKER, "set, test, remove, list, show")
app.add_typer(tracker, name="tracker")


@tracker.command("set")
def set_tracker(
    identity: Id,
    vendor: Annotated[TrackerVendor, typer.Option(help="Whose it is.")],
    project: Annotated[str, typer.Option(help="acme/checkout on GitHub, OPS in Jira.")],
    token: Annotated[
        str,
        typer.Option(
            prompt="Token",
            hide_input=True,
            envvar="TOCSIN_TRACKER_TOKEN",
            help="May read and write issues. Without the option it is asked for, and not shown.",
        ),
    ],
    site: Annotated[
        str | None, typer.Option(help="https://example.atlassian.net; left out for github.com.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(help="Of Jira: the e-mail address whose token it is.")
    ] = None,
    issue_type: Annotated[str | None, typer.Option(help="Of Jira; left out: Task.")] = None,
    signing_secret: Annotated[
        str | None,
        typer.Option(envvar="TOCSIN_SIGNING_SECRET", help="With which it signs its webhooks."),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Let action items become issues there, or change how."""
    said = {
        "vendor": str(vendor),
        "project": project,
        "token": token,
        "site": site,
        "account": account,
        "issue_type": issue_type,
        "signing_secret": signing_secret,
    }
    body = {name: value for name, value in said.items() if value is not None}
    put(TRACKER, identity, body, json=json)


@tracker.command("test")
def try_out(identity: Id, *, json: AsJson = False) -> None:
    """Ask it whether it takes the token and shows the project; nothing is written there."""
    answer = Remote.from_environment().post(f"{TRACKER.path}/{identity}/test")
    if json:
        shown.as_json(answer)
    elif answer["works"]:
        shown.say(f"Tracker {identity} takes the token and shows the project.")
    else:
        shown.say(f"Tracker {identity} does not work ({answer['problem']}). {answer['advice']}")
    if not answer["works"]:
        raise typer.Exit(1)


@tracker.command()
def remove(identity: Id, *, json: AsJson = False) -> None:
    """Write nothing there any more, and believe nothing that comes from there."""
    answer = Remote.from_environment().delete(f"{TRACKER.path}/{identity}")
    report(answer, f"Removed tracker {identity}.", json=json)
