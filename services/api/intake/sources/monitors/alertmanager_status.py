"""Alertmanager status: what amtool asks before it posts, so that it takes us for an Alertmanager.

Source: Alertmanager's OpenAPI description, version 2: `alertmanagerStatus`.
"""

from datetime import UTC, datetime
from typing import Final, Literal

import psutil
from pydantic import BaseModel

from services.api.intake.key_place import key_in_header
from services.api.intake.question import Question
from services.api.intake.source import Source, any_json
from services.intake.arrival import Intake

_VERSION: Final = "tocsin"


class Cluster(BaseModel):
    """Peers of an Alertmanager: every process here serves alike, so there are none to list."""

    status: Literal["ready", "settling", "disabled"] = "disabled"
    peers: list[str] = []


class Version(BaseModel):
    """What answers."""

    version: str
    revision: str = ""
    branch: str = ""
    buildUser: str = ""  # noqa: N815 - as Alertmanager writes it
    buildDate: str = ""  # noqa: N815
    goVersion: str = ""  # noqa: N815


class Configuration(BaseModel):
    """Configuration of an Alertmanager, as text: here it is in services and policies."""

    original: str = ""


class AlertmanagerStatus(BaseModel):
    """What an Alertmanager says of itself."""

    cluster: Cluster = Cluster()
    versionInfo: Version  # noqa: N815 - as Alertmanager writes it
    config: Configuration = Configuration()
    uptime: datetime  # since when it answers


async def status_of(_question: None, _intake: Intake) -> AlertmanagerStatus:
    """Return that this answers: the key was checked, and the log was read for it."""
    since = datetime.fromtimestamp(psutil.Process().create_time(), UTC)
    return AlertmanagerStatus(versionInfo=Version(version=_VERSION), uptime=since)


STATUS: Final = Source(
    name="prometheus-status",
    title="Prometheus: the state of its Alertmanager",
    description="Say that alerts are taken here, as Alertmanager's own API does.",
    parts=any_json,
    reader=Question,
    body={},
    keeps_unreadable=False,
    take=status_of,
    answer=lambda status: status,
    answers=AlertmanagerStatus,
    paths=("/v1/integrations/{key}/prometheus/api/v2/status", "/api/v2/status"),
    methods=("GET",),
    key=key_in_header("Authorization", "Bearer", "Basic"),
)
