"""Responder commands: who can be paged, and how."""

from typing import Annotated

import typer

from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Id, Noun, group, put
from services.cli.options import AsJson

RESPONDER = Noun(
    name="responder",
    many="responders",
    path="/v1/responders",
    key="responder_id",
    columns={
        "Name": lambda one: one["name"],
        "Reached by": lambda one: ", ".join(m["channel"] for m in one["contact_methods"]) or "—",
    },
)
app = typer.Typer()
responder = group(RESPONDER, "set, list, show")
app.add_typer(responder, name="responder")


@responder.command("set")
def define(
    identity: Id,
    name: Annotated[str | None, typer.Option(help="What people call them.")] = None,
    email: Annotated[list[str] | None, typer.Option(help="An e-mail address.")] = None,
    push: Annotated[list[str] | None, typer.Option(help="The URL of an ntfy topic.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="person, or channel: told, and never asked to answer.")
    ] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Add a responder, or replace what is known of them. A webhook has a secret: use --file."""
    contacts = [{"channel": "email", "address": one} for one in email or ()]
    contacts += [{"channel": "push", "address": one} for one in push or ()]
    if not contacts and file is None:
        raise typer.BadParameter(f"Say how {identity} is reached: --email, --push or --file.")
    put(
        RESPONDER,
        identity,
        body_of(file, name=name, contact_methods=contacts or None, kind=kind),
        json=json,
    )
