"""Audit commands: audit check, trail, export, verify, prove, rotate-key."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from services.cli import shown
from services.cli.audit import audit_trail
from services.cli.audit.account import MOST_FAULTS, Account
from services.cli.audit.checking import audited
from services.cli.audit.export import Progress as Advance
from services.cli.audit.export import export_incident, export_log
from services.cli.audit.export_directory import KEYS, NEWEST, ExportUnusable
from services.cli.audit.unfinished import UNFINISHED
from services.cli.audit.verifying import verified
from services.cli.options import AsJson
from services.cli.remote import Problem, Remote
from services.cli.terminal import complaints
from services.notary.key_file import KEY_FILE, KeyFileUnusable, replace_lost, rotate
from services.settings import Settings
from services.stack.data_directory import running_stack_url

FAULTY = 1
UNUSABLE = 2

app = typer.Typer(help="Audit: check, prove, export and verify the log.")

Key = Annotated[
    Path | None, typer.Option("--key", help="The notary's public keys, one on each line.")
]
Trusted = Annotated[
    Path | None,
    typer.Option("--trusted", help="An older export, or a directory of checkpoints kept."),
]
Receipts = Annotated[
    Path | None,
    typer.Option("--receipts", help="Answers that were kept: JSON lines with position and hash."),
]


@app.command()
def check(
    key: Key = None,
    trusted: Annotated[
        Path | None,
        typer.Option("--trusted", help="What the notary published, or an older export."),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Read the whole log and check its chain and roots, against what the notary published.

    On the machine of the stack that is found by itself.
    """
    with unusable_is_told(), bar("Checking") as progress, Remote.from_environment() as remote:
        account = audited(remote, trusted or published_here(remote), key, progress)
    if not json and account.is_fine:
        shown.say(f"{account.events} events, every one in place and unchanged, and their files.")
    tell(account, json=json)


def published_here(remote: Remote) -> Path | None:
    """Return where the notary of the stack on this machine publishes, if that is who is asked."""
    settings = Settings()
    if running_stack_url(settings.data) != remote.url:
        return None
    directory = settings.notary_directory or settings.data / "checkpoints"
    return directory if (directory / NEWEST).is_file() else None


def keys_here(remote: Remote) -> Path | None:
    """Return the public keys that the notary of the stack on this machine has published."""
    directory = published_here(remote)
    return directory / KEYS if directory and (directory / KEYS).is_file() else None


