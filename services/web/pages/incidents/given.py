"""Given commands: a page with the form of every command, and the door that each form goes to."""

from starlette.routing import Route

from services.access.permissions import Permission
from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.incidents.commands.form import Command
from services.web.pages.incidents.commands.table import COMMANDS
from services.web.pages.incidents.incident import title_of
from services.web.rendering import Screen
from services.web.visit import Visit


async def ask(visit: Visit, command: Command) -> Screen:
    """Show the form of one command by itself."""
    reference = visit.named("reference")
    incident = await visit.calls.get(path_of("incidents", reference), **visit.reading)
    policies = await visit.calls.get(path_of("escalation-policies"))
    who = await visit.who(incident)
    return Screen(
        template="incident_command.html",
        title=f"{command.button} · {title_of(incident)}",
        facts={
            "incident": incident,
            "one": command,
            "who": who,
            "people": sorted(who.people.items(), key=lambda one: one[1].casefold()),
            "policies": [
                (one["escalation_policy_id"], one["name"])
                for one in policies["escalation_policies"]
            ],
            "asked_for": visit.query,
            "may_act": visit.may(Permission.INCIDENT_COMMAND),
        },
    )


async def give(visit: Visit, form: Form, command: Command) -> Answer:
    """Give the command, then show the incident with what it did."""
    reference = visit.named("reference")
    path = command.path(reference, form)
    body = command.body(form, visit.clock.zone)
    receipt = await visit.calls.give(
        command.method, path, form.command_id, body, query=command.asked(form)
    )
    return done(visit, receipt, f"/incidents/{reference}")


def routes_of(command: Command) -> tuple[Route, Route]:
    """Return the page with the form, and the form's door."""

    async def show(visit: Visit) -> Screen:
        return await ask(visit, command)

    async def act(visit: Visit, form: Form) -> Answer:
        return await give(visit, form, command)

    address = f"/incidents/{{reference}}/{command.noun}"
    return page(address, show), action(address, act, again=show)


ROUTES = tuple(route for command in COMMANDS for route in routes_of(command))
