"""Telegram message of a message: HTML with a button, or plain text where that is refused."""

from html import escape
from typing import Any, Final

from activities.delivery.message import Message, Section, Urgency
from activities.integrations.message_text import REPEAT, html_link, text_of
from events.values.plain_text import cut

# Telegram takes 4,096 units of UTF-16 after it has read the HTML; a character may be two of them.
LONGEST_TEXT: Final = 2_000  # characters, of the form that must not be refused
LONGEST_SECTIONS: Final = 3_000  # characters; headline, links and footer have the rest


def rich(message: Message) -> dict[str, Any]:
    """Return what `sendMessage` takes: the text in HTML, and a button for each answer."""
    buttons = [{"text": action.name, "url": action.url} for action in message.actions]
    keyboard = {"reply_markup": {"inline_keyboard": [buttons]}} if buttons else {}
    return {"text": html_of(message), "parse_mode": "HTML", **keyboard, **_manner(message)}


def bare(message: Message) -> dict[str, Any]:
    """Return the same without anything that Telegram could refuse: a link is text in it."""
    return {"text": cut(text_of(message), LONGEST_TEXT), **_manner(message)}


def html_of(message: Message) -> str:
    """Return the text in the HTML that Telegram reads; every value is escaped."""
    parts = (
        f"<b>{escape(message.headline)}</b>",
        *_sections(message.sections),
        f"<i>{REPEAT}</i>" if message.possible_repeat else "",
        " · ".join(map(html_link, message.links)),
        f"<i>{escape(message.footer)}</i>" if message.footer else "",
    )
    return "\n\n".join(part for part in parts if part)


def _manner(message: Message) -> dict[str, Any]:
    """Return how it comes: no preview of links, and without a sound where it can wait."""
    return {
        "link_preview_options": {"is_disabled": True},
        "disable_notification": message.urgency is Urgency.LOW,
    }


def _sections(sections: tuple[Section, ...]) -> list[str]:
    """Return as many sections as a message holds; the one that is too long is cut."""
    shown, left = [], LONGEST_SECTIONS
    for section in sections:
        if left <= 0:
            break
        title = f"<b>{escape(section.title)}</b>\n" if section.title else ""
        text = cut(section.text, left)
        left -= len(text) + len(section.title)
        shown.append(title + escape(text))
    return shown
