"""Bundle of messages: one message that tells one person everything that waits for them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from activities.delivery.message import Action, Message, Section, discreet, one_line
from projections.sentences.words import counted

TOLD_IN_FULL: Final = 20  # incidents; the rest are named
NAMED: Final = 100  # by their reference; the rest are counted
ANSWERED: Final = 3  # incidents with a button of their own: ntfy shows no more


def bundle_of(own: Message, others: Iterable[Message]) -> Message:
    """Return the message that tells all of them, under the id of the one whose turn it is.

    What is told of one incident is its newest message; a bundle of one incident is that message.
    Worst first, then the newest.
    """
    matters = in_order([own, *others])
    repeat = own.possible_repeat
    if len(matters) == 1:
        return replace(matters[0], delivery_id=own.delivery_id, ledger=own.ledger)
    matters = [discreet(one) for one in matters]  # what is told of many is read in passing
    worst = matters[0]
    return replace(
        worst,
        delivery_id=own.delivery_id,  # receipts and idempotency are of the one whose turn it is
        ledger=own.ledger,
        at=max(one.at for one in matters),
        headline=headline_of(matters, possible_repeat=repeat),
        title=one_line("; ".join(one.title for one in matters[:ANSWERED])),
        sections=tuple(sections_of(matters)),
        actions=tuple(answers_to(matters[:ANSWERED])),
        links=tuple(
            replace(link, name=f"{link.name} {one.reference}")
            for one in reversed(matters[:ANSWERED])
            for link in one.links[-1:]
        ),
        facts={"bundled": [dict(one.facts) for one in matters[:TOLD_IN_FULL]]},
        possible_repeat=repeat,
    )


def in_order(messages: Iterable[Message]) -> list[Message]:
    """Return the newest message of each matter, worst first, then the newest."""
    newest = {_matter(one): one for one in sorted(messages, key=lambda one: one.at)}
    return sorted(
        newest.values(), key=lambda one: (bool(one.actions), one.urgency, one.at), reverse=True
    )


def _matter(one: Message) -> tuple[object, ...]:
    """Return what is the same in a later message that stands for this one."""
    if one.actions:  # a page that asks for something else is another matter
        return (one.reference, one.facts.get("ask"))
    return (one.reference, one.event, one.title)


def headline_of(matters: Sequence[Message], *, possible_repeat: bool) -> str:
    """Return one line for a locked screen: how many, and the worst of them."""
    asking = sum(bool(one.actions) for one in matters)
    what = f"{counted(asking, 'incident')} need you" if asking else f"{len(matters)} updates"
    if asking == 1:
        what = f"1 incident needs you, and {counted(len(matters) - 1, 'update')}"
    mark = " (possible repeat)" if possible_repeat else ""
    return one_line(f"{what}{mark}: {', '.join(map(_short, matters[:TOLD_IN_FULL]))}")


def sections_of(matters: Sequence[Message]) -> Iterable[Section]:
    """Return what is told of each; of many, the worst in full and the rest by name."""
    for one in matters[:TOLD_IN_FULL]:
        yield Section(title=_short(one), text=one.sections[0].text if one.sections else one.title)
    rest = matters[TOLD_IN_FULL:]
    if rest:
        named = ", ".join(f"{one.reference} {one.badge}" for one in rest[:NAMED])
        left = len(rest) - NAMED
        more = f", and {left} more" if left > 0 else ""
        yield Section(title=f"{len(rest)} more", text=f"{named}{more}")


def answers_to(matters: Sequence[Message]) -> Iterable[Action]:
    """Return the first answer of each, by name."""
    for one in matters:
        for action in one.actions[:1]:
            yield replace(action, name=f"{action.name} {one.reference}")


def _short(one: Message) -> str:
    return one_line(f"{one.reference} {one.badge}: {one.title}")
