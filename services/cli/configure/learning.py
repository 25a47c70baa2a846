"""Learning policy commands: what is asked of postmortems and action items, and by when."""

from typing import Annotated, Any

import typer

from services.cli.configure.bodies import File, body_of
from services.cli.configure.nouns import Noun, group, put
from services.cli.options import AsJson
from services.cli.remote import Remote

POLICY = Noun(
    name="learning policy",
    many="learning policies",
    path="/v1/learning-policies",
    key="learning_policy_id",
    columns={
        "Version": lambda one: str(one["number"]),
        "Targets": lambda one: ", ".join(map(written, one["policy"]["targets"])),
        "Defined by": lambda one: one["defined_by"] or "",
    },
)
app = typer.Typer()
learning_policies = group(POLICY, "set, list, show")
app.add_typer(learning_policies, name="learning-policies")


@learning_policies.command("set")
def define(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A service; or default.")],
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=MINUTES",
            help="What a mean has to stay below: tta=15, ttr:SEV1=30. Once for each; they"
            " replace the targets there are.",
        ),
    ] = None,
    cause: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=LABEL",
            help="A category of causes: deploy='Deploy issues'. Once for each; what is left out"
            " is retired.",
        ),
    ] = None,
    file: File = None,
    *,
    json: AsJson = False,
) -> None:
    """Replace what a learning policy says; without a file, what no option says stays."""
    said = body_of(
        file,
        targets=[target_in(one) for one in target] if target else None,
        causes=[cause_in(one) for one in cause] if cause else None,
    )
    if file is None:
        kept = Remote.from_environment().get(f"{POLICY.path}/{identity}")["policy"]
        said = kept | said
    put(POLICY, identity, said, json=json)


def target_in(text: str) -> dict[str, Any]:
    """Return the target that an option says: tta=15, ttr:SEV1=30.

    Raises: typer.BadParameter.
    """
    name, _, minutes = text.partition("=")
    measure, _, severity = name.partition(":")
    if not minutes.isascii() or not minutes.isdigit():
        raise typer.BadParameter(f"{text!r} has no minutes: write {measure or 'ttr'}=60.")
    return {"measure": measure, "minutes": int(minutes), "severity": severity or None}


def cause_in(text: str) -> dict[str, str]:
    """Return the category that an option says.

    Raises: typer.BadParameter.
    """
    category, equals, label = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} has no label: write {text}='Deploy issues'.")
    return {"category": category, "label": label}


def written(target: dict[str, Any]) -> str:
    """Return a target as the option takes it."""
    severity = f":{target['severity']}" if target["severity"] else ""
    return f"{target['measure']}{severity}={target['minutes']}"
