"""Custom field commands: fields, type."""

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
    """Show custom fields, or set them with FIELD=VALUE."""
    remote, path = Remote.from_environment(speaking_for), f"/v1/incidents/{incident}"
    if values:
        answer = remote.post(f"{path}/fields", {"fields": values_from(values)})
        shown.receipt(answer, f"Fields of {incident} are set.", json=json)
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
        typer.Option("--field", metavar="FIELD=VALUE", help="Custom field value; may be repeated."),
    ] = None,
    speaking_for: For = None,
    *,
    json: AsJson = False,
) -> None:
    """Set the incident type; values that the type has fields for stay."""
    remote = Remote.from_environment(speaking_for)
    body = {"incident_type_id": incident_type_id, "fields": values_from(fields or [])}
    answer = remote.post(f"/v1/incidents/{incident}/type", body)
    shown.receipt(answer, f"{incident} is of the type {incident_type_id}.", json=json)


def values_from(words: Iterable[str]) -> dict[str, str | list[str] | None]:
    """Return what FIELD=VALUE words ask for.

    Raises: BadParameter.
    """
    values: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise typer.BadParameter(f"Write FIELD=VALUE, not {word}.")
        values.setdefault(name, []).extend([value] if value else [])
    return {
        name: None if not texts else texts[0] if len(texts) == 1 else texts
        for name, texts in values.items()
    }
