"""Shared arguments and options. Typer does not see through `type` aliases."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
For = Annotated[
    str | None,
    typer.Option("--as", metavar="RESPONDER", help="Act for this responder, with their rights."),
]
Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="INC-1042, or the id.")]
