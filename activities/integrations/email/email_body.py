"""The text and the HTML of a page's e-mail. The HTML is read on a phone, at night, half asleep."""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

from activities.delivery.composing import Message
from events.severity import Severity

TEMPLATE: Final = Template(Path(__file__).with_name("email.html").read_text(encoding="utf-8"))
COLOURS: Final = {
    Severity.SEV1: "#b3261e",
    Severity.SEV2: "#b34700",
    Severity.SEV3: "#7a5c00",
    Severity.SEV4: "#3d5a80",
}
UNKNOWN_COLOUR: Final = "#b34700"  # nobody could tell yet, so it may be bad


def text_body(message: Message) -> str:
    """Return the page as plain text."""
    lines = [message.headline, "", f"Acknowledge: {message.ack_url}", "", message.next_step]
    if message.runbook_url:
        lines += ["", f"Runbook: {message.runbook_url}"]
    if message.summary:
        lines += ["", message.summary]
    if message.possible_repeat:
        lines += ["", "You may have had this page before: it is not known whether it arrived."]
    lines += [
        "",
        f"Incident: {message.incident_url}",
        f"You are paged as {message.responder_name}.",
    ]
    return "\n".join(lines) + "\n"


def html_body(message: Message) -> str:
    """Return the page as HTML without anything to load; every value is escaped."""
    values = {
        "headline": message.headline,
        "reference": message.reference,
        "severity": message.severity or "Severity not known yet",
        "colour": COLOURS.get(message.severity, UNKNOWN_COLOUR)
        if message.severity
        else UNKNOWN_COLOUR,
        "title": message.title,
        "ack_url": message.ack_url,
        "incident_url": message.incident_url,
        "next_step": message.next_step,
        "responder": message.responder_name,
        "paged_at": message.paged_at.strftime("%Y-%m-%d %H:%M UTC"),
        "step": f"Level {message.step.level}, round {message.step.round}",
    }
    parts = {name: escape(value, quote=True) for name, value in values.items()}
    return TEMPLATE.substitute(parts, summary=_summary(message), repeat=_repeat(message))


def _summary(message: Message) -> str:
    runbook = escape(message.runbook_url or "", quote=True)
    link = f'<p><a href="{runbook}">The runbook</a></p>' if runbook else ""
    if not message.summary:
        return link
    return f'<p class="summary">{escape(message.summary)}</p>{link}'


def _repeat(message: Message) -> str:
    return (
        '<p class="quiet">Possible repeat: you may have had this page before.</p>'
        if message.possible_repeat
        else ""
    )
