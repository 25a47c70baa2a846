"""Arguments and options that several commands share."""

from typing import Annotated

import typer

type AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
type For = Annotated[
    str | None,
    typer.Option("--as", metavar="RESPONDER", help="Whom you speak for, by responder id."),
]
type Which = Annotated[str, typer.Argument(metavar="INCIDENT", help="INC-1042, or the id.")]
