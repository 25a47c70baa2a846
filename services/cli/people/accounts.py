"""Account commands: who may sign in, in which roles, and where they are signed in."""

from typing import Annotated, Any

import typer

from events.configuration.api_key import ApiScope
from services.cli import shown
from services.cli.configure.nouns import Id, Noun, group, report
from services.cli.options import AsJson
from services.cli.remote import Remote

ACCOUNT = Noun(
    name="account",
    many="accounts",
    path="/v1/accounts",
    key="account_id",
    columns={
        "State": lambda one: one["state"],
        "Roles": lambda one: ", ".join(one["roles"]),
        "E-mail": lambda one: one["email"] or "—",
        "Signed in": lambda one: shown.clock(one["signed_in_at"]),
    },
)
app = typer.Typer()
accounts = group(ACCOUNT, "invite, roles, suspend, reinstate, sessions, sign-out, list, show")
app.add_typer(accounts, name="accounts")

Email = Annotated[str, typer.Option(help="Where the link goes, and what they sign in with.")]
Roles = Annotated[
    list[ApiScope], typer.Option("--role", help="admin, responder, observer, auditor; once each.")
]


@accounts.command()
def invite(identity: Id, email: Email, role: Roles, *, json: AsJson = False) -> None:
    """Invite a responder to sign in; anew, if the invitation is over."""
    body = {"email": email, "roles": [one.value for one in role]}
    answer = Remote.from_environment().post(f"{ACCOUNT.path}/{identity}/invitation", body)
    link_sent(answer, f"Invited {identity}", json=json)


@accounts.command("reset-password")
def reset_password(identity: Id, *, json: AsJson = False) -> None:
    """Send a person a link to choose a new password."""
    answer = Remote.from_environment().post(f"{ACCOUNT.path}/{identity}/password-reset")
    link_sent(answer, f"{identity} may choose a new password", json=json)


@accounts.command()
def roles(identity: Id, role: Roles, *, json: AsJson = False) -> None:
    """Give a person these organisation roles, in place of those they have."""
    body = {"roles": [one.value for one in role]}
    answer = Remote.from_environment().put(f"{ACCOUNT.path}/{identity}/roles", body)
    report(answer, f"{identity} is {', '.join(body['roles'])}.", json=json)


@accounts.command()
def suspend(
    identity: Id,
    reason: Annotated[str, typer.Option(prompt=True, help="Why; it is in the audit trail.")],
    *,
    json: AsJson = False,
) -> None:
    """Suspend an account; its sessions and its person's keys end at once."""
    path = f"{ACCOUNT.path}/{identity}/suspension"
    answer = Remote.from_environment().post(path, {"reason": reason})
    report(answer, f"Suspended the account of {identity}.", json=json)


@accounts.command()
def reinstate(identity: Id, *, json: AsJson = False) -> None:
    """Reinstate a suspended account."""
    answer = Remote.from_environment().delete(f"{ACCOUNT.path}/{identity}/suspension")
    report(answer, f"Reinstated the account of {identity}.", json=json)


@accounts.command()
def sessions(identity: Id, *, json: AsJson = False) -> None:
    """List where a person is signed in."""
    answer = Remote.from_environment().get(f"{ACCOUNT.path}/{identity}/sessions")
    if json:
        shown.as_json(answer)
        return
    rows = [
        (
            one["session_id"],
            shown.clock(one["seen_at"]),
            one["address_prefix"] or "—",
            one["user_agent"] or "—",
        )
        for one in answer["sessions"]
    ]
    shown.table(("Session", "Last seen", "From", "Browser"), rows)


@accounts.command("sign-out")
def sign_out(
    identity: Id,
    session: Annotated[str | None, typer.Option(help="One session; without it, every one.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Sign a person out, in one browser or everywhere."""
    path = f"{ACCOUNT.path}/{identity}/sessions" + (f"/{session}" if session else "")
    answer = Remote.from_environment().delete(path)
    where = "in that browser" if session else "everywhere"
    report(answer, f"Signed {identity} out {where}.", json=json)


def link_sent(answer: Any, sentence: str, *, json: bool) -> None:
    """Print whether a link went by mail, and the link if it did not."""
    if json:
        shown.as_json(answer)
        return
    until = shown.clock(answer["expires_at"])
    if answer["taken"]:
        shown.say(f"{sentence}: the link went by mail, and is good until {until}.")
        return
    shown.say(f"{sentence}. No mail was sent ({answer['fault']}).", shown.NOTICE)
    shown.say(f"Hand over this link yourself; it is good once, until {until}:")
    shown.say(answer["link"])
