"""Matrix message of a message: plain text, and the HTML that clients show instead of it."""

from html import escape
from typing import Final

from activities.delivery.message import Message, Section
from activities.integrations.message_text import REPEAT, html_link, text_of

LONGEST_TEXT: Final = 20_000  # characters; an event has 65,536 bytes, and the text is in it twice


def content_of(message: Message) -> dict[str, str]:
    """Return the content of `m.room.message`; `m.text` notifies, `m.notice` would not."""
    content = {"msgtype": "m.text", "body": text_of(message)[:LONGEST_TEXT]}
    html = html_of(message)
    if len(html) > LONGEST_TEXT:
        return content
    return {**content, "format": "org.matrix.custom.html", "formatted_body": html}


def html_of(message: Message) -> str:
    """Return the message as the HTML that Matrix allows; every value is escaped."""
    parts = (
        f"<strong>{escape(message.headline)}</strong>",
        *(f"<strong>{html_link(action)}</strong>" for action in message.actions),
        *map(_section, message.sections),
        f"<em>{REPEAT}</em>" if message.possible_repeat else "",
        *map(html_link, message.links),
        f"<em>{escape(message.footer)}</em>" if message.footer else "",
    )
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _section(section: Section) -> str:
    title = f"<strong>{escape(section.title)}</strong><br>" if section.title else ""
    return title + escape(section.text).replace("\n", "<br>")
