"""Declare: open an incident, with what it will do and whom it will page shown before."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid5

from services.access.permissions import Permission
from services.web.calls import Document, Refused, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.incidents.commands.choices import IMPACTS, SCOPES, SEVERITIES
from services.web.rendering import Screen
from services.web.visit import Visit

NO_SERVICE: Final = "default"  # nobody's policy: the practice's own
MANY: Final = "multi_select"
FIELD: Final = "field."  # what the names of a type's fields begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person said of the new incident so far."""

    service: str | None
    severity: str | None
    impact: str | None
    scope: str | None
    type_id: str | None


def said_in(form: Form | None, visit: Visit) -> Said:
    """Return what was said, in the form or in the address that led here."""

    def text(name: str) -> str | None:
        return form.text(name) if form else visit.query.get(name) or None

    return Said(
        service=text("service_id"),
        severity=text("severity"),
        impact=text("impact"),
        scope=text("scope"),
        type_id=text("incident_type_id"),
    )


async def show(visit: Visit) -> Screen:
    """Show the form."""
    return await drawn(visit, None)


async def drawn(visit: Visit, form: Form | None) -> Screen:
    """Return the form with what is known by now."""
    said = said_in(form, visit)
    get = visit.calls.get
    services, types, policy = await asyncio.gather(
        get(path_of("services")),
        get(path_of("incident-types")),
        get(path_of("response-policies", said.service or NO_SERVICE)),
    )
    matrix = policy["policy"]["matrix"]
    severity = said.severity or severity_by(matrix, said.impact, said.scope)
    kind = [one for one in types["incident_types"] if one["incident_type_id"] == said.type_id]
    return Screen(
        template="declare.html",
        title="Declare an incident",
        facts={
            "services": services["services"],
            "types": types["incident_types"],
            "kind": kind[0] if kind else None,
            "said": said,
            "form": form,
            "severity": severity,
            "severities": SEVERITIES,
            "impacts": IMPACTS,
            "scopes": SCOPES,
            "cells": {(cell["impact"], cell["scope"]): cell["severity"] for cell in matrix},
            "responses": {one["severity"]: one for one in policy["policy"]["responses"]},
            "calls": await calls_of(visit, services["services"], said.service, severity),
            "who": await visit.who(),
            "may_declare": visit.may(Permission.INCIDENT_DECLARE),
        },
    )


def severity_by(matrix: list[Document], impact: str | None, scope: str | None) -> str | None:
    """Return the severity that the matrix has for an impact and a scope."""
    found = [
        cell["severity"] for cell in matrix if (cell["impact"], cell["scope"]) == (impact, scope)
    ]
    return found[0] if found else None


async def calls_of(
    visit: Visit, services: list[Document], service: str | None, severity: str | None
) -> Document | None:
    """Return whom the service's policy would page now, level by level."""
    policies = [one["escalation_policy_id"] for one in services if one["service_id"] == service]
    if not policies or policies[0] is None:
        return None
    found = await visit.calls.get(
        path_of("escalation-policies", policies[0], "dry-run"),
        severity=severity,
        service_id=service,
    )
    moment: Document = found["moments"][0]
    return moment


async def declare(visit: Visit, form: Form) -> Answer:
    """Declare it; what it does to customers is kept with it where that was said."""
    said = said_in(form, visit)
    path = path_of("incidents")
    receipt = await visit.calls.give(
        "POST", path, form.command_id, await body_of(visit, form, said)
    )
    if said.impact and said.scope:
        judged = {"impact": said.impact, "scope": said.scope}
        receipt = await triaged(visit, receipt, form, judged)
    return done(visit, receipt, f"/incidents/{receipt['reference']}")


async def triaged(visit: Visit, declared: Document, form: Form, judged: dict[str, str]) -> Document:
    """Judge the new incident; that it is declared stands, whatever becomes of this."""
    path = path_of("incidents", declared["reference"], "triage")
    try:
        receipt = await visit.calls.give("POST", path, uuid5(form.command_id, "triage"), judged)
    except Refused as refused:
        return {**declared, "warnings": [f"Its impact was not kept: {refused.words}"]}
    return {**declared, "position": receipt.get("position") or declared["position"]}


async def body_of(visit: Visit, form: Form, said: Said) -> Document:
    """Return the declaration."""
    severity = said.severity
    if severity is None and said.impact and said.scope:
        path = path_of("response-policies", said.service or NO_SERVICE, "matrix")
        matrix = await visit.calls.get(path)
        severity = severity_by(matrix["cells"], said.impact, said.scope)
    body: dict[str, Any] = {
        "title": form.text("title") or "",
        "summary": form.text("summary") or "",
        "service_id": said.service,
        "severity": severity,
        "private": form.ticked("private"),
        "drill": form.ticked("drill"),
        "incident_type_id": said.type_id,
        "fields": await fields_of(visit, form, said.type_id),
    }
    return {name: value for name, value in body.items() if value is not None}


async def fields_of(visit: Visit, form: Form, type_id: str | None) -> Document:
    """Return what the fields of the type say."""
    if type_id is None:
        return {}
    kind = await visit.calls.get(path_of("incident-types", type_id))
    said: Document = {}
    for one in kind["fields"]:
        name = f"{FIELD}{one['field_id']}"
        value = form.listed(name) if one["kind"] == MANY else form.text(name)
        if value:
            said[one["field_id"]] = value
    return said


async def preview(visit: Visit, form: Form) -> Answer:
    """Show what it would do and whom it would page; nothing is declared."""
    return await drawn(visit, form)


ROUTES = (
    page("/declare", show),
    action("/declare", declare, again=show),
    action("/declare/preview", preview),
)
