"""Routing rule commands: where alerts go, and why one would go there."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.configure.bodies import File, read_yaml
from services.cli.configure.nouns import Noun, group, put
from services.cli.options import AsJson
from services.cli.remote import Remote

ROUTING_RULES = Noun(
    name="list of routing rules",
    many="lists of routing rules",
    path="/v1/routing-rules",
    key="routing_rules_id",
    columns={
        "Version": lambda one: str(one["version"]),
        "Rules": lambda one: ", ".join(rule["name"] for rule in one["rules"]) or "—",
    },
)
app = typer.Typer()
rules = group(ROUTING_RULES, "set, test, list, show")
app.add_typer(rules, name="rules")

Rules = Annotated[str, typer.Argument(metavar="ID", help="organisation, team.ID or integration.ID")]


@rules.command("set")
def replace_rules(identity: Rules, file: File = None, *, json: AsJson = False) -> None:
    """Replace the rules of a list with those of a file: `rules:` and what follows, as shown."""
    if file is None:
        raise typer.BadParameter("Name the file that holds the rules.", param_hint="--file")
    put(ROUTING_RULES, identity, rules_in(file), json=json)


@rules.command("test")
def try_rules(
    arrival: Annotated[
        str | None, typer.Option(help="A message that came: its arrival's id.")
    ] = None,
    integration: Annotated[
        str | None, typer.Option(help="Or the integration that sends this message:")
    ] = None,
    source: Annotated[str, typer.Option(help="its kind of sender;")] = "generic",
    body: Annotated[Path | None, typer.Option(help="a file with its body.")] = None,
    draft: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="ID FILE", help="Rules to count in place of this list's."),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Say which rule matches each alert of a message, and what it would become; store nothing."""
    asked = _message(arrival, integration, source, body)
    if draft is not None:
        identity, file = draft
        asked["draft"] = {"routing_rules_id": identity, **rules_in(file)}
    answer = Remote.from_environment().post("/v1/routing-rules/test", asked)
    if json:
        shown.as_json(answer)
        return
    outcome = answer["outcome"].replace("_", " ")
    shown.say(f"The message would be {outcome}. {answer['reason'] or ''}".rstrip())
    for one in answer["tried"]:
        shown.say("")
        _say(one)
    more = answer["alerts_in_message"] - len(answer["tried"])
    if more > 0:
        shown.say(f"{more} more alerts are not shown.", shown.NOTICE)


def rules_in(file: Path) -> dict[str, Any]:
    """Return the rules that a file holds, and nothing else that `show` prints.

    Raises: typer.BadParameter.
    """
    read = read_yaml(file)
    if "rules" not in read:
        raise typer.BadParameter(f"{file} holds no rules: begin with 'rules:'.")
    return {"rules": read["rules"]}


def _message(
    arrival: str | None, integration: str | None, source: str, body: Path | None
) -> dict[str, Any]:
    """Return what is tried.

    Raises: typer.BadParameter.
    """
    if arrival is not None:
        return {"arrival_id": arrival}
    if integration is None or body is None:
        raise typer.BadParameter("Give --arrival, or --integration and --body.")
    try:
        text = body.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise typer.BadParameter(f"{body} cannot be read: {fault}.", param_hint="--body") from fault
    return {"message": {"integration_id": integration, "source": source, "body": text}}


def _say(one: dict[str, Any]) -> None:
    """Print what was asked of one alert, and what it would become."""
    shown.say(f"{one['name']} ({one['dedup_key']})")
    if not one["firing"]:
        shown.say("  is over: no rule is asked, it ends where it began")
        return
    for step in one["steps"]:
        end = ", ends here" if step["ends"] else ""
        said = f"matches{end}" if step["matches"] else "does not match"
        shown.say(f"  {step['routing_rules_id']} #{step['number']}, {step['rule']}: {said}")
        for check in step["checks"]:
            found = "it is not there" if check["found"] is None else check["found"]
            mark = "yes" if check["holds"] else f"no ({found})"
            shown.say(f"    {check['asks']}: {mark}")
    if not one["steps"]:
        shown.say("  no rules: as its sender says")
    window, after = one["window_seconds"], "last" if one["rolling"] else "first"
    shown.facts(
        {
            "  Title": one["title"],
            "  Severity": shown.severity(one["severity"]),
            "  Service": one["service_id"],
            "  Policy": one["escalation_policy_id"] or "—",
            "  Group": one["group_key"] + (f", for {window} s after the {after}" if window else ""),
        }
    )
    _say_more(one)


def _say_more(one: dict[str, Any]) -> None:
    """Print what an alert would become besides."""
    if joins := one["joins"]:
        which = f"with key {joins['key']}" if joins["key"] else "of its service"
        shown.say(f"  Joins the open incident {which}, if there is one")
    if typed := one["typed"]:
        if typed["incident_type_id"]:
            shown.say(f"  Incident type: {typed['incident_type_id']}")
        for field, texts in typed["fields"].items():
            shown.say(f"    {field}: {', '.join(texts)}")
        for warning in typed["warnings"]:
            shown.say(f"  {warning}", shown.NOTICE)
    if one["ticket_only"]:
        shown.say("  Pages nobody: its incident is a work item")
    if hold := one["held_back"]:
        until = shown.clock(hold["until"]) if hold["until"] else "a message of it is decided anew"
        reason = hold["reason"].replace("_", " ")
        shown.say(f"  Held back: {reason}, by {hold['by']} ({hold['owner']}), until {until}")
