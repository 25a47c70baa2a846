"""The commands about an incident's type and fields, and the words that fill them in."""

from collections.abc import Iterable
from typing import Annotated

import typer

from services.cli import shown
from services.cli.options import AsJson, For, Which
from services.cli.remote import Remote

app = typer.Typer()


@app.command()
def fields(
    incident: Which,
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FIELD=VALUE]...",
            help="FIELD= empties it; a field that is named twice gets both.",
        ),
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Show what an incident's fields say, or fill them in."""
    remote, path = Remote.from_environment(speaking_for), f"/v1/incidents/{incident}"
    if values:
        answer = remote.post(f"{path}/fields", {"fields": values_from(values)})
        shown.receipt(answer, f"{incident} is filled in.", json=json)
        return
    known = remote.get(path)["fields"]
    if json:
        shown.as_json(known)
        return
    shown.table(
        ("Field", "Label", "Value", "Needed at"),
        ((one["field_id"], one["label"], ", ".join(one["value"]), one["needed"]) for one in known),
    )


@app.command("type")
def incident_type(
    incident: Which,
    incident_type_id: Annotated[str, typer.Argument(help="The type's id.")],
    fields: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="FIELD=VALUE", help="What one of its fields says."),
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what kind of incident it is; what was filled in stays where the type takes it."""
    remote = Remote.from_environment(speaking_for)
    body = {"incident_type_id": incident_type_id, "fields": values_from(fields or [])}
    answer = remote.post(f"/v1/incidents/{incident}/type", body)
    shown.receipt(answer, f"{incident} is of the type {incident_type_id}.", json=json)


def values_from(words: Iterable[str]) -> dict[str, str | list[str] | None]:
    """Return what FIELD=VALUE words ask for.

    Raises: BadParameter.
    """
    said: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise typer.BadParameter(f"Write FIELD=VALUE, not {word}.")
        said.setdefault(name, []).extend([value] if value else [])
    return {
        name: None if not texts else texts[0] if len(texts) == 1 else texts
        for name, texts in said.items()
    }
