"""Audit trail: one line for each thing done, and for each thing refused."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from services.cli import shown
from services.cli.remote import Remote

PATH = "/v1/audit/trail"


def deeds(remote: Remote, *, everything: bool, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield the deeds, oldest first: of one part of the trail, or all there are.

    Raises: Problem.
    """
    if everything:
        yield from remote.all_of(PATH, "deeds", "after", **query)
    else:
        yield from remote.get(PATH, **query)["deeds"]


def tell(entries: Iterator[dict[str, Any]]) -> None:
    """Print the deeds as a table."""
    shown.table(
        ("Recorded (UTC)", "Who", "For", "What", "To"),
        (
            (
                shown.clock(one["recorded_at"]),
                one["principal"],
                one["on_behalf_of"] or "",
                what(one),
                one.get("stream") or one["target"],
            )
            for one in entries
        ),
    )


def what(deed: dict[str, Any]) -> Text:
    """Return the event that happened, or the command that was refused and the name of why."""
    if deed["outcome"] == "accepted":
        return Text(deed["type"])
    return Text.assemble((f"✗ {deed['command']}", "red"), f": {deed['code']}")
