"""Notes and files of an incident: written, edited, pinned into the story, taken back."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from services.access.permissions import Permission
from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.incidents.commands.form import unreadable
from services.web.pages.incidents.incident import show as show_incident
from services.web.pages.incidents.incident import title_of
from services.web.rendering import Screen
from services.web.visit import Visit


async def show(visit: Visit) -> Screen:
    """Show every note with its versions, and every file."""
    reference = visit.named("reference")
    get, reading = visit.calls.get, visit.reading
    incident, notes, files = await asyncio.gather(
        get(path_of("incidents", reference), **reading),
        get(
            path_of("incidents", reference, "notes"),
            after=visit.query.get("after"),
            limit=100,
            **reading,
        ),
        get(path_of("incidents", reference, "attachments"), **reading),
    )
    return Screen(
        template="incident_notes.html",
        title=f"Notes · {title_of(incident)}",
        facts={
            "incident": incident,
            "notes": notes["notes"],
            "next": notes["next_after"],
            "files": files["attachments"],
            "who": await visit.who(incident, notes, files),
            "may_act": visit.may(Permission.INCIDENT_COMMAND),
            "may_erase": visit.may(Permission.SUBJECT_FORGET),
        },
    )


async def write(visit: Visit, form: Form) -> Answer:
    """Write a note."""
    reference = visit.named("reference")
    body = {"text": form.text("text") or ""}
    path = path_of("incidents", reference, "notes")
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, f"/incidents/{reference}")


def changed(part: str, method: str, body: Callable[[Form], Document | None], *more: str) -> Route:
    """Return the door of a form that changes one note or one file."""

    async def change(visit: Visit, form: Form) -> Answer:
        reference = visit.named("reference")
        path = path_of("incidents", reference, part, visit.named("item"), *more)
        receipt = await visit.calls.give(method, path, form.command_id, body(form))
        return done(visit, receipt, f"/incidents/{reference}/notes")

    noun = {"PUT": "edit", "DELETE": "removal"}.get(method, "new")
    return action(
        f"/incidents/{{reference}}/{part}/{{item}}/{'/'.join([*more, noun])}", change, show
    )


def _text(form: Form) -> Document:
    return {"text": form.text("text") or ""}


def _why(form: Form) -> Document:
    return {"reason": form.text("reason") or ""}


def _retraction(form: Form) -> Document:
    return {**_why(form), "erase": form.ticked("erase")}


def _nothing(_: Form) -> None:
    return None


async def attach(visit: Visit, form: Form) -> Answer:
    """Attach a file."""
    reference = visit.named("reference")
    file = form.files.get("file")
    if file is None:
        raise unreadable("file", "Choose a file first.")
    path = path_of("incidents", reference, "attachments")
    receipt = await visit.calls.send_file(path, form.command_id, file, name=file.name)
    return done(visit, receipt, f"/incidents/{reference}/notes")


async def download(visit: Visit) -> Answer:
    """Return a file for keeping: a browser neither shows nor runs what is in it."""
    path = path_of("incidents", visit.named("reference"), "attachments", visit.named("item"))
    found = await visit.calls.fetch(path)
    headers: dict[str, Any] = {
        "Content-Disposition": found.headers.get("content-disposition", "attachment"),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.content, media_type=found.headers["content-type"], headers=headers)


ROUTES = (
    page("/incidents/{reference}/notes", show),
    action("/incidents/{reference}/notes", write, again=show_incident),
    changed("notes", "PUT", _text),
    changed("notes", "DELETE", _retraction),
    changed("notes", "POST", _nothing, "pin"),
    changed("notes", "DELETE", _nothing, "pin"),
    action("/incidents/{reference}/attachments", attach, again=show, takes_file=True),
    changed("attachments", "DELETE", _why),
    page("/incidents/{reference}/attachments/{item}", download),
)
