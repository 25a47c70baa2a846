"""Dependencies of requests: what commands need, the settings and the limits of the process."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from services.api.http.load_shedding import LoadShedding
from services.commanding.dependencies import CommandDependencies
from services.identity.sessions import Sessions
from services.live.sightings import Sightings
from services.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpDependencies(CommandDependencies):
    """Everything that serving a request over HTTP takes, whatever it asks for."""

    settings: Settings
    sessions: Sessions
    load_shedding: LoadShedding = field(default_factory=LoadShedding)
    sightings: Sightings = field(default_factory=Sightings)


def dependencies_of(request: Request) -> HttpDependencies:
    """Return what the app was built with."""
    return cast("HttpDependencies", request.app.state.dependencies)


async def _provided(request: Request) -> HttpDependencies:  # a plain function would cost a thread
    return dependencies_of(request)


Deps = Annotated[HttpDependencies, Depends(_provided)]
