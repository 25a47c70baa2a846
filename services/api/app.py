"""The HTTP application: every router behind one door, every failure a problem."""

from typing import Final

from fastapi import APIRouter, FastAPI

from services.api.dependencies import Dependencies
from services.api.envelope import Envelope
from services.api.faults import handle_faults
from services.api.guard import refuse_unguarded
from services.api.routes import (
    ack_page,
    alertmanager,
    api_keys,
    commands,
    escalation_policies,
    health,
    incident_commands,
    incident_history,
    incidents,
    integrations,
    log_events,
    responders,
    services,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    alertmanager.router,
    incidents.router,
    incident_commands.router,
    incident_history.router,
    commands.router,
    log_events.router,
    responders.router,
    escalation_policies.router,
    services.router,
    integrations.router,
    api_keys.router,
    ack_page.router,
)


def create_app(dependencies: Dependencies) -> FastAPI:
    """Return the application that serves these dependencies.

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
    app.state.dependencies = dependencies
    for router in ROUTERS:
        app.include_router(router)
    refuse_unguarded(app.router.routes)
    handle_faults(app)
    app.add_middleware(Envelope)
    return app
