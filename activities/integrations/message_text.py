"""Message as plain text, and its parts as HTML: what chats and mail programs show."""

from collections.abc import Iterable
from html import escape
from typing import Final

from activities.delivery.message import Action, Message

REPEAT: Final = "You may have had this message before: it is not known whether it arrived."


def text_of(message: Message) -> str:
    """Return the whole message as plain text, with its answers first."""
    parts = (
        message.headline,
        _lines(message.actions),
        message.text,
        REPEAT if message.possible_repeat else "",
        _lines(message.links),
        message.footer,
    )
    return "\n\n".join(part for part in parts if part)


def html_link(action: Action) -> str:
    """Return the action as a link."""
    return f'<a href="{escape(action.url, quote=True)}">{escape(action.name)}</a>'


def _lines(actions: Iterable[Action]) -> str:
    return "\n".join(f"{action.name}: {action.url}" for action in actions)
