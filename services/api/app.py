"""The HTTP application: every router behind one door, every failure a problem."""

from functools import cache, partial
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from services.api.dependencies import Dependencies
from services.api.description import describe
from services.api.envelope import Envelope
from services.api.faults import handle_faults
from services.api.guard import refuse_unguarded
from services.api.routes import (
    ack_page,
    alertmanager,
    api_keys,
    audit_inventory,
    audit_proofs,
    audit_trail,
    change_events,
    commands,
    dead_letters,
    documentation,
    escalation_policies,
    health,
    incident_attachments,
    incident_checklist,
    incident_commands,
    incident_fields,
    incident_history,
    incident_links,
    incident_mitigation,
    incident_notes,
    incident_pages,
    incident_privacy,
    incident_relations,
    incident_roles,
    incident_timeline,
    incident_types,
    incidents,
    integrations,
    log_events,
    metrics,
    noise,
    page_tests,
    responders,
    response_policies,
    services,
    status_updates,
    subjects,
    subscriptions,
    work_items,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    incident_links.router,
    incident_privacy.router,
    metrics.router,
    noise.router,
    documentation.router,
    alertmanager.router,
    change_events.door,
    change_events.router,
    incidents.router,
    incident_commands.router,
    incident_fields.router,
    incident_roles.router,
    incident_timeline.router,
    incident_pages.router,
    work_items.router,
    incident_history.router,
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
    responders.router,
    escalation_policies.router,
    services.router,
    response_policies.router,
    incident_types.router,
    integrations.router,
    dead_letters.router,
    api_keys.router,
    subjects.router,
    page_tests.router,
    status_updates.router,
    subscriptions.router,
    ack_page.router,
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
        generate_unique_id_function=_operation_id,
    )
    for router in ROUTERS:
        app.include_router(router)
    refuse_unguarded(app.router.routes)
    handle_faults(app)
    app.add_middleware(Envelope)
    app.openapi = cache(partial(describe, app))  # type: ignore[method-assign]
    return app


def _operation_id(route: APIRoute) -> str:
    return "_".join([*(str(tag).replace(" ", "_") for tag in route.tags), route.name])
