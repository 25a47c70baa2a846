"""Postmortem of an incident: the document, to read, to print, and to write section by section."""

import asyncio
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from services.access.permissions import Permission
from services.export.written import on_a_page
from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.incidents.incident import seen_before, title_of
from services.web.rendering import Screen
from services.web.visit import Visit

AT: Final = "/incidents/{reference}/postmortem"
OPEN: Final = frozenset({"draft", "in_review"})
KINDS: Final = (
    ("trigger", "Trigger: what set it off"),
    ("factor", "Factor: what let it"),
    ("detection", "Detection: what hid it"),
    ("response", "Response: what slowed us"),
    ("luck", "Luck"),
)
AUDIENCES: Final = (
    ("everyone", "Everyone who may know of the incident"),
    ("team", "The team that owns the service, and who worked on it"),
    ("public", "Everyone, and customers: the text for them goes to the status page"),
)
MEMBERS: Final = (("members", "Members: the incident is private"),)
CUSTOMER_PARTS: Final = (
    ("summary", "Summary", "What customers noticed, and for how long."),
    ("what_happened", "What happened", "In their words, without names."),
    ("what_we_do", "What we do about it", ""),
)
STATES: Final = {"draft": "Draft", "in_review": "In review", "published": "Published"}


async def show(visit: Visit) -> Screen:
    """Show the document, and below each section the form that writes it."""
    reference = visit.named("reference")
    incident, document = await asyncio.gather(
        visit.calls.get(path_of("incidents", reference), **visit.reading),
        visit.calls.get(path_of("incidents", reference, "postmortem"), **visit.reading),
    )
    goes_on = incident["status"] != "merged"
    may_write = goes_on and not visit.as_of and visit.may(Permission.INCIDENT_COMMAND)
    is_open = may_write and document["begun"] and document["state"] in OPEN
    evidence = await evidence_for(visit, reference, is_open=is_open)
    html = await on_a_page({one["section"]: one["text"] for one in document["sections"]})
    return Screen(
        template="incident_postmortem.html",
        title=f"Postmortem · {title_of(incident)}",
        facts={
            "incident": incident,
            "document": document,
            "html": {section: _safe(one) for section, one in html.items()},
            **evidence,
            "who": await visit.who(incident, document),
            "state": state_of(document),
            "may_write": may_write,
            "open": is_open,
            "people": await people_of(visit, wanted=may_write),
            "earlier_html": await html_of(evidence["earlier"]),
            "kinds": KINDS,
            "audiences": MEMBERS if incident["private"] else AUDIENCES,
            "customer_parts": CUSTOMER_PARTS,
        },
    )


async def evidence_for(visit: Visit, reference: str, *, is_open: bool) -> dict[str, Any]:
    """Return what stands beside the document: its items, hints, and what came before."""
    items, hints, similar, changes, earlier = await asyncio.gather(
        visit.calls.get(path_of("incidents", reference, "action-items"), **visit.reading),
        hints_of(visit, reference),
        seen_before(visit, reference),
        changes_of(visit, reference, wanted=is_open),
        written_of_duplicates(visit, reference),
    )
    return {
        "items": items["action_items"],
        "hints": hints,
        "similar": similar,
        "changes": changes,
        "earlier": earlier,
    }


async def hints_of(visit: Visit, reference: str) -> dict[str, list[Document]]:
    """Return the hints to what this person wrote, by section; once published, to all of it."""
    path = path_of("incidents", reference, "postmortem", "hints")
    found = await visit.calls.get(path, **visit.reading)
    by_section: dict[str, list[Document]] = {}
    for one in found["hints"]:
        if all(one["key"] != other["key"] for other in by_section.get(one["section"], [])):
            by_section.setdefault(one["section"], []).append(one)
    return by_section


async def changes_of(visit: Visit, reference: str, *, wanted: bool) -> list[Document]:
    """Return the reported changes that a factor may name."""
    if not wanted:
        return []
    path = path_of("incidents", reference, "recent-changes")
    return list((await visit.calls.get(path, limit=20, **visit.reading))["changes"])


async def people_of(visit: Visit, *, wanted: bool) -> list[Document]:
    """Return who may be asked to write or to review."""
    return list((await visit.calls.get(path_of("responders")))["responders"]) if wanted else []


async def written_of_duplicates(visit: Visit, reference: str) -> list[Document]:
    """Return what people wrote of the incidents that were merged into this one."""
    path = path_of("incidents", reference, "postmortem", "duplicates")
    return list((await visit.calls.get(path, **visit.reading))["duplicates"])


async def html_of(duplicates: list[Document]) -> dict[str, dict[str, Markup]]:
    """Return what was written of each duplicate, by its reference and by section."""
    found: dict[str, dict[str, Markup]] = {}
    for one in duplicates:
        html = await on_a_page({part["section"]: part["text"] for part in one["sections"]})
        found[one["reference"]] = {section: _safe(text) for section, text in html.items()}
    return found


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704  cleaned by nh3, and written anew


def state_of(document: Document) -> str:
    """Return how far the document is, in a word or two."""
    if not document["begun"]:
        return "Not begun"
    if document["approved"]:
        return "Approved"
    return STATES.get(document["state"], "Waived")


async def download(visit: Visit) -> Answer:
    """Return the postmortem as it is written, in Markdown."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "postmortem.md")
    document = await visit.calls.fetch(path, **visit.reading)
    headers = {"Content-Disposition": 'attachment; filename="postmortem.md"'}
    return Response(document.text, media_type="text/markdown; charset=utf-8", headers=headers)


async def begin(visit: Visit, form: Form) -> Answer:
    """Begin the postmortem, also of what was waived."""
    return await _said(visit, form, body={"author_id": form.text("author")})


async def write(visit: Visit, form: Form) -> Answer:
    """Write a section from the revision that was read."""
    path = _path(visit, "sections", visit.named("section"))
    body = {"text": form.text("text") or ""}
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("revision"))
    return done(visit, receipt, _address(visit))


async def request_review(visit: Visit, form: Form) -> Answer:
    """Ask for a review."""
    return await _said(visit, form, "review", {"reviewer_ids": form.listed("reviewers")})


async def approve(visit: Visit, form: Form) -> Answer:
    """Approve what was read on this page."""
    return await _said(visit, form, "approval", {"digest": form.text("digest") or ""})


async def revise(visit: Visit, form: Form) -> Answer:
    """Begin another edition."""
    return await _said(visit, form, "revision", None)


async def waive(visit: Visit, form: Form) -> Answer:
    """Say that there will be none."""
    return await _said(visit, form, "waiver", {"reason": form.text("reason") or ""})


async def _said(
    visit: Visit, form: Form, noun: str | None = None, body: dict[str, Any] | None = None
) -> Answer:
    path = _path(visit, *([noun] if noun else []))
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, _address(visit))


def _path(visit: Visit, *nouns: str) -> str:
    return path_of("incidents", visit.named("reference"), "postmortem", *nouns)


def _address(visit: Visit) -> str:
    return f"/incidents/{visit.named('reference')}/postmortem"


ROUTES = (
    page(AT, show),
    page(f"{AT}.md", download),
    action(AT, begin, again=show),
    action(f"{AT}/sections/{{section}}", write, again=show),
    action(f"{AT}/review", request_review, again=show),
    action(f"{AT}/approval", approve, again=show),
    action(f"{AT}/revision", revise, again=show),
    action(f"{AT}/waiver", waive, again=show),
)
