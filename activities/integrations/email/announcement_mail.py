"""A status update as an e-mail: text, and HTML with nothing in it to load."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from activities.delivery.announcement_text import Announcement
from projections.communication.status_update_text import following, lasted


def announcing_mail(
    announcement: Announcement, *, sender: Address, recipient: Address
) -> EmailMessage:
    """Return the e-mail; an incident's updates make one thread in a mail program."""
    thread = f"<{announcement.incident_id}.updates@{sender.domain}>"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Tocsin", addr_spec=sender.addr_spec)
    mail["To"] = recipient
    mail["Subject"] = announcement.headline
    mail["Date"] = format_datetime(announcement.briefing.at)
    mail["Message-ID"] = f"<{announcement.delivery_id}@{sender.domain}>"
    mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(text_body(announcement))
    mail.add_alternative(html_body(announcement), subtype="html")
    return mail


def text_body(announcement: Announcement) -> str:
    """Return the update as plain text."""
    parts = [announcement.text.rstrip(), f"Incident: {announcement.incident_url}"]
    if announcement.possible_repeat:
        parts.append("You may have had this update before: it is not known whether it arrived.")
    parts.append(f"You get this because {announcement.responder_name} subscribed to it.")
    return "\n\n".join(parts) + "\n"


def html_body(announcement: Announcement) -> str:
    """Return the update as HTML; every value is escaped."""
    briefing = announcement.briefing
    facts = {
        "Severity": briefing.severity or "not known yet",
        "Status": briefing.status,
        "Duration": lasted(briefing),
        "Next Update": following(briefing),
    }
    rows = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in facts.items())
    return (
        f"<h2>{escape(announcement.reference)}: {escape(announcement.title)}</h2><p>{rows}</p>"
        f"<h3>Impact</h3>{_paragraph(announcement.impact)}"
        f"<h3>Current Actions</h3>{_paragraph(announcement.current_actions)}"
        f'<p><a href="{escape(announcement.incident_url, quote=True)}">The incident</a></p>'
    )


def _paragraph(text: str) -> str:
    return f'<p style="white-space:pre-wrap">{escape(text) or "none"}</p>'
