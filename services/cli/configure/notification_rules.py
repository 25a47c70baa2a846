"""Notification rule commands: how a person is paged, and that it works."""

import re
from typing import Annotated, Any, Final

import typer

from services.cli import shown
from services.cli.configure.bodies import File, body_of, seconds_in
from services.cli.configure.nouns import Id, report
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()
responders = typer.Typer(
    help="How people are paged: notification rules, verification.", no_args_is_help=True
)
rules = typer.Typer(help="Notification rules and quiet hours: set, show.", no_args_is_help=True)
responders.add_typer(rules, name="rules")
app.add_typer(responders, name="responders")

RULE: Final = re.compile(
    r"(?P<method>\d{1,2})(\+(?P<after>\d+[smh]))?(x(?P<times>\d{1,2})/(?P<every>\d+[smh]))?"
)
QUIET: Final = re.compile(r"(?P<begins>\d\d:\d\d)-(?P<ends>\d\d:\d\d)")
RULE_HELP: Final = "METHOD[+AFTER][xREPEATS/EVERY]: 1, 2+5m, 2+5mx3/2m; once for each rule."


@rules.command("set")
def set_rules(
    identity: Id,
    high: Annotated[list[str] | None, typer.Option(help=RULE_HELP)] = None,
    low: Annotated[list[str] | None, typer.Option(help=RULE_HELP)] = None,
    quiet: Annotated[
        str | None, typer.Option(help="When low urgency waits: 22:00-07:00.", metavar="FROM-TO")
    ] = None,
    zone: Annotated[str, typer.Option(help="Whose clock that is: Europe/Berlin.")] = "UTC",
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Replace somebody's rules and quiet hours; without any, every contact method at once."""
    body = body_of(
        file,
        high=[rule_in(one) for one in high] if high else None,
        low=[rule_in(one) for one in low] if low else None,
        quiet_hours=quiet_in(quiet, zone) if quiet else None,
    )
    answer = Remote.from_environment().put(f"/v1/responders/{identity}/notification-rules", body)
    report(answer, f"Set the notification rules of {identity}.", json=json)


@rules.command("show")
def show_rules(identity: Id, *, json: AsJson = False) -> None:
    """Show how somebody is paged, for each urgency, and what is missing."""
    answer = Remote.from_environment().get(f"/v1/responders/{identity}")
    if json:
        shown.as_json({key: answer[key] for key in ("notification_rules", "quiet_hours")})
        return
    methods = answer["contact_methods"]
    for urgency in ("high", "low"):
        parts = answer["notification_rules"][urgency]
        shown.say(f"{urgency.capitalize()} urgency:")
        for line in [written(rule, methods) for rule in parts] or [_without_rules(urgency)]:
            shown.say(f"  {line}")
    quiet = answer["quiet_hours"]
    hours = f"{quiet['begins'][:5]} to {quiet['ends'][:5]}, {quiet['zone']}" if quiet else "none"
    shown.say(f"Quiet hours of low urgency: {hours}")
    for warning in answer["warnings"]:
        shown.say(warning, shown.NOTICE)


@responders.command("verify")
def verify(
    identity: Id,
    method: Annotated[int, typer.Argument(help="Which contact method; the first one is 1.")],
    code: Annotated[
        str | None, typer.Option(help="The code that came; without it, send one.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Send a code over a contact method, or enter the one that came."""
    path = f"/v1/responders/{identity}/contact-methods/{method}/verification"
    if code is not None:
        answer = Remote.from_environment().post(f"{path}/confirmation", {"code": code})
        report(answer, f"Contact method {method} of {identity} is verified.", json=json)
        return
    sent = Remote.from_environment().post(path)
    if json:
        shown.as_json(sent)
    elif sent["taken"]:
        shown.say(f"A code is on its way over {sent['channel']}. Enter it within ten minutes:")
        shown.say(f"  tocsin responders verify {identity} {method} --code CODE")
    else:
        shown.say(f"{sent['channel']} did not take the code: {sent['fault']}.", shown.NOTICE)
    if not sent["taken"]:
        raise typer.Exit(1)


def rule_in(text: str) -> dict[str, Any]:
    """Return the rule that an option says: 2+5mx3/2m.

    Raises: typer.BadParameter.
    """
    parts = RULE.fullmatch(text)
    if parts is None:
        raise typer.BadParameter(f"{text!r} is no rule. {RULE_HELP}")
    rule: dict[str, Any] = {"contact_method": int(parts["method"])}
    if parts["after"]:
        rule["after_seconds"] = seconds_in(parts["after"])
    if parts["times"]:
        rule |= {"repeats": int(parts["times"]), "every_seconds": seconds_in(parts["every"])}
    return rule


def quiet_in(text: str, zone: str) -> dict[str, str]:
    """Return the quiet hours that options say: 22:00-07:00.

    Raises: typer.BadParameter.
    """
    parts = QUIET.fullmatch(text)
    if parts is None:
        raise typer.BadParameter(f"{text!r} are no quiet hours: write them as 22:00-07:00.")
    return {"begins": f"{parts['begins']}:00", "ends": f"{parts['ends']}:00", "zone": zone}


def written(rule: dict[str, Any], methods: list[dict[str, Any]]) -> str:
    """Return a rule as people say it."""
    number = rule["contact_method"]
    when = f"after {rule['after_seconds']} s" if rule["after_seconds"] else "at once"
    again = f", {rule['repeats']} more every {rule['every_seconds']} s" if rule["repeats"] else ""
    return f"{number} ({methods[number - 1]['channel']}) {when}{again}"


def _without_rules(urgency: str) -> str:
    if urgency == "high":
        return "every contact method at once"
    return "at once, every contact method that wakes nobody"
