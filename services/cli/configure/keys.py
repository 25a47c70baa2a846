"""API key commands: what a client may do, and for whom."""

from typing import Annotated

import typer

from events.configuration.api_key import ApiScope
from services.cli import shown
from services.cli.configure.nouns import Noun, added, group, revocable
from services.cli.options import AsJson
from services.cli.remote import Remote

KEY = Noun(
    name="API key",
    many="API keys",
    path="/v1/api-keys",
    key="api_key_id",
    columns={
        "Name": lambda one: one["name"],
        "Responder": lambda one: one["responder_id"] or "—",
        "Expires": lambda one: shown.clock(one["expires_at"]),
        "State": lambda one: "revoked" if one["revoked_at"] else "open",
        "Scopes": lambda one: ", ".join(one["scopes"]),
    },
)
app = typer.Typer()
key = group(KEY, "add, revoke, list, show")
app.add_typer(key, name="key")


@key.command()
def add(
    name: Annotated[str, typer.Argument(help="Where it is used: Ana's laptop.")],
    scope: Annotated[list[ApiScope], typer.Option(help="What it may do; once for each.")],
    responder: Annotated[
        str | None, typer.Option(help="Whose key it is; it speaks for nobody else.")
    ] = None,
    expires_at: Annotated[
        str | None, typer.Option(help="Until when it opens: 2027-01-31T00:00:00Z.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Make an API key; prints it once."""
    body = {
        "name": name,
        "scopes": [one.value for one in scope],
        "responder_id": responder,
        "expires_at": expires_at,
    }
    answer = Remote.from_environment().post(KEY.path, body)
    added(KEY, answer, json=json)


revocable(KEY, key)
