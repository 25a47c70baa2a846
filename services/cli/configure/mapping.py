"""Mapping commands: how an integration's JSON is read, tried before it counts."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from services.cli import shown
from services.cli.configure.bodies import File, read_yaml
from services.cli.configure.nouns import report
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()
mapping = typer.Typer(
    help="Mappings: set, test, show, remove. How an integration's JSON is read.",
    no_args_is_help=True,
)
app.add_typer(mapping, name="mapping")

Integration = Annotated[str, typer.Argument(metavar="ID", help="The integration's id.")]


def _path(integration: str) -> str:
    return f"/v1/integrations/{integration}/mapping"


@mapping.command("set")
def set_mapping(integration: Integration, file: File = None, *, json: AsJson = False) -> None:
    """Read an integration's JSON by the mapping of a file: `title:` and what follows."""
    if file is None:
        raise typer.BadParameter("Name the file that holds the mapping.", param_hint="--file")
    answer = Remote.from_environment().put(_path(integration), _mapping_in(file))
    report(answer, f"Set the mapping of integration {integration}.", json=json)


@mapping.command("remove")
def remove_mapping(integration: Integration, *, json: AsJson = False) -> None:
    """Read an integration's JSON by our own fields again."""
    answer = Remote.from_environment().delete(_path(integration))
    report(answer, f"Removed the mapping of integration {integration}.", json=json)


@mapping.command("show")
def show_mapping(integration: Integration, *, json: AsJson = False) -> None:
    """Show a mapping as YAML, as `set` takes it."""
    answer = Remote.from_environment().get(_path(integration))
    if json:
        shown.as_json(answer)
    elif answer["mapping"] is None:
        shown.say(f"Integration {integration} has no mapping: it is read by our own fields.")
    else:
        said = _without_blanks(answer["mapping"])
        shown.say(f"# version {answer['mapping_version']}, by {answer['mapping_changed_by']}")
        shown.say(yaml.safe_dump(said, sort_keys=False, allow_unicode=True).rstrip())


@mapping.command("test")
def try_mapping(
    integration: Integration,
    body: Annotated[Path | None, typer.Option(help="A file with a body to read.")] = None,
    arrival: Annotated[
        str | None, typer.Option(help="Or a message that came: its arrival's id.")
    ] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what a mapping reads of a body, and by what; with --file by that one. Store nothing."""
    asked: dict[str, Any] = {} if file is None else {"mapping": _mapping_in(file)}
    if (body is None) == (arrival is None):
        raise typer.BadParameter("Give --body or --arrival, one of them.")
    if body is not None:
        asked["body"] = _text_of(body)
    else:
        asked["arrival_id"] = arrival
    answer = Remote.from_environment().post(f"{_path(integration)}/test", asked)
    if json:
        shown.as_json(answer)
        return
    if answer["unread"] is not None:
        shown.say(f"It would be a dead letter. {_why(answer['unread'])}", shown.NOTICE)
    for number, alert in enumerate(answer["alerts"], 1):
        _say(number, alert)
    more = answer["alerts_in_message"] - len(answer["alerts"])
    if more > 0:
        shown.say(f"{more} more alerts are not shown.", shown.NOTICE)


def _say(number: int, alert: dict[str, Any]) -> None:
    unread = "" if alert["unread"] is None else f" cannot be read. {_why(alert['unread'])}"
    shown.say(f"Alert {number}{unread}")
    for one in alert["fields"]:
        said = "—" if one["value"] is None else one["value"]
        wrong = f" ({one['wrong']})" if one["wrong"] else ""
        shown.say(f"  {one['field']}: {said}{wrong}")
        shown.say(f"    by {one['by']}")


def _why(unread: dict[str, Any]) -> str:
    by = f", {unread['by']}" if unread["by"] else ""
    return f"{unread['field']}{by}: {unread['reason']}"


def _mapping_in(file: Path) -> dict[str, Any]:
    """Return the mapping that a file holds.

    Raises: typer.BadParameter.
    """
    read = read_yaml(file)
    if "title" not in read:
        raise typer.BadParameter(f"{file} holds no mapping: it says how to read no 'title'.")
    return read


def _text_of(body: Path) -> str:
    """Return what a file says.

    Raises: typer.BadParameter.
    """
    try:
        return body.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise typer.BadParameter(f"{body} cannot be read: {fault}.", param_hint="--body") from fault


def _without_blanks(value: Any) -> Any:
    """Return a mapping without what it leaves out, as people write it."""
    if not isinstance(value, dict):
        return value
    return {name: _without_blanks(one) for name, one in value.items() if one not in ("", None, {})}
