"""Front application: the web app where an address is one of its pages, the API everywhere else."""

from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.channels import channels
from services.identity.local.accounts import LocalAccounts, local_accounts
from services.identity.local.letters import EMAIL
from services.identity.sessions import Sessions
from services.identity.settings import door_of, sessions_of
from services.request_refusals import LinkKeyNeeded
from services.scim.application import PREFIX, create_scim
from services.scim.settings import desk_of
from services.status_page.serving import create_status
from services.web.application import create_web, first_words
from services.web.live.live import Live
from services.web.page import Web

logs = structlog.get_logger(__name__)
DIRECTORY: Final = PREFIX.split("/")[1]
STATUS_PAGES: Final = "s"


class Front:
    """Front: one port for people, programs, the organisation's directory and its customers."""

    def __init__(self, api: ASGIApp, web: Starlette, scim: Starlette, status: Starlette) -> None:
        self._api = api
        self._doors: dict[str | None, ASGIApp] = {DIRECTORY: scim, STATUS_PAGES: status}
        self._doors |= dict.fromkeys(first_words(), web)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        first = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else None
        await self._doors.get(first, self._api)(scope, receive, send)


def create_front(dependencies: Dependencies) -> Front:
    """Return what the front process serves.

    Raises: RuntimeError (an operation that nothing guards), ConnectionsWrong.
    """
    api = create_app(dependencies)
    log, database, settings = dependencies.log, dependencies.database, dependencies.settings
    sessions = sessions_of(log, database, settings)
    web = Web(
        api=api,
        log=log,
        sessions=sessions,
        clock=dependencies.clock,
        door=door_of(log, database, sessions, settings, dependencies.clock),
        local=local_of(dependencies, sessions),
        secure=urlsplit(settings.public_url).scheme == "https",
    )
    scim = create_scim(desk_of(log, database, settings, dependencies.clock))
    pages = create_web(web, Live(dependencies.live_feed, dependencies, dependencies.sightings))
    return Front(api, pages, scim, create_status(settings.status_directory))


def local_of(dependencies: Dependencies, sessions: Sessions) -> LocalAccounts | None:
    """Return the accounts of Tocsin's own; None without the key that their links are signed with.

    An installation from before accounts may have none: it is served all the same.
    """
    settings = dependencies.settings
    mail = channels(settings).get(EMAIL)
    try:
        return local_accounts(dependencies.log, dependencies.database, sessions, mail, settings)
    except LinkKeyNeeded as needed:
        logs.warning("local_sign_in_off", reason=needed.detail)
        return None
