"""Atom feed of a public page: one entry for each incident, as it reads now."""

from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from services.status_page.facts import PublicIncident, PublicPage
from services.status_page.words import STATES

ATOM: Final = "http://www.w3.org/2005/Atom"
MOST: Final = 50  # entries


def feed_of(page: PublicPage, address: str) -> bytes:
    """Return the feed, the newest incident first."""
    feed = ET.Element("feed", xmlns=ATOM)
    _add(feed, "id", address)
    _add(feed, "title", f"{page.title} status")
    _add(feed, "updated", _at(page.changed_at))
    author = ET.SubElement(feed, "author")
    _add(author, "name", page.title)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=address)
    ET.SubElement(feed, "link", rel="self", href=f"{address}/history.atom")
    for incident in page.incidents[:MOST]:
        _entry(feed, incident, address)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: ET.Element, incident: PublicIncident, address: str) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", f"urn:uuid:{incident.public_id}")
    _add(entry, "title", incident.title)
    _add(entry, "published", _at(incident.posts[0].at))
    _add(entry, "updated", _at(incident.changed_at))
    there = f"{address}/incidents/{incident.public_id}"
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=there)
    said = (
        f"{STATES[one.state]}, {one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC\n{one.text}"
        for one in reversed(incident.posts)
    )
    content = ET.SubElement(entry, "content", type="text")
    content.text = "\n\n".join(said)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
