"""Configuration file commands: export what a Tocsin says, apply files to it, find the drift."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import shown
from services.cli.files.directory import Said, commit_of, files_in, schema_written, written
from services.cli.files.kinds import Kind, kinds_of
from services.cli.files.plan import Change, Extra, Plan, missing_in, planned
from services.cli.remote import Problem, Remote
from services.exit import FAILED

app = typer.Typer()
Directory = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of YAML files.")]
Team = Annotated[str | None, typer.Option(help="Only what this team owns, and the team itself.")]


@app.command()
def export(directory: Directory, team: Team = None) -> None:
    """Write the configuration as YAML, one noun a file. What is in the folder otherwise stays."""
    with Remote.from_environment() as remote:
        kinds = kinds_of(remote.get("/openapi.json"))
        views = {folder: list(kind.every(remote)) for folder, kind in kinds.items()}
    wrote = 0
    for folder, kind in kinds.items():
        mine = [view for view in views[folder] if _is_of(team, kind, view, views)]
        for view in mine:
            wrote += written(directory, kind, view[kind.key], kind.said_of(view))
        if mine:
            schema_written(directory, kind)
    shown.say(f"{_files(wrote)} written in {directory}.")


@app.command()
def apply(
    directory: Directory,
    team: Team = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="End what no file names, of the kinds in the folder.")
    ] = False,
) -> None:
    """Make Tocsin say what the files say; show each change in words. Doing it again is harmless."""
    with Remote.from_environment() as remote:
        kinds = kinds_of(remote.get("/openapi.json"))
        files = list(files_in(directory, kinds))
        plan = planned(files, kinds, remote)
        extras = _extras(plan, files, team, kinds, remote) if prune else []
        show(plan, extras)
        if dry_run:
            return
        named = remote.from_files(commit_of(directory))
        carry_out(list(plan.changes), named)
        for extra in extras:
            _end(extra, named)


@app.command()
def drift(directory: Directory) -> None:
    """Tell what was changed by hand since the files were applied; exit code 1 if anything was."""
    with Remote.from_environment() as remote:
        kinds = kinds_of(remote.get("/openapi.json"))
        plan = planned(list(files_in(directory, kinds)), kinds, remote)
    for change in plan.changes:
        by = f", changed by {change.changed_by} at {change.changed_at}" if change.changed_by else ""
        is_there = "is not as the file says" if change.version else "is in a file and not here"
        shown.say(f"{change.said.name} {is_there}{by}; to apply the file would mean:")
        _list(change)
    if plan.changes:
        raise typer.Exit(FAILED)
    shown.say(f"No drift: {_files(plan.same)} say what Tocsin says.")


def show(plan: Plan, extras: list[Extra]) -> None:
    """Print every change in words, and how many files change nothing."""
    for change in plan.changes:
        shown.say(f"{change.said.name}:")
        _list(change)
    for extra in extras:
        what = "ends: no file names it" if extra.kind.can_end else "stays: it cannot be ended"
        shown.say(f"{extra.name} {what}.", None if extra.kind.can_end else shown.NOTICE)
    shown.say(f"{_files(plan.same)} unchanged.")


def carry_out(changes: list[Change], remote: Remote) -> None:
    """Apply changes, each when everything that it names is there.

    Raises: Problem, saying what was applied before; applying again goes on from there.
    """
    done = 0
    while changes:
        left: list[tuple[Change, Problem]] = []
        for change in changes:
            try:
                _apply(change, remote)
            except Problem as problem:
                if not missing_in(problem):
                    raise Problem(
                        f"{change.said.path}: {problem.title}",
                        f"{problem.detail} {_files(done)} applied before; the rest waits.",
                    ) from problem
                left.append((change, problem))
            else:
                done += 1
                shown.say(f"Applied {change.said.name}.")
        if len(left) == len(changes):
            stuck, refusal = left[0]
            raise Problem(f"{stuck.said.path}: {refusal.title}", refusal.detail)
        changes = [change for change, _ in left]


def _apply(change: Change, remote: Remote) -> None:
    said, version = change.said, change.version
    for path, body in said.kind.requests(said.identity, said.content):
        answer: Any = remote.put(path, body, version=version)
        version = answer["version"]


def _end(extra: Extra, remote: Remote) -> None:
    if extra.kind.can_end:
        remote.delete(extra.kind.path(extra.identity))
        shown.say(f"Ended {extra.name}.")


def _extras(
    plan: Plan, files: list[Said], team: str | None, kinds: Mapping[str, Kind], remote: Remote
) -> list[Extra]:
    """Return what no file names, of the kinds that have files, as far as it is the team's."""
    folders = {said.kind.folder for said in files}
    views = {"services": list(kinds["services"].every(remote))} if team else {}
    return [
        extra
        for extra in plan.extras
        if extra.kind.folder in folders and _is_of(team, extra.kind, extra.view, views)
    ]


def _list(change: Change) -> None:
    for words in change.words:
        shown.say(f"  {words}")
    for warning in change.warnings:
        shown.say(f"  {warning}", shown.NOTICE)


def _is_of(team: str | None, kind: Kind, view: Any, views: dict[str, list[Any]]) -> bool:
    """Say whether a noun is the team, owned by it, or about a service that is."""
    if team is None or view.get("team_id") == team:
        return True
    services = {
        one["service_id"] for one in views.get("services", []) if one.get("team_id") == team
    }
    return kind.key != "team_id" and view.get("service_id") in services


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
