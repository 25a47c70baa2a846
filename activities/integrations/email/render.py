"""E-mail text and HTML of a message, for a phone at night; nothing in it to load."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from activities.calendars.entry import CalendarPart
from activities.calendars.writing import for_one
from activities.delivery.message import Action, Message, Section, Urgency
from activities.integrations.message_text import REPEAT, text_of

TEMPLATE: Final = Template(Path(__file__).with_name("render.html").read_text(encoding="utf-8"))
COLOURS: Final = {
    Urgency.HIGHEST: "#b3261e",
    Urgency.HIGH: "#b34700",
    Urgency.NORMAL: "#7a5c00",
    Urgency.LOW: "#3d5a80",
}
# Inline, so that it stays a button in mail programs that drop the style sheet.
BUTTON: Final = (
    "display:block;padding:18px 20px;border-radius:10px;background:#1a7a47;color:#ffffff;"
    "font-size:20px;font-weight:700;text-align:center;text-decoration:none"
)


LOOP_FIELD: Final = "X-Loop"  # by it the intake knows a mail of ours: it would page for itself
LOOP: Final = "tocsin"


def mail_for(message: Message, *, sender: Address, recipient: Address) -> EmailMessage:
    """Return the e-mail; its Message-ID is the delivery's, so mail programs drop a repeat."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Tocsin", addr_spec=sender.addr_spec)
    mail["To"] = recipient
    mail["Subject"] = message.headline
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.delivery_id}@{sender.domain}>"
    if message.thread:
        mail["References"] = f"<{message.thread}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail[LOOP_FIELD] = LOOP
    if message.actions:
        mail["Importance"] = "high"
    mail.set_content(text_of(message) + "\n")
    mail.add_alternative(html_body(message), subtype="html")
    if message.calendar is not None:
        add_calendar(mail, message.calendar, sender=sender, recipient=recipient)
    return mail


def add_calendar(
    mail: EmailMessage, part: CalendarPart, *, sender: Address, recipient: Address
) -> None:
    """Add what the reader's calendar takes up by itself (iMIP, RFC 6047)."""
    content = for_one(part, organizer=sender.addr_spec, attendee=recipient.addr_spec)
    mail.add_alternative(
        content.decode(),
        subtype="calendar",
        params={"method": part.method, "component": "VEVENT"},
    )


def html_body(message: Message) -> str:
    """Return the message as HTML without anything to load; every value is escaped."""
    values = {
        "headline": message.headline,
        "reference": message.reference,
        "badge": message.badge,
        "colour": COLOURS[message.urgency],
        "title": message.title,
        "footer": message.footer,
        "repeat": REPEAT if message.possible_repeat else "",
    }
    parts = {name: escape(value, quote=True) for name, value in values.items()}
    return TEMPLATE.substitute(
        parts,
        actions="".join(_link(action, f' style="{BUTTON}"') for action in message.actions),
        sections="".join(map(_section, message.sections)),
        links="<br>".join(map(_link, message.links)),
    )


def _link(action: Action, style: str = "") -> str:
    return f'<a href="{escape(action.url, quote=True)}"{style}>{escape(action.name)}</a>'


def _section(section: Section) -> str:
    title = f"<h2>{escape(section.title)}</h2>" if section.title else ""
    return f'{title}<p class="section">{escape(section.text)}</p>'