@app.command()
def trail(
    principal: Annotated[
        str | None, typer.Option("--by", help="Whose: api_key:…, or a responder.")
    ] = None,
    stream: Annotated[
        str | None, typer.Option("--on", help="To what: incident-…, service-….")
    ] = None,
    after: Annotated[str, typer.Option(help="Start behind this position.")] = "0",
    *,
    refused: Annotated[bool, typer.Option("--refused", help="Only refused commands.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="To the end, not only 2,000 positions.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Audit trail: who did what, oldest first, and what was refused."""
    outcome = "refused" if refused else None
    query = {"principal": principal, "stream": stream, "outcome": outcome, "after": after}
    with unusable_is_told(), Remote.from_environment() as remote:
        entries = audit_trail.deeds(remote, everything=everything, **query)
        if json:
            shown.as_json(list(entries))
        else:
            audit_trail.tell(entries)


@app.command()
def export(
    out: Annotated[
        Path,
        typer.Option("--out", help="A directory that is new, or of an interrupted export."),
    ],
    incident: Annotated[str | None, typer.Option(help="Only this one: INC-1042.")] = None,
    trusted: Trusted = None,
) -> None:
    """Write the log, or one incident of it, to files that prove themselves.

    Interrupted, it goes on when it is given again.
    """
    with (
        unusable_is_told(),
        taken_up(out),
        bar("Exporting") as progress,
        Remote.from_environment() as remote,
    ):
        if incident is None:
            manifest = export_log(remote, out, progress)
            shown.say(f"{manifest.events} events are in {out}.")
            return
        exported = export_incident(remote, out, incident, trusted, progress)
    tell_faults(exported.account)
    if exported.manifest is None or not exported.account.is_fine:
        shown.say(f"{incident} is not exported: the log would not prove it.", shown.FAULT)
        raise typer.Exit(FAULTY)
    shown.say(f"{exported.manifest.events} events are in {out}.")


@app.command()
def verify(
    directory: Annotated[Path, typer.Argument(help="What `tocsin audit export` wrote.")],
    key: Key = None,
    trusted: Trusted = None,
    receipts: Receipts = None,
    incident: Annotated[
        str | None, typer.Option(help="The incident that it must hold: INC-1042, or the id.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Check an export: order, chains, time, roots, signatures. Needs no network and no database."""
    with unusable_is_told(), bar("Verifying") as progress:
        account = verified(
            directory,
            key_file=key,
            trusted=trusted,
            receipts=receipts,
            incident=incident,
            progress=progress,
        )
    tell(account, json=json)


@app.command()
def prove(
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="INC-1042, or the id.")],
    key: Key = None,
    trusted: Trusted = None,
    *,
    json: AsJson = False,
) -> None:
    """Read the whole log, find what belongs to one incident, and verify it here."""
    with unusable_is_told(), tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        out = Path(folder) / "export"
        with bar("Proving") as progress, Remote.from_environment() as remote:
            exported = export_incident(remote, out, incident, trusted, progress)
            keys = key or keys_here(remote)
        account = exported.account
        if exported.manifest is not None:
            account = verified(out, key_file=keys, trusted=trusted, incident=incident)
            account.add(exported.account.faults)
    tell(account, json=json)


@app.command("rotate-key")
def rotate_key(
    lost: Annotated[
        Path | None,
        typer.Option("--lost", help="The key file is lost for good: its published public keys."),
    ] = None,
) -> None:
    """Make a new key for the notary on this machine; it signs from the next checkpoint on."""
    settings = Settings()
    with unusable_is_told():
        file = settings.notary_key or settings.data / KEY_FILE
        if lost is None and not file.exists():
            raise KeyFileUnusable(
                f"{file} does not exist: the first one is made by the notary when it starts; put a"
                " lost one back from a backup, or replace it with --lost and the published keys"
            )
        made = rotate(file) if lost is None else replace_lost(file, lost)
    shown.say("Give this public key to whoever verifies, beside the older ones:")
    shown.console.print(Text(made.verifier.text), soft_wrap=True)


def tell(account: Account, *, json: bool) -> None:
    """Print the account and leave with its exit code."""
    if json:
        shown.as_json(account.as_json())
    else:
        for sentence in account.sentences():
            shown.say(sentence)
        for notice in account.notices:
            shown.say(notice, shown.NOTICE)
        tell_faults(account)
        shown.say(account.verdict())
    if not account.is_fine:
        raise typer.Exit(FAULTY)


def tell_faults(account: Account) -> None:
    """Print the faults, one on each line, as many as anybody reads."""
    for fault in account.faults:
        shown.say(f"{fault.kind}: {fault.sentence}", shown.FAULT)
    if account.kinds.total() > MOST_FAULTS:
        shown.say(f"… and {account.kinds.total() - MOST_FAULTS} more.")


@contextmanager
def unusable_is_told() -> Iterator[None]:
    """Leave with the code for unusable input when a block cannot do its work."""
    try:
        yield
    except (ExportUnusable, KeyFileUnusable, Problem, OSError, httpx.InvalidURL) as fault:
        shown.complain(fault)
        raise typer.Exit(UNUSABLE) from None


@contextmanager
def taken_up(out: Path) -> Iterator[None]:
    """Say how an export goes on that was cut off."""
    try:
        yield
    except Problem as problem:
        if not (out / UNFINISHED).exists():
            raise
        detail = f"{problem.detail} The export goes on when you give the command again.".strip()
        raise Problem(problem.title, detail, problem.body) from problem


@contextmanager
def bar(what: str) -> Iterator[Advance]:
    """Show a progress bar on standard error, for people only."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=complaints, transient=True) as progress:
        task = progress.add_task(what, total=None)

        def advance(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        yield advance
