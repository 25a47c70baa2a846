"""Contract tests of our own API: the app as the API's tests have it."""

from tests.services.api.conftest import (
    app,
    client,
    dependencies,
    refusals,
    refusing_port,
    routed,
)

__all__ = ["app", "client", "dependencies", "refusals", "refusing_port", "routed"]
