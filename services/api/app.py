"""FastAPI application: every router behind one envelope, every failure a problem."""

from functools import cache, partial
from typing import Final

from fastapi import APIRouter, FastAPI

from services.api import callbacks
from services.api.dependencies import Dependencies
from services.api.description import describe
from services.api.faults import handle_faults
from services.api.http.envelope import Envelope
from services.api.http.guard import refuse_unguarded
from services.api.intake import routes as intake
from services.api.intake.doors import Doors
from services.api.resources import (
    configuration,
    learning,
    learning_policies,
    maintenance,
    mapping,
    on_call,
    people,
    postmortem,
    practice,
    reports,
    routing,
    status_pages,
)
from services.api.resources.acknowledgement import page as ack_page
from services.api.resources.audit import audit_trail
from services.api.resources.audit import inventory as audit_inventory
from services.api.resources.audit import proofs as audit_proofs
from services.api.resources.history import (
    alerts,
    backtests,
    changes,
    deliveries,
    flapping,
    log_events,
    noise,
    sightings,
    status_updates,
)
from services.api.resources.history import attachments as incident_attachments
from services.api.resources.history import incident_records as incident_history
from services.api.resources.history import notes as incident_notes
from services.api.resources.history import timeline as incident_timeline
from services.api.resources.incidents import checklist as incident_checklist
from services.api.resources.incidents import commands as incident_commands
from services.api.resources.incidents import fields as incident_fields
from services.api.resources.incidents import handing_on as incident_handing_on
from services.api.resources.incidents import incidents, work_items
from services.api.resources.incidents import links as incident_links
from services.api.resources.incidents import mitigation as incident_mitigation
from services.api.resources.incidents import pages as incident_pages
from services.api.resources.incidents import relations as incident_relations
from services.api.resources.incidents import roles as incident_roles
from services.api.resources.operations import (
    arrivals,
    commands,
    dead_letters,
    documentation,
    health,
    metrics,
)
from services.api.resources.postmortem import beside
from services.modules import modules_with

ROUTERS: Final[tuple[APIRouter, ...]] = (  # looked through in this order at every request
    intake.router,
    health.router,
    incident_links.router,
    metrics.router,
    noise.router,
    flapping.router,
    documentation.router,
    changes.router,
    incidents.router,
    *incident_commands.ROUTERS,
    incident_handing_on.router,
    incident_fields.router,
    incident_roles.router,
    incident_timeline.router,
    incident_pages.router,
    work_items.router,
    incident_history.router,
    sightings.router,
    backtests.router,
    deliveries.router,
    alerts.router,
    incident_notes.router,
    incident_attachments.router,
    incident_relations.router,
    incident_checklist.router,
    incident_mitigation.router,
    commands.router,
    log_events.router,
    audit_inventory.router,
    audit_proofs.router,
    audit_trail.router,
    *(noun.router for noun in modules_with("router", configuration)),
    *(noun.router for noun in modules_with("router", on_call)),
    *(noun.router for noun in modules_with("router", people)),
    arrivals.router,
    *(noun.router for noun in modules_with("router", routing)),
    *(noun.router for noun in modules_with("router", status_pages)),
    *(noun.router for noun in modules_with("router", mapping)),
    *(noun.router for noun in modules_with("router", maintenance)),
    *(noun.router for noun in modules_with("router", learning)),
    *(noun.router for noun in modules_with("router", learning_policies)),
    *(noun.router for noun in modules_with("router", postmortem)),
    *(noun.router for noun in modules_with("router", beside)),
    *(noun.router for noun in modules_with("router", reports)),
    *(noun.router for noun in modules_with("router", practice)),
    dead_letters.router,
    status_updates.router,
    ack_page.router,
    *(vendor.router for vendor in modules_with("router", callbacks)),
)


def create_app(dependencies: Dependencies) -> FastAPI:
    """Return the application that serves these dependencies.

    Raises: RuntimeError (an operation that nothing guards).
    """
    app = routed_app()
    app.state.dependencies = dependencies
    return app


def routed_app() -> FastAPI:
    """Return the application without anything behind it: enough to describe itself.

    Raises: RuntimeError (an operation that nothing guards).
    """
    app = FastAPI(
        title="Tocsin",
        version="1",
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    for router in ROUTERS:
        # To include a router makes each of its routes anew: a second for every application, and a
        # second look at it for every request.
        app.router.routes.extend(router.routes)
    refuse_unguarded(app.router.routes)
    handle_faults(app)
    app.add_middleware(Doors, routes=intake.router.routes)
    app.add_middleware(Envelope)  # added last, so it is outermost
    app.openapi = cache(partial(describe, app))  # type: ignore[method-assign]
    return app
