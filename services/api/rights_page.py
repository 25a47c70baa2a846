"""Page of rights: what every operation asks for, and who may do it, as docs/rights.md has it."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from events.configuration.api_key import ApiScope
from services.access.permissions import RIGHTS, Permission, carries
from services.api.app import routed_app
from services.api.http.guard import Public, Requires, operations

INTRODUCTION: Final = """\
# Who may do what

Whoever asks shows an API key, or is signed in. A key has scopes, an account has roles, and they are
the same five words. A key that belongs to a responder, and whoever is signed in, acts as that
person. A key that belongs to nobody may say whom it speaks for (`Tocsin-Responder`): it then has a
responder's rights at most, and what is that person's own only if it is an admin's key.

What is not in this table nobody may do. A caller without a key, or with a bad one, is answered 401,
and one without the right 403, with the permission that is missing and, where a team owns the thing,
the team and who manages it.

This page is generated from the operations and `services/access/permissions.py`: `make docs`."""

OWNERS: Final = """\
## What a team owns

| thing | its team |
|---|---|
| service, schedule, escalation policy | the one it names as `team_id` |
| integration, its mapping and its signing secret; response policy | its service's |
| maintenance window | those of all its services: whoever changes it manages each |
| heartbeat | its integration's, and the one it names as `team_id` |
| routing rules `team.ID`, `integration.ID` | that team; the integration's |
| the team itself, with its members | itself; only an admin makes one |

What names no team, a maintenance window of every service, and the routing rules `organisation`
belong to the organisation: only admins change them. A manager of the team changes what it owns, and
may give it to another team only when they manage that one, too. It counts who manages a team at the
moment of the change."""


def as_markdown() -> str:
    """Return the page as docs/rights.md holds it."""
    parts = chain([INTRODUCTION, "", *_permissions(), "", OWNERS, ""], _operations())
    return "\n".join(parts) + "\n"


def _permissions() -> Iterator[str]:
    yield "## Permissions"
    yield ""
    yield f"| permission | lets one | {' | '.join(ApiScope)} |"
    yield f"|---|---|{'---|' * len(ApiScope)}"
    for permission, granted in RIGHTS.items():
        cells = " | ".join(_cell(scope, permission) for scope in ApiScope)
        yield f"| `{permission}` | {granted.what} | {cells} |"


def _cell(scope: ApiScope, permission: Permission) -> str:
    granted = RIGHTS[permission]
    if not carries(scope, permission):
        return "no"
    return "yes" if scope in granted.roles else f"only as {granted.to_responder}"


def _operations() -> Iterator[str]:
    marked = [
        (mark, f"`{method} {route.path}`")
        for route, mark in operations(routed_app().router.routes)
        for method in sorted(route.methods or ())
    ]
    for permission in RIGHTS:
        asking = sorted(
            name
            for mark, name in marked
            if isinstance(mark, Requires) and mark.permission is permission
        )
        if asking:
            yield from (
                f"## Operations that need `{permission}`",
                "",
                *(f"- {one}" for one in asking),
                "",
            )
    yield from ("## Operations that anybody may call", "")
    yield from ("They hold nothing secret, or know their caller in another way.", "")
    reasons = sorted({(mark.reason, name) for mark, name in marked if isinstance(mark, Public)})
    for reason in sorted({reason for reason, _ in reasons}):
        names = [name for why, name in reasons if why == reason]
        yield f"- {', '.join(names)}: {reason}."
