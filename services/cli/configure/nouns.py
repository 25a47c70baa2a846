"""Configured nouns: list, show, set and revoke are the same for each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer
import yaml

from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id: small letters, digits, - . _")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A configured noun, as people and the API name it."""

    name: str  # escalation policy
    many: str  # escalation policies
    path: str  # /v1/escalation-policies
    key: str  # escalation_policy_id
    columns: Mapping[str, Callable[[Any], str]]  # of a list, after the id

    @property
    def member(self) -> str:
        """Return the member of a list's answer."""
        return self.path.rpartition("/")[2].replace("-", "_")


def group(noun: Noun, verbs: str) -> typer.Typer:
    """Return the noun's group of commands, with those that every noun has."""
    made = typer.Typer(
        help=f"{noun.many[0].upper()}{noun.many[1:]}: {verbs}.", no_args_is_help=True
    )

    @made.command("list", help=f"List the {noun.many}, by id.")
    def every(*, json: AsJson = False) -> None:
        answer = Remote.from_environment().get(noun.path)
        if json:
            shown.as_json(answer)
            return
        rows = [
            (one[noun.key], *(written(one) for written in noun.columns.values()))
            for one in answer[noun.member]
        ]
        shown.table(("Id", *noun.columns), rows)

    @made.command("show", help=f"Show one {noun.name} as YAML.")
    def one(identity: Id, *, json: AsJson = False) -> None:
        answer = Remote.from_environment().get(f"{noun.path}/{identity}")
        if json:
            shown.as_json(answer)
        else:
            shown.say(yaml.safe_dump(answer, sort_keys=False, allow_unicode=True).rstrip())

    return made


def revocable(noun: Noun, made: typer.Typer) -> None:
    """Add the command that revokes one of the noun."""

    @made.command("revoke", help=f"Revoke one {noun.name}, at once and for good.")
    def revoke(identity: Id, *, json: AsJson = False) -> None:
        answer = Remote.from_environment().delete(f"{noun.path}/{identity}")
        report(answer, f"Revoked {noun.name} {identity}.", json=json)


def put(noun: Noun, identity: str, body: Mapping[str, Any], *, json: bool) -> None:
    """Create one of the noun, or replace what is known of it."""
    answer = Remote.from_environment().put(f"{noun.path}/{identity}", body)
    report(answer, f"Set {noun.name} {identity}.", json=json)


def report(answer: Any, sentence: str, *, json: bool) -> None:
    """Print what became of a change, and what it leaves without anybody to page."""
    shown.receipt(answer, sentence, json=json)
    for warning in () if json else answer.get("warnings", ()):
        shown.say(warning, shown.NOTICE)


def added(noun: Noun, answer: Any, *, json: bool) -> None:
    """Print the key of what was made: it is shown once."""
    if json:
        shown.as_json(answer)
        return
    shown.say(f"Added {noun.name} {answer[noun.key]}: {answer['name']}.")
    shown.facts(answer.get("urls") or {})  # of an integration, by kind of sender
    shown.facts(answer.get("mail_addresses") or {})
    shown.say(f"Key: {answer['key']}")
    shown.say("Keep it now: it is not shown again.", shown.NOTICE)
